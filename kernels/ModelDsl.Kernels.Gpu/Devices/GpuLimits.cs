namespace ModelDsl.Kernels.Gpu;

/// <summary>What of a device decides the shape of kernels.</summary>
/// <param name="IsCpu">Whether its threads are a CPU's: a thread then computes several numbers at once, and groups are small.</param>
/// <param name="IsEmulated">Whether it is the emulator.</param>
/// <param name="MaximumThreads">The largest number of threads in a group.</param>
/// <param name="SharedFloats">Floats in a group's shared memory.</param>
/// <param name="Multiprocessors">How many groups run at once, at least.</param>
/// <param name="MemoryBytes">The device's memory.</param>
public readonly record struct GpuLimits(bool IsCpu, bool IsEmulated, int MaximumThreads, int SharedFloats, int Multiprocessors, long MemoryBytes)
{
    /// <summary>
    /// Of the shared memory that a GPU's group may have, what kernels use. A multiprocessor of sm_80 has 164 KB, 1 KB of which each group takes for itself: with 40 KB, four groups of
    /// 256 threads fill half of the threads that it can hold, while a fifth more would let it hold only three.
    /// </summary>
    public const int SharedBytes = 40 * 1024;

    /// <summary>The floats that kernels use of a group's shared memory.</summary>
    public static int SharedFloatsOf(int bytes) => Math.Min(bytes, SharedBytes) / sizeof(float);
}
