using ModelDsl.Conformance.Mapping;
using ModelDsl.Layers;

namespace ModelDsl.Conformance;

/// <summary>Recurrences that read their memory as it stood at the start of the mini-batch.</summary>
public static partial class Architectures
{
    private static IEnumerable<Architecture> Stale() =>
    [
        new("ttt_linear", TttLinear().State("b", "initial_state_bias", "final_state_bias", "B H 1 Value")),

        // The reference fills the last mini-batch up with tokens of zeros, which the bias learns from, too: that final state is none of the recurrence.
        new("ttt_linear_pad", TttLinear().State("b", "initial_state_bias", null, "B H 1 Value").WithoutGradientsThroughFinalStates()),
        new("ttt_linear_official", Official(Learning<TttLinearOfficial>())
            .State("W", "W1", "final_W1", "H Key Value", "B H Key Value")
            .State("b", "b1", "final_b1", "H 1 Value", "B H 1 Value")
            .State("weightGradient", null, null, "")
            .State("biasGradient", null, null, "")),
        new("ttt_mlp_official", Official(Learning<TttMlp>())
            .State("W1", "W1", "final_W1", "H Key Hidden", "B H Key Hidden")
            .State("b1", "b1", "final_b1", "H 1 Hidden", "B H 1 Hidden")
            .State("W2", "W2", "final_W2", "H Hidden Value", "B H Hidden Value")
            .State("b2", "b2", "final_b2", "H 1 Value", "B H 1 Value")
            .State("gradientOfW1", null, null, "")
            .State("gradientOfB1", null, null, "")
            .State("gradientOfW2", null, null, "")
            .State("gradientOfB2", null, null, "")),
        new("titans", Learning<Titans>()
            .Input("theta", "theta", "B T H 1")
            .Input("alpha", "alpha", "B T H 1")
            .Input("eta", "eta", "B T H 1")
            .State("M", "initial_state", "final_state", "B H Key Value")
            .State("momentum", null, null, "")
            .MiniBatch("chunk_size")),
    ];

    private static GoldenCase TttLinear() => Learning<TttLinear>()
        .Input("eta", "eta", "B T H 1")
        .State("W", "initial_state", "final_state", "B H Key Value")
        .State("weightGradient", null, null, "")
        .State("biasGradient", null, null, "")
        .MiniBatch("mini_batch_size");

    private static GoldenCase Official(GoldenCase learning) => learning
        .Input("rate", "lr", "B T H")
        .Input("slotRate", "token_idx", "Slot")
        .Constant("slot", "Slot", (_, _, slot) => slot[0])
        .MiniBatch("mini_batch_size");

    /// <summary>Query, key, value, and the normalisation of what is learnt.</summary>
    private static GoldenCase Learning<T>()
        where T : struct, IRecurrence<T> =>
        KeyValue<T>("B T H")
            .Input("normWeight", "w", "H Value")
            .Input("normBias", "b", "H Value");
}
