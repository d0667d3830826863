namespace ModelDsl.Kernels.Gpu;

/// <summary>What of a device decides the shape of kernels.</summary>
/// <param name="IsCpu">Whether its threads are a CPU's: a thread then computes sixteen numbers at once, and groups are small.</param>
/// <param name="IsEmulated">Whether it is the emulator.</param>
/// <param name="MaximumThreads">The largest number of threads in a group.</param>
/// <param name="SharedFloats">Floats in a group's shared memory.</param>
/// <param name="Multiprocessors">How many groups run at once, at least.</param>
/// <param name="MemoryBytes">The device's memory.</param>
public readonly record struct GpuLimits(bool IsCpu, bool IsEmulated, int MaximumThreads, int SharedFloats, int Multiprocessors, long MemoryBytes);
