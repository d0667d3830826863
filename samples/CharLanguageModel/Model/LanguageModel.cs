using CharLanguageModel.Configuration;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CharLanguageModel.Model;

/// <summary>A character-level language model: embedding, blocks, norm, head.</summary>
internal sealed class LanguageModel : nn.Module
{
    private readonly Embedding embedding;
    private readonly ModuleList<Block> blocks;
    private readonly RmsNorm norm;
    private readonly Linear? head;

    private LanguageModel(ModelConfig config)
        : base(nameof(LanguageModel))
    {
        Config = config;
        embedding = nn.Embedding(config.Vocabulary.Length, config.ModelDim);

        // A tied head takes the embedding's rows as its weights: they must be as small as a head's.
        nn.init.normal_(embedding.weight!, 0, config.TiedHead ? 1 / Math.Sqrt(config.ModelDim) : 1);
        blocks = nn.ModuleList([.. Enumerable.Range(0, config.Blocks).Select(_ => new Block(config))]);
        norm = new(config.ModelDim);
        head = config.TiedHead ? null : Layers.Linear(config.ModelDim, config.Vocabulary.Length, gain: 0.5);
        RegisterComponents();
    }

    /// <summary>Its configuration.</summary>
    public ModelConfig Config { get; }

    /// <summary>Its blocks.</summary>
    public IEnumerable<Block> Blocks => blocks;

    /// <summary>How many numbers are trained.</summary>
    public long ParameterCount => parameters().Sum(p => p.numel());

    /// <summary>A model with parameters that follow from the configuration and the seed.</summary>
    public static LanguageModel Create(ModelConfig config, int seed)
    {
        config.Validate();
        manual_seed(seed);
        return new(config);
    }

    /// <summary>Predicts the next character at every position.</summary>
    /// <param name="tokens">[B, T], int64.</param>
    /// <param name="state">Where the text before <paramref name="tokens"/> left the model, or null at the beginning.</param>
    /// <returns>Logits [B, T, vocabulary] and the state after the last character.</returns>
    public (Tensor Logits, ModelState State) Predict(Tensor tokens, ModelState? state)
    {
        var stream = embedding.call(tokens);
        var states = new Tensor[blocks.Count][];
        for (var i = 0; i < states.Length; i++)
        {
            (stream, states[i]) = blocks[i].Run(stream, state?.Blocks[i]);
        }

        var normed = norm.call(stream);
        var logits = head is null ? nn.functional.linear(normed, embedding.weight!) : head.call(normed);
        return (logits, new ModelState(states));
    }

    /// <summary>The mean cross entropy of the next characters, in nats.</summary>
    /// <param name="tokens">[B, T], int64.</param>
    /// <param name="targets">[B, T], int64: the characters that follow.</param>
    public Tensor Loss(Tensor tokens, Tensor targets)
    {
        var (logits, _) = Predict(tokens, null);
        return nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten());
    }
}
