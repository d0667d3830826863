using System.Runtime.InteropServices;

namespace ModelDsl.Kernels.Tests;

/// <summary>Aligned native memory of one test, filled with NaN wherever nothing else was asked for, and watched for writes past its end.</summary>
internal sealed unsafe class NativeRows(int seed) : IDisposable
{
    private const int Guard = 64;
    private const float GuardValue = 12345.5f;

    private readonly List<(nint Address, int Length)> blocks = [];
    private readonly Random random = new(seed);

    /// <summary>Rows of NaN.</summary>
    public float* Poisoned(int rows, int stride)
    {
        var length = rows * stride;
        var block = (float*)NativeMemory.AlignedAlloc((nuint)(length + Guard) * sizeof(float), 64);
        new Span<float>(block, length).Fill(float.NaN);
        new Span<float>(block + length, Guard).Fill(GuardValue);
        blocks.Add(((nint)block, length));
        return block;
    }

    /// <summary>Rows of which the first columns are random in [low, high) and the padding is NaN.</summary>
    public float* Uniform(int rows, int columns, int stride, double low = -1, double high = 1)
    {
        var block = Poisoned(rows, stride);
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                block[(row * stride) + column] = (float)(low + ((high - low) * random.NextDouble()));
            }
        }

        return block;
    }

    /// <summary>The same, with one value in four an exact zero.</summary>
    public float* WithZeros(int rows, int columns, int stride, double low = -1, double high = 1)
    {
        var block = Uniform(rows, columns, stride, low, high);
        for (var i = 0; i < rows * stride; i++)
        {
            if (!float.IsNaN(block[i]) && random.Next(4) == 0)
            {
                block[i] = 0;
            }
        }

        return block;
    }

    public void Dispose()
    {
        var intact = true;
        foreach (var (address, length) in blocks)
        {
            intact &= !new Span<float>((float*)address + length, Guard).ContainsAnyExcept(GuardValue);
            NativeMemory.AlignedFree((void*)address);
        }

        Assert.True(intact, "Something was written past the end of a block.");
    }
}
