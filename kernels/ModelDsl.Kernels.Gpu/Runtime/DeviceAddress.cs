namespace ModelDsl.Kernels.Gpu;

/// <summary>
/// Addresses of tensors in a device's memory, in views that otherwise hold addresses of the process's: no process has memory so far up. Only kernels of the device
/// understand them, and only while what they mean stays there (<see cref="DeviceMemory.Stay"/>).
/// </summary>
internal static class DeviceAddress
{
    private const long Mark = 1L << 62;

    /// <summary>The address of a float in a device's memory.</summary>
    public static nint Of(long offset) => (nint)(Mark + (offset * sizeof(float)));

    /// <summary>Whether a view is of a device's memory.</summary>
    public static bool Is(TensorView view) => (long)view.Data >= Mark;

    /// <summary>Which float an address means.</summary>
    public static long Offset(nint address) => (address - Mark) / sizeof(float);
}
