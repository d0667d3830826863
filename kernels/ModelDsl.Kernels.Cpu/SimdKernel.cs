using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels.Cpu;

/// <summary>How kernels are compiled.</summary>
public static class SimdKernel
{
    /// <summary>
    /// Optimised from the first call (a first long call in unoptimised code is 24 times slower), and never inlined: inlined into
    /// an optimised caller, a kernel shares that caller's inlining budget, runs out of it, and calls its vector operations one
    /// by one (measured: ten times slower).
    /// </summary>
    public const MethodImplOptions Options = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;
}
