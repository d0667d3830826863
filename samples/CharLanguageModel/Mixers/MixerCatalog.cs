using CharLanguageModel.Configuration;

namespace CharLanguageModel.Mixers;

/// <summary>The mixers, by their names on the command line.</summary>
internal static class MixerCatalog
{
    private static readonly Dictionary<string, Func<ModelConfig, Mixer>> Factories = new()
    {
        ["retention"] = config => new RetentionMixer(config),
        ["gla"] = config => new GlaMixer(config),
        ["gated-delta"] = config => new GatedDeltaMixer(config),
        ["mamba"] = config => new MambaMixer(config),
        ["mamba2"] = config => new Mamba2Mixer(config),
        ["rwkv6"] = config => new Rwkv6Mixer(config),
        ["lstm"] = config => new LstmMixer(config),
    };

    /// <summary>The names, in the order in which they are shown.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Factories.Keys];

    /// <summary>Makes the mixer that a configuration names.</summary>
    public static Mixer Create(ModelConfig config) => Factories.TryGetValue(config.Mixer, out var create)
        ? create(config)
        : throw new ArgumentException($"There is no mixer '{config.Mixer}'; expected one of {string.Join(", ", Names)}.");
}
