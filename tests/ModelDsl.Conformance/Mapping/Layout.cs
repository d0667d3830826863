using System.Globalization;
using ModelDsl.Conformance.Goldens;

namespace ModelDsl.Conformance.Mapping;

/// <summary>
/// The axes of a golden tensor, outermost first, as in "B T H Key": B batch, T time, H heads, G groups of heads, the rest named axes of the
/// recurrence. "#2" is the element at index 2 of an axis of any size, "1" an axis of size 1, "H*Channel" one axis that holds two, "1/3*Channel" the second
/// of three blocks along an axis, "1..Gate" an axis less its first element, and "4+Key*Other" what begins at its fifth element, of any size. A letter that is written twice in a row is one axis that the golden tensor splits ("T B H H").
/// </summary>
public sealed class Layout
{
    private readonly string _text;
    private readonly Dimension[] _dimensions;

    private Layout(string text, Dimension[] dimensions)
    {
        _text = text;
        _dimensions = dimensions;
    }

    /// <summary>Parses a layout.</summary>
    public static Layout Parse(string text) =>
        new(text, [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ParseDimension)]);

    /// <summary>Learns what a golden tensor's shape says about sizes.</summary>
    /// <returns>Whether anything was news.</returns>
    public bool Learn(GoldenTensor tensor, AxisSizes sizes)
    {
        bool news = false;
        foreach ((Dimension dimension, int size, int _) in Match(tensor))
        {
            int known = dimension.Blocks;
            string? unknown = null;
            foreach (string letter in dimension.Letters)
            {
                if (sizes.Find(letter) is { } length)
                {
                    known *= length;
                }
                else if (unknown is null)
                {
                    unknown = letter;
                }
                else
                {
                    unknown = "";
                }
            }

            if (dimension.IsPart)
            {
                Require(unknown is not null || dimension.First + known <= size, tensor, $"an axis of at least {dimension.First + known} where it has {size}");
            }
            else if (dimension.Index is { } index)
            {
                Require(index < size, tensor, $"an axis of at least {index + 1} where it has {size}");
            }
            else if (unknown is null)
            {
                Require(known == size - dimension.First, tensor, $"{string.Join("*", dimension.Letters.DefaultIfEmpty("an axis"))} = {known} where it has {size}");
            }
            else if (unknown.Length > 0)
            {
                Require((size - dimension.First) % known == 0, tensor, $"a multiple of {known} where it has {size}");
                news |= sizes.Learn(unknown, (size - dimension.First) / known, tensor.ToString());
            }
        }

        return news;
    }

    /// <summary>Where a tensor with the given named axes lies.</summary>
    public Placement Place(GoldenTensor tensor, AxisSizes sizes, IReadOnlyList<string> axes)
    {
        Dictionary<string, int> strides = [];
        int offset = 0;
        foreach ((Dimension dimension, int size, int stride) in Match(tensor))
        {
            offset += (dimension.Index ?? (dimension.First + (dimension.Block * (size / dimension.Blocks)))) * stride;
            int inner = stride;
            foreach (string letter in dimension.Letters.Reverse())
            {
                strides.Add(letter, inner);
                inner *= sizes[letter];
            }
        }

        string heads = strides.ContainsKey("G") ? "G" : "H";
        return new Placement(
            offset,
            strides.ContainsKey(heads) ? sizes[heads] : 1,
            strides.GetValueOrDefault("B"),
            strides.GetValueOrDefault("T"),
            strides.GetValueOrDefault(heads),
            [.. axes.Select(axis => strides.GetValueOrDefault(axis))]);
    }

    /// <summary>The shape of a tensor that has this layout: for constants that no file holds.</summary>
    public int[] Shape(AxisSizes sizes) =>
        [.. _dimensions.Select(d => d.Letters.Aggregate(d.Blocks, (size, letter) => size * sizes.Or(letter, 1)))];

    /// <summary>The letters of axes of which only a part is seen: their sizes hang together with what is not.</summary>
    public IEnumerable<string> PartLetters => _dimensions.Where(d => d.IsPart).SelectMany(d => d.Letters);

    /// <summary>The letters of each axis.</summary>
    public IEnumerable<string[]> Letters => _dimensions.Select(d => d.Letters);

    /// <summary>A tensor's shape if letters had other sizes. An axis that the tensor splits keeps its size, and so does one with a constant index.</summary>
    public int[] Resized(int[] shape, AxisSizes sizes, Func<string, int> newSize)
    {
        int[] resized = [.. shape];
        for (int i = 0; i < shape.Length; i++)
        {
            foreach (string letter in _dimensions[i].IsPart || _dimensions.Count(d => d.Letters is [string only] && _dimensions[i].Letters.Contains(only)) > 1 ? [] : _dimensions[i].Letters)
            {
                resized[i] = ((resized[i] - _dimensions[i].First) / sizes[letter] * newSize(letter)) + _dimensions[i].First;
            }
        }

        return resized;
    }

    /// <summary>The layout as written.</summary>
    public override string ToString() => _text;

    private static Dimension ParseDimension(string text)
    {
        if (text == "1")
        {
            return new Dimension([]);
        }

        if (text.StartsWith('#'))
        {
            return new Dimension([], Index: int.Parse(text.AsSpan(1), CultureInfo.InvariantCulture));
        }

        if (text.Split("..") is [string first, string letter])
        {
            return new Dimension([letter], First: int.Parse(first, CultureInfo.InvariantCulture));
        }

        if (text.Split('+') is [string before, string part])
        {
            return new Dimension(part.Split('*'), First: int.Parse(before, CultureInfo.InvariantCulture), IsPart: true);
        }

        string[] letters = text.Split('*');
        if (letters[0].Split('/') is not [string block, string blocks])
        {
            return new Dimension(letters);
        }

        return new Dimension(
            letters[1..],
            Block: int.Parse(block, CultureInfo.InvariantCulture),
            Blocks: int.Parse(blocks, CultureInfo.InvariantCulture));
    }

    /// <summary>Pairs the layout's axes with the tensor's, axes that the tensor splits put together: (axis, size, stride).</summary>
    private List<(Dimension Dimension, int Size, int Stride)> Match(GoldenTensor tensor)
    {
        Require(tensor.Shape.Length == _dimensions.Length, tensor, $"{_dimensions.Length} axes");

        List<(Dimension, int, int)> matched = [];
        int stride = 1;
        for (int i = _dimensions.Length - 1; i >= 0; i--)
        {
            int size = tensor.Shape[i];
            int inner = stride;
            while (i > 0 && _dimensions[i].Letters is [string letter] && _dimensions[i - 1].Letters is [string outer] && outer == letter)
            {
                stride *= tensor.Shape[i];
                i--;
                size *= tensor.Shape[i];
            }

            matched.Add((_dimensions[i], size, inner));
            stride *= tensor.Shape[i];
        }

        return matched;
    }

    private void Require(bool condition, GoldenTensor tensor, string expected)
    {
        if (!condition)
        {
            throw new GoldenException($"{tensor} does not have the layout '{_text}': expected {expected}.");
        }
    }

    /// <param name="Letters">The letters that the axis holds, outermost first; none for a constant index or an axis of size 1.</param>
    /// <param name="Index">The constant index.</param>
    /// <param name="First">How many elements along the axis come before.</param>
    /// <param name="Block">Which of the blocks.</param>
    /// <param name="Blocks">Equal blocks along the axis.</param>
    /// <param name="IsPart">Whether elements may come after those of the letters too.</param>
    private sealed record Dimension(string[] Letters, int? Index = null, int First = 0, int Block = 0, int Blocks = 1, bool IsPart = false);
}
