using System.Runtime.InteropServices;

namespace ModelDsl.Benchmarks.Native;

/// <summary>Settings of the C runtime that give libtorch its best case; to be applied before libtorch is loaded.</summary>
internal static partial class NativeRuntime
{
    private const int TrimThreshold = -1;
    private const int MmapThreshold = -3;

    // The largest value that glibc accepts on 64-bit systems.
    private const int LargestMmapThreshold = 32 << 20;

    /// <summary>
    /// Keeps the memory of freed tensors in the process: by default every large temporary is mapped afresh and page-faults, which
    /// makes torch 2 to 10 times slower. Does nothing where the C library is not glibc.
    /// </summary>
    public static void Prepare()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = SetOption(MmapThreshold, LargestMmapThreshold);
            _ = SetOption(TrimThreshold, int.MaxValue);
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            // musl has neither the function nor the problem.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
