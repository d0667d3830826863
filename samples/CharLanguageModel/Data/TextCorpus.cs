namespace CharLanguageModel.Data;

/// <summary>A text as character indices, split by position: the first 90 % to train, the next 5 % to validate, the last 5 % to test.</summary>
internal sealed class TextCorpus
{
    private readonly byte[] _tokens;

    /// <summary>Splits a text.</summary>
    public TextCorpus(string text)
    {
        if (text.Length < 100)
        {
            throw new ArgumentException($"The text has {text.Length} characters; a split into training, validation and test needs at least 100.", nameof(text));
        }

        Vocabulary = Vocabulary.Of(text);
        _tokens = Vocabulary.Encode(text);
        var trainEnd = (int)(text.Length * 90L / 100);
        var validationEnd = (int)(text.Length * 95L / 100);
        Train = new(_tokens, 0, trainEnd);
        Validation = new(_tokens, trainEnd, validationEnd);
        Test = new(_tokens, validationEnd, text.Length);
    }

    /// <summary>The characters that occur.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>The first 90 %.</summary>
    public TextSplit Train { get; }

    /// <summary>From 90 to 95 %.</summary>
    public TextSplit Validation { get; }

    /// <summary>The last 5 %.</summary>
    public TextSplit Test { get; }

    /// <summary>Reads a text file: UTF-8, line ends as they are.</summary>
    public static TextCorpus Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no text at '{Path.GetFullPath(path)}'.", path);
        }

        return new(File.ReadAllText(path));
    }
}

/// <summary>A contiguous part of a text.</summary>
/// <param name="Text">The whole text, as character indices.</param>
/// <param name="Start">Where the part begins.</param>
/// <param name="End">Where it ends (exclusive).</param>
internal sealed record TextSplit(byte[] Text, int Start, int End)
{
    /// <summary>Its characters.</summary>
    public int Length => End - Start;

    /// <summary>The part itself.</summary>
    public ReadOnlySpan<byte> Tokens => Text.AsSpan(Start, Length);
}
