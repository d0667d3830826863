namespace ModelDsl.Kernels.Gpu;

/// <summary>An axis of a tensor, as the caller's memory and the packed memory see it.</summary>
/// <param name="Size">Its size.</param>
/// <param name="Host">Elements from one index to the next in the caller's memory.</param>
/// <param name="Packed">The same in packed memory.</param>
internal readonly record struct CopyAxis(int Size, nint Host, nint Packed);

/// <summary>Copies between the caller's strided tensors and packed memory.</summary>
internal static unsafe class HostCopy
{
    /// <summary>Elements on the side of a block that is transposed at once: its rows and columns stay in the first cache.</summary>
    private const int Block = 16;

    /// <summary>The same axes, less those of one element, with axes joined that follow each other in both memories. Packed memory decides the order.</summary>
    public static CopyAxis[] Simplify(IEnumerable<CopyAxis> axes)
    {
        List<CopyAxis> result = [];
        foreach (CopyAxis axis in axes.Where(axis => axis.Size != 1).OrderByDescending(axis => axis.Packed))
        {
            if (result.Count > 0 && result[^1] is var outer && outer.Host == axis.Size * axis.Host && outer.Packed == axis.Size * axis.Packed)
            {
                result[^1] = axis with { Size = outer.Size * axis.Size };
            }
            else
            {
                result.Add(axis);
            }
        }

        return [.. result];
    }

    /// <summary>Whether both memories hold the same elements in the same order, without gaps.</summary>
    public static bool IsOneRun(CopyAxis[] simplified) =>
        simplified.Length == 0 || (simplified.Length == 1 && simplified[0] is { Host: 1, Packed: 1 });

    /// <summary>From the caller's memory to packed memory.</summary>
    public static void Pack(float* host, float* packed, ReadOnlySpan<CopyAxis> axes) => Copy(host, packed, axes, toHost: false);

    /// <summary>From packed memory to the caller's.</summary>
    public static void Unpack(float* host, float* packed, ReadOnlySpan<CopyAxis> axes) => Copy(host, packed, axes, toHost: true);

    /// <summary>Adds packed memory to the caller's, in the order of the axes.</summary>
    public static void Add(float* host, float* packed, ReadOnlySpan<CopyAxis> axes)
    {
        if (axes.Length == 0)
        {
            *host += *packed;
            return;
        }

        CopyAxis axis = axes[0];
        if (axes.Length > 1)
        {
            for (int i = 0; i < axis.Size; i++)
            {
                Add(host + (i * axis.Host), packed + (i * axis.Packed), axes[1..]);
            }
        }
        else
        {
            for (int i = 0; i < axis.Size; i++)
            {
                host[i * axis.Host] += packed[i * axis.Packed];
            }
        }
    }

    /// <summary>Sets the caller's memory to zero.</summary>
    public static void Clear(float* host, ReadOnlySpan<CopyAxis> axes)
    {
        if (axes.Length == 0)
        {
            *host = 0;
            return;
        }

        for (int i = 0; i < axes[0].Size; i++)
        {
            Clear(host + (i * axes[0].Host), axes[1..]);
        }
    }

    private static void Copy(float* host, float* packed, ReadOnlySpan<CopyAxis> axes, bool toHost)
    {
        if (axes.Length == 0)
        {
            Row(host, packed, new CopyAxis(1, 1, 1), toHost);
        }
        else if (axes.Length == 1)
        {
            Row(host, packed, axes[0], toHost);
        }
        else if (axes.Length == 2 && axes[0].Host == 1)
        {
            Transpose(host, packed, axes[0], axes[1], toHost);
        }
        else
        {
            for (int i = 0; i < axes[0].Size; i++)
            {
                Copy(host + (i * axes[0].Host), packed + (i * axes[0].Packed), axes[1..], toHost);
            }
        }
    }

    private static void Row(float* host, float* packed, CopyAxis axis, bool toHost)
    {
        if (axis is { Host: 1, Packed: 1 })
        {
            var source = new ReadOnlySpan<float>(toHost ? packed : host, axis.Size);
            source.CopyTo(new Span<float>(toHost ? host : packed, axis.Size));
        }
        else if (toHost)
        {
            for (int i = 0; i < axis.Size; i++)
            {
                host[i * axis.Host] = packed[i * axis.Packed];
            }
        }
        else
        {
            for (int i = 0; i < axis.Size; i++)
            {
                packed[i * axis.Packed] = host[i * axis.Host];
            }
        }
    }

    private static void Transpose(float* host, float* packed, CopyAxis outer, CopyAxis inner, bool toHost)
    {
        for (int first = 0; first < inner.Size; first += Block)
        {
            CopyAxis part = inner with { Size = Math.Min(Block, inner.Size - first) };
            for (int i = 0; i < outer.Size; i++)
            {
                Row(host + (i * outer.Host) + (first * inner.Host), packed + (i * outer.Packed) + (first * inner.Packed), part, toHost);
            }
        }
    }
}
