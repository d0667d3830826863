using ModelDsl.Conformance.Goldens;
using ModelDsl.Conformance.Mapping;
using ModelDsl.Layers;

namespace ModelDsl.Conformance;

/// <content>Both directions, prefixes, and what came with them.</content>
public static partial class Architectures
{
    private static Architecture[] Directions =>
    [
        new("based", KeyValue<Based>("B H T")
            .Output("unnormalized", "out_nonorm", "B H T Value")
            .Without("count", "values", "keys", "S", "pairs", "P")),
        new("mega_ema_bidirectional", EachDirection(
                Case(BidirectionalMegaEma.Recurrence).Input("x", "x", "B T H").Input("omega", "omega", "H"), "H N", "delta", "alpha", "beta", "gamma")
            .Output("output", "out", "B T H")
            .Without("h", "hBackward")),
        new("hydra_quasiseparable", EachDirection(Case(Hydra.Recurrence), "H", ("delta", "dt", "B T"))
            .Input("x", "x", "B T H*Value")
            .Input("channels", "x", "B T Feature")
            .Input("b", "BC", "B T 0/2*N")
            .Input("c", "BC", "B T 1/2*N")
            .Input("logRate", "A_log", "H")
            .Input("weight", "fc_D.weight", "H Feature")
            .Input("skip", "D", "H")
            .Output("output", "out", "B T H*Value")
            .Without("S", "last", "SBackward", "lastOutputBackward")),
        new("cottention_bidirectional", Case(BidirectionalCottention.Recurrence)
            .Input("q", "q", "B H T Key")
            .Input("k", "k", "B H T Key")
            .Input("v", "v", "B H T Value")
            .Input("mask", "mask", "B T")
            .Input("power", "norm_const", "H")
            .Output("output", "out", "B H T Value")
            .Without("S", "count")),
        new("hrrformer_attention", Case(HrrAttention.Recurrence)
            .Input("q", "q", "B H T Value")
            .Input("k", "k", "B H T Value")
            .Input("v", "v", "B H T Value")
            .Input("mask", "mask", "B T")
            .Output("output", "out", "B H T Value")
            .Without("S", "total")),
        Prefix(),
        new("s5_zoh_bidir", Case(BidirectionalS5.Recurrence)
            .Input("x", "x", "B T Feature")
            .ComplexInput("lambda", "Lambda", "N")
            .ComplexInput("b", "Btilde", "N Feature")
            .Input("cRe", "Ctilde_re", "Feature 0/2*N")
            .Input("cIm", "Ctilde_im", "Feature 0/2*N")
            .Input("cReBackward", "Ctilde_re", "Feature 1/2*N")
            .Input("cImBackward", "Ctilde_im", "Feature 1/2*N")
            .Input("skip", "D", "Feature")
            .Constant("skipBackward", "", (_, _, _) => 0)
            .Input("logStep", "log_step", "N")
            .ComplexState("h", null, "final_state", "B N")
            .Output("output", "out", "B T Feature")
            .Without("hReBackward", "hImBackward")),
        new("causal_conv1d_update", Case<BufferedConvolution>()
            .Input("x", "x", "T B H")
            .Input("weight", "weight", "H Tap")
            .Input("bias", "bias", "H")
            .State("x5", "conv_state", "final_state", "B H #0")
            .State("x4", "conv_state", "final_state", "B H #1")
            .State("x3", "conv_state", "final_state", "B H #2")
            .State("x2", "conv_state", "final_state", "B H #3")
            .State("x1", "conv_state", "final_state", "B H #4")
            .Output("output", "out", "T B H")),
        new("polarized_mamba", Case<PolarizedMamba>()
            .Input("x", "x", "B T Feature")
            .Input("inputWeight", "in_proj.weight", "0/2*Channel Feature")
            .Input("gateWeight", "in_proj.weight", "1/2*Channel Feature")
            .Input("taps", "conv1d.weight", "Channel Tap")
            .Input("tapsBias", "conv1d.bias", "Channel")
            .Input("rankWeight", "x_proj.weight", "0+Rank Channel")
            .Input("lastingInput", "x_proj.weight", "#1 Channel")
            .Input("inputMap", "x_proj.weight", "2+N Channel")
            .Input("fleetingInput", "x_proj.weight", "#6 Channel")
            .Input("lastingReadout", "x_proj.weight", "#7 Channel")
            .Input("readout", "x_proj.weight", "8+N Channel")
            .Input("fleetingReadout", "x_proj.weight", "#12 Channel")
            .Input("deltaWeight", "dt_proj.weight", "Channel Rank")
            .Input("deltaBias", "dt_proj.bias", "Channel")
            .Input("logRate", "A_log", "Channel N")
            .Input("skip", "D", "Channel")
            .Input("outputWeight", "out_proj.weight", "OutputFeature Channel")
            .Output("output", "out", "B T OutputFeature")
            .Without("oldest", "older", "old", "lasting", "S", "fleeting")),
    ];

    /// <summary>The file's prefix is 23 tokens long. Its output projection is a plain linear layer after the heads, which the mapping applies to the upstream gradient.</summary>
    private static Architecture Prefix() => new("prefix_linear_attention", Case(PrefixLinearAttention.After(23))
        .Input("x", "x", "B T Feature")
        .Input("queryWeight", "proj_q.weight", "H*Key Feature")
        .Input("keyWeight", "proj_k.weight", "H*Key Feature")
        .Input("valueWeight", "proj_v.weight", "H*Value Feature")
        .Input("prefixKeyWeight", "proj_k_enc.weight", "H*Key Feature")
        .Input("prefixValueWeight", "proj_v_enc.weight", "H*Value Feature")
        .State("count", null, "final_k_state", "B H #0")
        .State("keys", null, "final_k_state", "B H 1+Key")
        .State("pairs", null, "final_k_state", "B H 4+Key*OtherKey")
        .State("values", null, "final_kv_state", "B H Value #0")
        .State("S", null, "final_kv_state", "B H Value 1+Key")
        .State("P", null, "final_kv_state", "B H Value 4+Key*OtherKey")
        .Output("output", "attn_out", "B T H*Value")
        .Derive(Derivations.BehindLinear("dattn_out", "dout", "out_proj.weight"))
        .LeaveOut("out_proj.weight"));

    private static GoldenCase Case(RecurrenceHandle recurrence) => new(recurrence, "");

    /// <summary>Parameters of which a golden tensor holds those of both directions, one after the other.</summary>
    private static GoldenCase EachDirection(GoldenCase golden, string layout, params string[] parameters) =>
        EachDirection(golden, layout, [.. parameters.Select(p => (p, p, ""))]);

    private static GoldenCase EachDirection(GoldenCase golden, string layout, params (string Input, string Golden, string Before)[] inputs)
    {
        foreach ((string input, string tensor, string before) in inputs)
        {
            golden = golden
                .Input(input, tensor, $"{before} 0/2*{layout}")
                .Input(input + KernelCombinators.BackwardSuffix, tensor, $"{before} 1/2*{layout}");
        }

        return golden;
    }
}
