namespace CharLanguageModel.Configuration;

/// <summary>The shape of a model. Two models of the same configuration have parameters of the same names and shapes.</summary>
internal sealed record ModelConfig
{
    /// <summary>The mixer of every block, by its name on the command line.</summary>
    public string Mixer { get; init; } = "gated-delta";

    /// <summary>The characters the model reads and writes, in the order of their indices.</summary>
    public string Vocabulary { get; init; } = "";

    /// <summary>Width of the residual stream (D).</summary>
    public int ModelDim { get; init; } = 128;

    /// <summary>Blocks of mixer and gated MLP.</summary>
    public int Blocks { get; init; } = 3;

    /// <summary>Heads of a mixer (H); divides <see cref="ModelDim"/>.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Width of the gated MLP.</summary>
    public int MlpDim { get; init; } = 256;

    /// <summary>Taps of the short convolution before each mixer; 1 means none.</summary>
    public int ConvolutionWidth { get; init; } = 4;

    /// <summary>State size per channel (N) of mixers that have one.</summary>
    public int StateDim { get; init; } = 16;

    /// <summary>Whether the output layer is the embedding, transposed.</summary>
    public bool TiedHead { get; init; }

    /// <summary>Width of a head.</summary>
    public int HeadDim => ModelDim / Heads;

    /// <summary>Throws where a value is out of its range.</summary>
    public void Validate()
    {
        foreach (var (name, value) in new[]
        {
            (nameof(ModelDim), ModelDim), (nameof(Blocks), Blocks), (nameof(Heads), Heads), (nameof(MlpDim), MlpDim),
            (nameof(ConvolutionWidth), ConvolutionWidth), (nameof(StateDim), StateDim),
        })
        {
            if (value < 1)
            {
                throw new ArgumentException($"{name} is {value}; expected at least 1.");
            }
        }

        if (ModelDim % Heads != 0)
        {
            throw new ArgumentException($"{nameof(Heads)} is {Heads}; expected a divisor of {nameof(ModelDim)}, {ModelDim}.");
        }
    }
}
