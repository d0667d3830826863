using ModelDsl.Conformance.Goldens;

namespace ModelDsl.Conformance.Mapping;

/// <summary>The sizes of the letters of layouts (B, T, H and named axes), learned from the shapes of a file's tensors.</summary>
public sealed class AxisSizes
{
    private readonly Dictionary<string, (int Size, string From)> _sizes = [];

    /// <summary>The size of a letter that is known.</summary>
    public int this[string letter] => _sizes.TryGetValue(letter, out (int Size, string From) known)
        ? known.Size
        : throw new GoldenException($"No tensor of the file says how large {letter} is.");

    /// <summary>The size of a letter, or null while it is not known.</summary>
    public int? Find(string letter) => _sizes.TryGetValue(letter, out (int Size, string From) known) ? known.Size : null;

    /// <summary>The size of a letter, or another if no tensor has it.</summary>
    public int Or(string letter, int size) => Find(letter) ?? size;

    /// <summary>Learns a size.</summary>
    /// <returns>Whether it is news.</returns>
    public bool Learn(string letter, int size, string from)
    {
        if (_sizes.TryGetValue(letter, out (int Size, string From) known))
        {
            return known.Size == size
                ? false
                : throw new GoldenException($"{letter} is {size} in {from}, but {known.Size} in {known.From}.");
        }

        if (size < 1)
        {
            throw new GoldenException($"{letter} is {size} in {from}: a size must be at least 1.");
        }

        _sizes.Add(letter, (size, from));
        return true;
    }
}
