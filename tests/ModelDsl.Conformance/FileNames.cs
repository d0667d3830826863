using ModelDsl.Conformance.Mapping;

namespace ModelDsl.Conformance;

/// <summary>Tells the architecture from the name of a golden file.</summary>
public static class FileNames
{
    /// <summary>Goldens of shared conventions that no spec of one token's step covers yet, and why. They also keep a longer name from being taken for a shorter one with a suffix.</summary>
    private static readonly Dictionary<string, string> NotCovered = new()
    {
        ["mega_gated_attention_laplace"] = "attention over all earlier tokens: no fixed-size state",
        ["mega_gated_attention_softmax"] = "attention over all earlier tokens: no fixed-size state",
        ["softmax_attn"] = "attention over all earlier tokens: no fixed-size state",
        ["sliding_window_attn"] = "attention over a window of earlier tokens: no fixed-size state",
        ["longhorn_layer"] = "a whole layer with its projections",
        ["mamba1_block"] = "a whole layer with its projections",
        ["mamba2_block"] = "a whole layer with its projections",
        ["gateloop_layer"] = "a whole layer with a complex state",
        ["gateloop_operator"] = "complex state",
    };

    /// <summary>The architecture whose name is the longest that begins a file's name and ends where a suffix ("_T300") does.</summary>
    public static Architecture? Find(string file) =>
        LongestPrefix(file, Architectures.All.Select(a => a.Name).Concat(NotCovered.Keys)) is { } name
            ? Architectures.All.FirstOrDefault(a => a.Name == name)
            : null;

    /// <summary>Why a file's architecture is not known.</summary>
    public static string WhyNot(string file) => LongestPrefix(file, NotCovered.Keys) is { } name ? NotCovered[name] : "no spec for this architecture";

    private static string? LongestPrefix(string file, IEnumerable<string> names) => names
        .Where(name => file == name || file.StartsWith(name + "_", StringComparison.Ordinal))
        .MaxBy(name => name.Length);
}
