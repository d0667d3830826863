using System.Runtime.InteropServices;

namespace CharLanguageModel.Runtime;

/// <summary>
/// Prepares the C runtime for libtorch, before it is loaded. What each setting gains is measured in README.md, "Speed".
/// </summary>
internal static partial class NativeRuntime
{
    private const int TrimThreshold = -1;
    private const int MmapThreshold = -3;
    private const int ArenaMax = -8;

    // The largest value that glibc accepts on 64-bit systems (half of a heap); larger blocks are still mapped.
    private const int LargestMmapThreshold = 32 << 20;

    /// <summary>Applies the settings. Does nothing where the C library is not glibc.</summary>
    public static void Prepare()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            KeepLargeBlocks();

            // A thread of libtorch spins for some 100 ms at the end of a parallel loop by default. On a machine with other work
            // it then waits for a thread that it keeps from running: short spins cost little where the machine is idle, and a
            // step is many times faster where it is not. What the user has set stays.
            _ = SetVariable("GOMP_SPINCOUNT", "10000", overwrite: 0);
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            // musl has neither the functions nor the problems.
        }
    }

    /// <summary>
    /// Keeps the memory of freed tensors in the process. By default malloc maps every large block afresh, and the kernel then
    /// clears each page at its first touch.
    /// </summary>
    private static void KeepLargeBlocks()
    {
        _ = SetOption(MmapThreshold, LargestMmapThreshold);
        _ = SetOption(TrimThreshold, int.MaxValue);

        // One arena, so that what one thread frees serves the next one's request.
        _ = SetOption(ArenaMax, 1);
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
