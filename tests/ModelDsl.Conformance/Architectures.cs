using ModelDsl.Conformance.Goldens;
using ModelDsl.Conformance.Mapping;
using ModelDsl.Layers;

namespace ModelDsl.Conformance;

/// <summary>The architectures that goldens exist for: which spec, and which golden tensor is which of its tensors.</summary>
public static partial class Architectures
{
    /// <summary>All architectures that are checked.</summary>
    public static IReadOnlyList<Architecture> All { get; } =
    [
        new("linear_attn", KeyValue<LinearAttention>("B T H").State("S", "initial_state", "final_state", "B H Key Value")),
        new("linear_attn_norm", KeyValue<NormalizedLinearAttention>("B T H")
            .State("S", "initial_state", "final_state", "B H Key Value")
            .State("z", "initial_z", "final_z", "B 1 H Key")),
        new("retention", KeyValue<Retention>("B H T")
            .Constant("logDecay", "H", (_, _, head) => Math.Log(1 - Math.Pow(2, -5 - head[0])))
            .State("S", "initial_state", "final_state", "B H Key Value")),
        new("lightning_attn", KeyValue<Retention>("B T H")
            .Constant("logDecay", "H", LightningDecay)
            .State("S", "initial_state", "final_state", "B H Key Value")),
        new("lightning_attention2", Case<StateSpaceDuality>()
            .Input("x", "v", "B H T Value")
            .Constant("g", "H", (file, _, head) => -file["s"].Data[head[0]])
            .Input("b", "k", "B H T N")
            .Input("c", "q", "B H T N")
            .State("S", null, "final_state", "B H N Value")
            .Output("output", "out", "B H T Value")),
        new("simple_gla", KeyValue<SimpleGatedLinearAttention>("B T H")
            .Input("g", "g", "B T H")
            .State("S", "initial_state", "final_state", "B H Key Value")),
        new("gla", KeyValue<GatedLinearAttention>("B T H")
            .Input("g", "gk", "B T H Key")
            .State("S", "initial_state", "final_state", "B H Key Value")),
        new("lightnet", Case<LightNet>()
            .Input("q", "q_raw", "B T H Key")
            .Input("k", "k_raw", "B T H Key")
            .Input("v", "v", "B T H Value")
            .State("z", null, "final_z", "B H Key")
            .State("S", null, "final_state", "B H Key Value")
            .Output("output", "out", "B T H Value")),
        new("mom", Enumerable.Range(0, 4).Aggregate(
            Case<MixtureOfMemories>()
                .Input("router", "router_logits", "B T MixtureMemory")
                .Input("q", "q", "B T H Key")
                .Input("k", "k", "MixtureMemory B T H Key")
                .Input("v", "v", "MixtureMemory B T H Value")
                .Input("g", "g", "MixtureMemory B T H")
                .Input("beta", "beta", "MixtureMemory B T H")
                .Output("output", "out", "B T H Value"),
            (golden, memory) => golden.State($"S{memory}", null, "final_state", $"#{memory} B H Key Value"))),
        new("hgrn", Case<Hgrn>()
            .Input("x", "x", "B T Channel")
            .Input("g", "g", "B T Channel")
            .State("h", "initial_state", "final_state", "B Channel")
            .Output("output", "out", "B T Channel")),
        new("rwkv6", KeyValue<Rwkv6>("B H T")
            .Input("w", "w", "B H T Key")
            .Input("u", "u", "H Key")
            .State("S", "initial_state", "final_state", "B H Key Value")),
        new("delta_rule", KeyValue<DeltaRule>("B H T")
            .Input("beta", "beta", "B H T")
            .State("S", "initial_state", "final_state", "B H Key Value")),
        new("gated_delta_rule", KeyValue<GatedDeltaRule>("B T H")
            .Input("g", "g", "B T H")
            .Input("beta", "beta", "B T H")
            .State("S", "initial_state", "final_state", "B H Key Value")),
        new("mamba_selective_scan", Case<SelectiveScan>()
            .Input("x", "u", "B H T")
            .Input("delta", "delta", "B H T")
            .Input("a", "A", "H N")
            .Input("b", "Bm", "B N T")
            .Input("c", "Cm", "B N T")
            .Input("skip", "D", "H")
            .Input("z", "z", "B H T")
            .Input("deltaBias", "delta_bias", "H")
            .State("h", null, "final_state", "B H N")
            .Output("output", "out", "B H T")),
        new("mamba_selective_scan_grouped", Case<UngatedSelectiveScan>()
            .Input("x", "u", "B H T")
            .Input("dt", "delta", "B H T")
            .Input("a", "A", "H N")
            .Input("b", "Bm", "B G N T")
            .Input("c", "Cm", "B G N T")
            .State("h", null, "final_state", "B H N")
            .Output("output", "out", "B H T")),
        new("mamba2_ssd", Case<Mamba2>()
            .Input("x", "x", "B T H Value")
            .Input("delta", "dt", "B T H")
            .Input("a", "A", "H")
            .Input("b", "Bm", "B T G N")
            .Input("c", "Cm", "B T G N")
            .Input("skip", "D", "H")
            .Input("z", "z", "B T H Value")
            .Input("deltaBias", "dt_bias", "H")
            .State("S", "initial_states", "final_state", "B H Value N")
            .Output("output", "out", "B T H Value")),
        new("mamba2_ssd_minimal", Case<StateSpaceDuality>()
            .Input("x", "X", "B T H Value")
            .Input("g", "A", "B T H")
            .Input("b", "Bm", "B T H N")
            .Input("c", "Cm", "B T H N")
            .State("S", "initial_states", "final_state", "B 1 H Value N", "B H Value N")
            .Output("output", "out", "B T H Value")),

        // One decode step of a multi-head model: every element of a head is a channel of its own.
        new("selective_state_update", Case<SelectiveScan>()
            .Input("x", "x", "T B H H")
            .Input("delta", "dt", "T B H H")
            .Input("a", "A", "H H N")
            .Input("b", "Bm", "T B G N")
            .Input("c", "Cm", "T B G N")
            .Input("skip", "D", "H H")
            .Input("z", "z", "T B H H")
            .Input("deltaBias", "dt_bias", "H H")
            .State("h", "state", "final_state", "B H H N")
            .Output("output", "out", "T B H H")),
        RgLru(),
        new("longhorn_core", Case<Longhorn>()
            .Input("x", "x", "B T H")
            .Input("q", "q", "B T N")
            .Input("k", "k", "B T N")
            .Input("delta", "dt_raw", "B T H")
            .Input("deltaBias", "dt_bias", "H")
            .Input("skip", "D", "H")
            .Input("z", "z", "B T H")
            .State("S", "state0", "final_state", "B H N")
            .Output("output", "out", "B T H")),
        MegaEma(),
        new("flashrnn_lstm", FlashRnn<Lstm>("LstmGate", "y", "c")),
        new("flashrnn_gru", Case<Gru>()
            .Input("x", "Wx", "B T GruGate H Unit")
            .Input("recurrent", "R", "H PreviousUnit GruGate Unit")
            .Input("recurrentBias", "b", "#0 H Unit")
            .Input("bias", "b", "1..GruGate H Unit")
            .State("y", "states0", "final_states", "B #0 H Unit")
            .Output("output", "out", "B T H Unit")),
        new("flashrnn_elman", Case<Elman>()
            .Input("x", "Wx", "B T 1 H Unit")
            .Input("recurrent", "R", "H PreviousUnit 1 Unit")
            .Input("bias", "b", "1 H Unit")
            .State("y", "states0", "final_states", "B #0 H Unit")
            .Output("output", "out", "B T H Unit")),
        new("flashrnn_slstm", FlashRnn<SLstm>("LstmGate", "y", "c", "n", "m")),
        new("flashrnn_slstm_zerostate", FlashRnn<SLstm>("LstmGate", "y", "c", "n", "m")),
        new("torch_lstm", TorchRnn<ProjectedLstm>("LstmGate")
            .State("h", "h0", "final_h", "B Unit")
            .State("c", "c0", "final_c", "B Unit")),
        QuaternionLstm(),
        new("torch_gru", TorchRnn<ProjectedGru>("GruGate").State("h", "h0", "final_h", "B Unit")),
        new("cottention_causal", Cottention("final_state")),
        new("cottention_causal_masked", Cottention(null)),
        SimplifiedGateLoop(),
        new("causal_conv1d", Case<ShortConvolution>()
            .Input("x", "x", "B H T")
            .Input("weight", "weight", "H Tap")
            .Input("bias", "bias", "H")
            .State("oldest", "initial_states", "final_state", "B H #0")
            .State("older", "initial_states", "final_state", "B H #1")
            .State("old", "initial_states", "final_state", "B H #2")
            .Output("output", "out", "B H T")),
        .. Stale(),
        .. Complex,
        .. Directions,
        .. Linear,
        .. Convolutions,
    ];

    private static GoldenCase Case<T>()
        where T : struct, IRecurrence<T> =>
        new(RecurrenceHandle.Of<T>(), "");

    /// <summary>Query, key, value and output, with the given axes before the last one.</summary>
    private static GoldenCase KeyValue<T>(string axes)
        where T : struct, IRecurrence<T> =>
        Case<T>()
            .Input("q", "q", axes + " Key")
            .Input("k", "k", axes + " Key")
            .Input("v", "v", axes + " Value")
            .Output("output", "out", axes + " Value");

    /// <summary>Lightning Attention's slopes: head 0 never decays, later layers decay less.</summary>
    private static double LightningDecay(GoldenFile file, AxisSizes sizes, int[] head) =>
        -8.0 / sizes["H"] * (1 - (file.Number("layer_idx") / file.Number("num_layers"))) * head[0];

    private static GoldenCase Cottention(string? final) => KeyValue<Cottention>("B H T")
        .Input("mask", "mask", "B T")
        .Input("power", "norm_const", "H")
        .State("S", null, final, "B H Value Key")
        .State("count", null, null, "");

    private static GoldenCase FlashRnn<T>(string gate, params string[] states)
        where T : struct, IRecurrence<T>
    {
        GoldenCase golden = Case<T>()
            .Input("x", "Wx", $"B T {gate} H Unit")
            .Input("recurrent", "R", $"H PreviousUnit {gate} Unit")
            .Input("bias", "b", $"{gate} H Unit")
            .Output("output", "out", "B T H Unit");
        for (int i = 0; i < states.Length; i++)
        {
            golden = golden.State(states[i], "states0", "final_states", $"B #{i} H Unit");
        }

        return golden;
    }

    private static GoldenCase TorchRnn<T>(string gate)
        where T : struct, IRecurrence<T> =>
        Case<T>()
            .Input("x", "x", "B T Feature")
            .Input("inputWeight", "weight_ih_l0", $"{gate}*Unit Feature")
            .Input("recurrentWeight", "weight_hh_l0", $"{gate}*Unit PreviousUnit")
            .Input("inputBias", "bias_ih_l0", $"{gate}*Unit")
            .Input("recurrentBias", "bias_hh_l0", $"{gate}*Unit")
            .Output("output", "out", "B T Unit");

    /// <summary>
    /// An LSTM whose matrices are made of quaternions. Its output projection is a plain linear layer behind it, which the mapping applies to the upstream gradient. Sizes hang
    /// together with those of the components.
    /// </summary>
    private static Architecture QuaternionLstm()
    {
        Derivation inputWeight = Quaternions.Matrices("input weight", "QuarterFeature QuarterUnit", "wix", "wfx", "wcx", "wox");
        return new("qlstm", Case<ProjectedLstm>()
            .Derive(inputWeight with { Sources = [.. inputWeight.Sources, ("x", "B T Feature")] })
            .Derive(Quaternions.Matrices("recurrent weight", "QuarterPreviousUnit QuarterUnit", "uih", "ufh", "uch", "uoh"))
            .Derive(Quaternions.Vectors("input bias", "Unit", "wix.bias", "wfx.bias", "wcx.bias", "wox.bias"))
            .Derive(Derivations.BehindLinear("dh", "dout", "fco.weight"))
            .LeaveOut("fco.weight", "fco.bias")
            .Input("x", "x", "B T 0+Feature")
            .Input("inputWeight", "input weight", "LstmGate*Unit Feature")
            .Input("recurrentWeight", "recurrent weight", "LstmGate*Unit PreviousUnit")
            .Input("inputBias", "input bias", "LstmGate*Unit")
            .Constant("recurrentBias", "LstmGate Unit", (_, _, _) => 0)
            .Output("output", "h", "B T 0+Unit")
            .Without("h", "c"));
    }

    private static Architecture RgLru()
    {
        GoldenCase golden = Case<RgLru>()
            .Input("x", "x", "B T H*Channel")
            .Input("position", "segment_pos", "B T")
            .Input("rate", "a_param", "H*Channel")
            .Input("inputWeight", "input_gate_w", "H Feature Channel")
            .Input("inputBias", "input_gate_b", "H Channel")
            .Input("decayWeight", "a_gate_w", "H Feature Channel")
            .Input("decayBias", "a_gate_b", "H Channel")
            .State("h", "state0", "final_state", "B H*Channel")
            .Output("output", "out", "B T H*Channel");
        GoldenCase one = golden with { Name = "one document, no state" };
        return new Architecture(
            "rg_lru",
            golden,
            one.Constant("position", "T", (_, _, time) => time[0])
                .State("h", null, "final_state_zero_state", "B H*Channel")
                .Output("output", "out_zero_state", "B T H*Channel"));
    }

    private static Architecture MegaEma()
    {
        GoldenCase golden = Case<MegaEma>()
            .Input("x", "x", "B T H")
            .Input("delta", "delta", "H N")
            .Input("alpha", "alpha", "H N")
            .Input("beta", "beta", "H N")
            .Input("gamma", "gamma", "H N")
            .Input("omega", "omega", "H");
        GoldenCase continued = golden with { Name = "from a state" };
        return new Architecture(
            "mega_ema",
            golden.State("h", null, "final_state", "B H N").Output("output", "out", "B T H").Output("average", "ema_zero_state", "B T H"),
            continued.State("h", "state0", "final_state_from_state0", "B H N").Output("average", "ema_from_state0", "B T H"));
    }

    private static Architecture SimplifiedGateLoop()
    {
        GoldenCase golden = Case<SimplifiedGateLoop>()
            .Input("x", "x", "B T Feature")
            .Input("gamma", "norm.gamma", "Feature")
            .Input("queryWeight", "to_qkva.0.weight", "0/3*Channel Feature")
            .Input("inputWeight", "to_qkva.0.weight", "1/3*Channel Feature")
            .Input("decayWeight", "to_qkva.0.weight", "2/3*Channel Feature");
        GoldenCase continued = golden with { Name = "from a state" };
        return new Architecture(
            "gateloop_simplified_layer",
            golden.State("s", null, "final_state", "B Channel").Output("output", "out", "B T Channel"),
            continued.State("s", "cache_kv", "final_state_from_cache", "B Channel").Output("output", "out_from_cache", "B T Channel"));
    }
}
