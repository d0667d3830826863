using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ModelDsl.Benchmarks.Native;

/// <summary>
/// The processor time that the calling thread has used. On a shared machine it leaves out the time in which others ran, though
/// not what they did to the caches.
/// </summary>
internal static partial class ThreadClock
{
    private const int ThreadProcessorTime = 3;

    /// <summary>Whether processor time is measured; else <see cref="Seconds"/> is the wall clock.</summary>
    public static bool IsProcessorTime { get; } = OperatingSystem.IsLinux();

    /// <summary>Seconds since an arbitrary start.</summary>
    public static double Seconds()
    {
        if (!IsProcessorTime)
        {
            return (double)Stopwatch.GetTimestamp() / Stopwatch.Frequency;
        }

        if (GetTime(ThreadProcessorTime, out TimeSpec time) != 0)
        {
            throw new InvalidOperationException($"clock_gettime failed with error {Marshal.GetLastPInvokeError()}.");
        }

        return time.Seconds + (time.Nanoseconds * 1e-9);
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int GetTime(int clock, out TimeSpec time);

    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
