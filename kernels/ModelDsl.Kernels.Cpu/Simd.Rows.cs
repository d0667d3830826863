using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelDsl.Kernels.Cpu;

/// <content>What generated code does to the rows of a frame: lanes beyond a row's end hold zero.</content>
public static unsafe partial class Simd
{
    private static readonly Vector512<int> s_swapPairs = Vector512.Create(1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14);
    private static readonly Vector512<float> s_turnSigns = Vector512.Create(-1f, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1);
    private static readonly Vector512<int> s_laneNumbers = Vector512.Create(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);

    /// <summary>Stores 16 lanes, those from <paramref name="count"/> on as zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, Vector512<float> value, int count) =>
        (count >= Lanes ? value : Masked(value, count)).Store(target);

    /// <summary>The lanes below <paramref name="count"/>, the others as <paramref name="other"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Masked(Vector512<float> value, int count, float other) =>
        count >= Lanes ? value : Vector512.ConditionalSelect(LaneMask(count), value, Vector512.Create(other));

    /// <summary>The largest lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxOver(Vector512<float> value) => MaxOver(value, Lanes);

    /// <summary>For pairs of lanes: y[2i] = -x[2i+1], y[2i+1] = x[2i].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> QuarterTurn(Vector512<float> x) => Vector512.Shuffle(x, s_swapPairs) * s_turnSigns;

    /// <summary>Lanes of a row of <paramref name="size"/> numbers that is shifted by <paramref name="shift"/>: row[index + lane - shift], zero outside the row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadShifted(float* row, int index, int shift, int size)
    {
        // A row is whole vectors, zero beyond its end: what two of them share is moved into place, and what no lane reaches is zero.
        int first = index - shift, last = Pad(size) - Lanes;
        int start = first < 0 ? 0 : first > last ? last : first;
        Vector512<float> value = Vector512.Load(row + start);
        return start == first ? value : Vector512.Shuffle(value, s_laneNumbers + Vector512.Create(first - start));
    }

    /// <summary>The value in the lanes where <see cref="LoadShifted"/> would read inside the row, zero in the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ShiftedLanes(Vector512<float> value, int index, int shift, int size)
    {
        Vector512<int> read = s_laneNumbers + Vector512.Create(index - shift);
        return value & (Vector512.GreaterThanOrEqual(read, Vector512<int>.Zero) & Vector512.LessThan(read, Vector512.Create(size))).AsSingle();
    }

    /// <summary>
    /// Lane l of the first <paramref name="count"/>: the number at (<paramref name="start"/> + l <paramref name="step"/>) mod <paramref name="size"/> of a row, whose numbers are
    /// <paramref name="stride"/> apart, l <paramref name="rows"/> floats on. The other lanes are zero.
    /// </summary>
    public static Vector512<float> LoadAround(float* row, int start, int step, int size, nint stride, nint rows, int count)
    {
        float* lanes = stackalloc float[Lanes];
        for (int lane = 0; lane < Lanes; lane++)
        {
            // A lane may lie several rounds away where rows are shorter than a vector.
            lanes[lane] = lane < count ? row[(lane * rows) + (Around((start + (lane * step)) % size, size) * stride)] : 0;
        }

        return Vector512.Load(lanes);
    }

    /// <summary>An index that is less than a round away from those of a row, brought back to it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Around(int index, int size) => index < 0 ? index + size : index >= size ? index - size : index;

    /// <summary>The element at <paramref name="index"/> of a quarter turn, given the other element of its pair.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> QuarterTurned(Vector512<float> other, int index) => (index & 1) == 0 ? -other : other;

    /// <summary>The element at <paramref name="index"/> of a quarter turn, given the other element of its pair.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float QuarterTurned(float other, int index) => (index & 1) == 0 ? -other : other;

    /// <summary>The value where <paramref name="index"/> is <paramref name="place"/>, else zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Place(Vector512<float> value, int index, int place) => index == place ? value : Vector512<float>.Zero;

    /// <summary>The value where <paramref name="index"/> is <paramref name="place"/>, else zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Place(float value, int index, int place) => index == place ? value : 0f;

    /// <summary>The lane that stands for <paramref name="place"/> if the first lane stands for <paramref name="first"/>; the others as zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> PlaceLane(Vector512<float> value, int first, int place) =>
        value & Vector512.Equals(s_laneNumbers, Vector512.Create(place - first)).AsSingle();
}
