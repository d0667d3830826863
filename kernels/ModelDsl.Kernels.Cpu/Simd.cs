using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// The vector operations that generated code is written in: sixteen float32 lanes, and an overload for one float of every
/// function, which computes exactly what a lane computes, so that the same expression gives the same bits in a scalar loop.
/// Where a machine has no 512-bit registers the runtime splits the vectors.
/// </summary>
public static unsafe partial class Simd
{
    /// <summary>Lanes of a vector; rows of scratch memory are padded to a multiple of it.</summary>
    public const int Lanes = 16;

    /// <summary>A length rounded up to whole vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Pad(int length) => (length + (Lanes - 1)) & ~(Lanes - 1);

    /// <summary>Loads 16 floats, of any alignment.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* source) => Vector512.Load(source);

    /// <summary>Stores 16 floats, to any alignment.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, Vector512<float> value) => value.Store(target);

    /// <summary>Puts zeros into <paramref name="length"/> floats.</summary>
    public static void Clear(float* target, nint length) => Frame.Clear(target, length);

    /// <summary>Loads <paramref name="count"/> floats (0 to 16; more counts as 16) and touches no others; the other lanes are 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadPartial(float* source, int count)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.MaskLoad(source, LaneMask(count), Vector512<float>.Zero);
        }

        return LoadLanes(source, 1, count);
    }

    /// <summary>Stores the first <paramref name="count"/> lanes (0 to 16; more counts as 16) and touches nothing else.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePartial(float* target, Vector512<float> value, int count)
    {
        if (Avx512F.IsSupported)
        {
            Avx512F.MaskStore(target, LaneMask(count), value);
        }
        else
        {
            StoreLanes(target, 1, value, count);
        }
    }

    /// <summary>Loads <paramref name="count"/> floats (0 to 16) that lie <paramref name="stride"/> elements apart; the other lanes are 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Gather(float* source, nint stride, int count) =>
        stride == 1 ? LoadPartial(source, count) : LoadLanes(source, stride, count);

    /// <summary>Stores the first <paramref name="count"/> lanes (0 to 16) to places <paramref name="stride"/> elements apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scatter(float* target, nint stride, Vector512<float> value, int count)
    {
        if (stride == 1)
        {
            StorePartial(target, value, count);
        }
        else
        {
            StoreLanes(target, stride, value, count);
        }
    }

    /// <summary>The value in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    /// <summary>All bits of the first <paramref name="count"/> lanes, none of the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LaneMask(int count) =>
        Vector512.LessThan(Vector512.Create(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), Vector512.Create(count)).AsSingle();

    /// <summary>The first <paramref name="count"/> lanes; 0 in the others, whatever they held.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Masked(Vector512<float> value, int count) => value & LaneMask(count);

    /// <summary>The sum of all lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector512<float> value) => Vector512.Sum(value);

    /// <summary>The sum of the first <paramref name="count"/> lanes (0 or more; 16 and more count as all).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector512<float> value, int count) => Vector512.Sum(Masked(value, count));

    /// <summary>The largest of the first <paramref name="count"/> lanes, minus infinity if there are none; NaN if one of them is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxOver(Vector512<float> value, int count)
    {
        var lanes = Vector512.ConditionalSelect(LaneMask(count), value, Vector512.Create(float.NegativeInfinity));
        var half = Vector256.Max(lanes.GetLower(), lanes.GetUpper());
        var quarter = Vector128.Max(half.GetLower(), half.GetUpper());
        return MathF.Max(MathF.Max(quarter[0], quarter[1]), MathF.Max(quarter[2], quarter[3]));
    }

    private static Vector512<float> LoadLanes(float* source, nint stride, int count)
    {
        var lanes = Vector512<float>.Zero;
        var target = (float*)&lanes;
        for (var i = 0; i < count && i < Lanes; i++)
        {
            target[i] = source[i * stride];
        }

        return lanes;
    }

    private static void StoreLanes(float* target, nint stride, Vector512<float> value, int count)
    {
        var source = (float*)&value;
        for (var i = 0; i < count && i < Lanes; i++)
        {
            target[i * stride] = source[i];
        }
    }
}
