using ModelDsl.Conformance.Mapping;
using ModelDsl.Layers;

namespace ModelDsl.Conformance;

/// <content>Recurrences with complex states. A complex tensor x of a spec is xRe and xIm, which the files call x_re and x_im.</content>
public static partial class Architectures
{
    private static IEnumerable<Architecture> Complex =>
    [
        S4D<S4D>("s4d_zoh_lin"),
        S4D<S4D>("s4d_zoh_legs"),
        S4D<S4DBilinear>("s4d_bilinear_inv"),
        new("dss_exp", Dss<DssExp>().Input("logStep", "log_dt", "H")),
        new("dss_exp_sepdt", Dss<DssExpSeparateSteps>().Input("logDecayStep", "log_dt", "H #0").Input("logRotationStep", "log_dt", "H #1")),
        new("s5_zoh", S5<S5>(null)),
        new("s5_bilinear", S5<S5Bilinear>(null)),
        new("s5_reset", S5<S5Reset>("state0").Input("reset", "reset", "B T")),
        new("convs5", Case<ConvS5>()
            .Input("x", "x", "B T Row Column Feature")
            .ComplexInput("lambda", "Lambda", "N")
            .ComplexInput("b", "Btilde", "N Feature*Neighbour")
            .ComplexInput("c", "C", "Neighbour Neighbour N Feature")
            .Input("logStep", "log_step", "N")
            .ComplexState("h", "state0", "final_state", "B Row Column N")
            .Output("output", "out", "B T Row Column Feature")),
        Lru(),
        new("gateloop_operator", Case<GateLoop>()
            .Input("q", "q", "B T Key")
            .Input("k", "k", "B T Key")
            .Input("v", "v", "B T Value")
            .ComplexInput("a", "a", "B T Key")
            .ComplexState("S", null, "final_state", "B Key Value")
            .Output("output", "out", "B T Value")),
    ];

    private static Architecture S4D<T>(string name)
        where T : struct, IRecurrence<T>
    {
        GoldenCase golden = Case<T>()
            .Input("x", "x", "B T H")
            .Input("logStep", "inv_dt", "H")
            .Input("logRate", "A_real", "H N")
            .Input("frequency", "A_imag", "H N")
            .ComplexInput("b", "B", "H N")
            .ComplexInput("c", "C", "H N")
            .Input("skip", "D", "H");
        GoldenCase fromZero = golden with { Name = "from zero" };
        return new Architecture(
            name,
            golden.ComplexState("h", "state0", "final_state", "B H N").Output("output", "out", "B T H"),
            fromZero.ComplexState("h", null, null, "B H N").Output("output", "out_zero_state", "B T H"));
    }

    private static GoldenCase Dss<T>()
        where T : struct, IRecurrence<T> =>
        Case<T>()
            .Input("x", "x", "B T H")
            .Input("logRate", "Lambda_log_neg_re", "N")
            .Input("frequency", "Lambda_im", "N")
            .ComplexInput("w", "W", "H N")
            .Input("skip", "D", "H")
            .ComplexState("h", null, null, "B H N")
            .Output("output", "out", "B T H");

    private static GoldenCase S5<T>(string? initial)
        where T : struct, IRecurrence<T> =>
        Case<T>()
            .Input("x", "x", "B T Feature")
            .ComplexInput("lambda", "Lambda", "N")
            .ComplexInput("b", "Btilde", "N Feature")
            .ComplexInput("c", "Ctilde", "Feature N")
            .Input("skip", "D", "Feature")
            .Input("logStep", "log_step", "N")
            .ComplexState("h", initial, "final_state", "B N")
            .Output("output", "out", "B T Feature");

    private static Architecture Lru()
    {
        GoldenCase golden = Case<Lru>()
            .Input("x", "x", "B T Feature")
            .Input("nuLog", "nu_log", "N")
            .Input("thetaLog", "theta_log", "N")
            .Input("gammaLog", "gamma_log", "N")
            .ComplexInput("b", "B", "N Feature")
            .ComplexInput("c", "C", "Feature N")
            .Input("skip", "D", "Feature");
        GoldenCase continued = golden with { Name = "from a state" };
        return new Architecture(
            "lru",
            golden.ComplexState("h", null, "final_state", "B N").Output("output", "out", "B T Feature"),
            continued.ComplexState("h", "state0", "final_state_from_state0", "B N").Output("output", "out_from_state0", "B T Feature"));
    }

    private static GoldenCase ComplexInput(this GoldenCase golden, string name, string file, string layout) =>
        golden.Input(name + "Re", file + "_re", layout).Input(name + "Im", file + "_im", layout);

    private static GoldenCase ComplexState(this GoldenCase golden, string name, string? initial, string? final, string layout)
    {
        foreach ((string part, string suffix) in new[] { ("Re", "_re"), ("Im", "_im") })
        {
            golden = golden.State(name + part, initial is null ? null : initial + suffix, final is null ? null : final + suffix, layout);
        }

        return golden;
    }
}
