using ILGPU.Runtime.Cuda;

namespace ModelDsl.Kernels.Gpu.Ptx;

/// <summary>An NVIDIA architecture that PTX is written for, with the limits of one of its multiprocessors (CUDA C++ Programming Guide, compute capabilities).</summary>
/// <param name="Name">Its name in PTX: sm_80 (A100), sm_90 (H100).</param>
/// <param name="Architecture">ILGPU's name for it.</param>
/// <param name="InstructionSet">The PTX version that is written; ILGPU 1.5.3 knows 7.1 for sm_80 and 7.8 for sm_90 as the first.</param>
/// <param name="Warps">Warps that a multiprocessor can hold.</param>
/// <param name="Groups">Groups of threads that a multiprocessor can hold.</param>
/// <param name="Registers">32-bit registers of a multiprocessor.</param>
/// <param name="SharedBytes">Shared memory of a multiprocessor.</param>
/// <param name="SharedBytesPerGroup">Shared memory that one group can have if it asks for it (dynamically); a static allocation is limited to 48 KB.</param>
public sealed record PtxTarget(
    string Name, CudaArchitecture Architecture, CudaInstructionSet InstructionSet, int Warps, int Groups, int Registers, int SharedBytes, int SharedBytesPerGroup)
{
    /// <summary>Threads in a warp, on all of them.</summary>
    public const int WarpSize = 32;

    /// <summary>Registers are given to warps in lots of this many.</summary>
    public const int RegisterAllocation = 256;

    /// <summary>Shared memory is given to groups in lots of this many bytes.</summary>
    public const int SharedAllocation = 128;

    /// <summary>Shared memory that the system takes for itself in each group, from sm_80 on.</summary>
    public const int SharedReserved = 1024;

    /// <summary>The largest number of registers that a thread can name; more are spilled to local memory.</summary>
    public const int RegistersPerThread = 255;

    /// <summary>The most static shared memory that a kernel may declare; the assembler refuses more.</summary>
    public const int StaticSharedBytes = 48 * 1024;

    /// <summary>What the runtime chooses shapes by, as for a device that reports these limits.</summary>
    public GpuLimits Limits => new(IsCpu: false, IsEmulated: false, MaximumThreads: 1024, GpuLimits.SharedFloatsOf(StaticSharedBytes), Multiprocessors: 108, MemoryBytes: 80L << 30);

    /// <summary>A100.</summary>
    public static PtxTarget Sm80 { get; } = new("sm_80", CudaArchitecture.SM_80, CudaInstructionSet.ISA_71, 64, 32, 65536, 164 * 1024, 163 * 1024);

    /// <summary>H100.</summary>
    public static PtxTarget Sm90 { get; } = new("sm_90", CudaArchitecture.SM_90, CudaInstructionSet.ISA_78, 64, 32, 65536, 228 * 1024, 227 * 1024);

    /// <summary>All that tables are made for.</summary>
    public static IReadOnlyList<PtxTarget> All { get; } = [Sm80, Sm90];
}
