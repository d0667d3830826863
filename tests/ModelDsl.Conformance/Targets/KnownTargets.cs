using ModelDsl.Kernels.Gpu;

namespace ModelDsl.Conformance.Targets;

/// <summary>The targets there are.</summary>
public static class KnownTargets
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ITarget> All { get; } = 
    [
        new CpuTarget(), new TorchTarget(), new OracleTarget(),
        new GpuTarget("opencl", GpuKind.OpenCL), new GpuTarget("emulator", GpuKind.Emulator, GpuTarget.SmallFile), new GpuTarget("cuda", GpuKind.Cuda),
    ];

    /// <summary>Those that are run unless others are asked for: generated code, on the processor.</summary>
    public static IReadOnlyList<ITarget> Default { get; } = [.. All.Where(t => t is not (OracleTarget or GpuTarget))];
}
