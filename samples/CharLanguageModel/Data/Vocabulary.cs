namespace CharLanguageModel.Data;

/// <summary>The characters of a text, in order of their codes, and their indices.</summary>
internal sealed class Vocabulary
{
    private readonly Dictionary<char, byte> _indices;

    /// <summary>Takes the characters in the order of their indices.</summary>
    public Vocabulary(string characters)
    {
        if (characters.Length is 0 or > 256)
        {
            throw new ArgumentException($"A vocabulary holds 1 to 256 characters, not {characters.Length}.", nameof(characters));
        }

        Characters = characters;
        _indices = characters.Select((c, i) => (c, i)).ToDictionary(p => p.c, p => (byte)p.i);
    }

    /// <summary>The characters, by index.</summary>
    public string Characters { get; }

    /// <summary>How many there are.</summary>
    public int Size => Characters.Length;

    /// <summary>The vocabulary of a text.</summary>
    public static Vocabulary Of(string text) => new(string.Concat(text.Distinct().Order()));

    /// <summary>The indices of a text's characters.</summary>
    /// <exception cref="ArgumentException">A character is not in the vocabulary.</exception>
    public byte[] Encode(string text)
    {
        var tokens = new byte[text.Length];
        for (var i = 0; i < text.Length; i++)
        {
            if (!_indices.TryGetValue(text[i], out tokens[i]))
            {
                throw new ArgumentException(
                    $"Character '{text[i]}' (U+{(int)text[i]:X4}) at position {i} is not in the vocabulary of {Size} characters: {Characters.ReplaceLineEndings("\\n")}",
                    nameof(text));
            }
        }

        return tokens;
    }

    /// <summary>The text of a sequence of indices.</summary>
    public string Decode(ReadOnlySpan<byte> tokens)
    {
        var text = new char[tokens.Length];
        for (var i = 0; i < tokens.Length; i++)
        {
            text[i] = Characters[tokens[i]];
        }

        return new string(text);
    }
}
