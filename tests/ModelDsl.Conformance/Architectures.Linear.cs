using ModelDsl.Conformance.Goldens;
using ModelDsl.Conformance.Mapping;
using ModelDsl.Hippo;
using ModelDsl.Layers;

namespace ModelDsl.Conformance;

/// <content>Dense linear recurrences: state spaces, HiPPO memories, orthogonal networks.</content>
public static partial class Architectures
{
    private static IEnumerable<Architecture> Linear =>
    [
        new("orthogonal_linear_rnn", Case<OrthogonalLinearRnn>()
            .Derive(Derivations.Orthogonal("Q of A"))
            .Input("u", "u", "B T Unit")
            .Input("q", "Q of A", "PreviousUnit Unit")
            .State("h", "state0", "final_state", "B Unit")
            .Output("output", "out", "B T Unit")),
        new("orthogonal_rnn", Case<OrthogonalRnn>()
            .Derive(Derivations.Orthogonal("Q of A"))
            .Input("x", "x", "B T Feature")
            .Input("q", "Q of A", "PreviousUnit Unit")
            .Input("inputWeight", "W_in", "Unit Feature")
            .Input("bias", "b_modrelu", "Unit")
            .State("h", "state0", "final_state", "B Unit")
            .Output("output", "out", "B T Unit")),
        HippoLegT("hippo_legt_bilinear"),
        HippoLegT("hippo_legt_zoh"),
        new("hippo_legs_timevarying_forward", Case<HippoLegS>()
            .Input("x", "x", "B T")
            .Constant("a", "N PreviousN", (_, sizes, index) => Measures.LegS(sizes["N"]).A[index[0], index[1]])
            .Constant("b", "N", (_, sizes, index) => Measures.LegS(sizes["N"]).B[index[0]])
            .State("c", null, "final_state", "B N")
            .Output("output", "out", "B T N")),
        HippoLegS("hippo_legs_timevarying_backward", Discretization.Backward),
        HippoLegS("hippo_legs_timevarying_bilinear", Discretization.Bilinear),
        HippoLegS("hippo_legs_timevarying_zoh", Discretization.Zoh),
        Lssl("lssl_legs"),
        Lssl("lssl_random"),
        ShiftStateSpace(),
        S4("s4_dplr_legs", isRankTwo: false),
        S4("s4_dplr_legt", isRankTwo: true),
        S4("s4_dplr_fourier", isRankTwo: false),
    ];

    private static Architecture HippoLegT(string name) => new(name, Case<HippoLegT>()
        .Input("x", "x", "B T")
        .Input("a", "A_bar", "N PreviousN")
        .Input("b", "B_bar", "N")
        .State("c", null, "final_state", "B N")
        .Output("output", "out", "B T N"));

    /// <summary>Every token has a transition of its own, which no gradient of the file asks for.</summary>
    private static Architecture HippoLegS(string name, Discretization rule)
    {
        Dictionary<(int Size, int Position), LinearSystem> steps = [];
        LinearSystem Step(int size, int token)
        {
            if (!steps.TryGetValue((size, token), out LinearSystem? step))
            {
                steps.Add((size, token), step = Discretizer.ScaledStep(Measures.LegS(size), token + 1, rule));
            }

            return step;
        }

        return new(name, Case<TimeVaryingStateSpace>()
            .Input("x", "x", "B T")
            .Constant("a", "T N PreviousN", (_, sizes, index) => Step(sizes["N"], index[0]).A[index[1], index[2]])
            .Constant("b", "T N", (_, sizes, index) => Step(sizes["N"], index[0]).B[index[1]])
            .State("c", null, "final_state", "B N")
            .Output("output", "out", "B T N"));
    }

    private static Architecture Lssl(string name)
    {
        GoldenCase golden = Case<Lssl>()
            .Derive(Derivations.Bilinear("step of A", "step of B"))
            .Input("x", "x", "B T H")
            .Input("a", "step of A", "H N PreviousN")
            .Input("b", "step of B", "H N")
            .Input("c", "C", "H Channel N")
            .Input("skip", "D", "H Channel");
        return new(
            name,
            golden.State("s", null, "final_state", "B H N").Output("output", "out", "B T H Channel"),
            (golden with { Name = "from a state" }).State("s", "state0", "final_state_from_state0", "B H N").Output("output", "out_from_state0", "B T H Channel"));
    }

    private static Architecture ShiftStateSpace()
    {
        GoldenCase golden = Case<ShiftStateSpace>()
            .Input("x", "x", "B T H")
            .Input("b", "Bp", "H N")
            .Input("c", "C", "H N");
        return new(
            "h3_shift_ssm",
            golden.State("s", null, "final_state", "B H N").Output("output", "out", "B T H"),
            (golden with { Name = "from a state" }).State("s", "state0", "final_state_from_state0", "B H N").Output("output", "out_from_state0", "B T H"));
    }

    private static Architecture S4(string name, bool isRankTwo)
    {
        GoldenCase golden = Case<S4>()
            .Derive(S4Readout.Derivation("C re", "C im"))
            .Input("x", "x", "B T H")
            .Input("logStep", "inv_dt", "H")
            .Input("aReal", "A_real", "H N")
            .Input("aImag", "A_imag", "H N")
            .Input("pRe", "P_re", "#0 H N")
            .Input("pIm", "P_im", "#0 H N")
            .Input("bRe", "B_re", "H N")
            .Input("bIm", "B_im", "H N")
            .Input("cRe", "C re", "H N")
            .Input("cIm", "C im", "H N")
            .Input("skip", "D", "H");
        golden = isRankTwo
            ? golden.Input("rRe", "P_re", "#1 H N").Input("rIm", "P_im", "#1 H N")
            : golden.Constant("rRe", "H N", (_, _, _) => 0).Constant("rIm", "H N", (_, _, _) => 0);
        return new(
            name,
            golden.State("sRe", "state0_re", "final_state_re", "B H N").State("sIm", "state0_im", "final_state_im", "B H N").Output("output", "out", "B T H"),
            (golden with { Name = "no state" }).State("sRe", null, null, "B H N").State("sIm", null, null, "B H N").Output("output", "out_zero_state", "B T H"));
    }
}
