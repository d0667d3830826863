using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// Sixteen numbers in double precision. Powers are made of these: the error of a square is twice that of its root, and after ten squarings a float32 would have lost
/// three digits.
/// </summary>
internal readonly struct Wide(Vector512<double> low, Vector512<double> high)
{
    private readonly Vector512<double> _low = low, _high = high;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide Of(Vector512<float> numbers) => new(Vector512.WidenLower(numbers), Vector512.WidenUpper(numbers));

    /// <summary>Rounded to float32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Narrow() => Vector512.Narrow(_low, _high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide operator +(Wide a, Wide b) => new(a._low + b._low, a._high + b._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide operator *(Wide a, Wide b) => new(a._low * b._low, a._high * b._high);

    /// <summary>a b + c.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide MultiplyAdd(Wide a, Wide b, Wide c) =>
        new(Vector512.FusedMultiplyAdd(a._low, b._low, c._low), Vector512.FusedMultiplyAdd(a._high, b._high, c._high));
}
