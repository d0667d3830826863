namespace ModelDsl.Kernels.Gpu.Ptx;

/// <summary>How many groups of a kernel a multiprocessor can hold at once, by calculation, as NVIDIA's occupancy calculator does it.</summary>
/// <param name="Groups">Groups on a multiprocessor; 0 if not even one has room.</param>
/// <param name="Warps">Warps on a multiprocessor.</param>
/// <param name="Ratio">Of the warps that it could hold.</param>
/// <param name="Limit">What keeps it from holding more: "registers", "shared memory", "warps" or "groups".</param>
public readonly record struct Occupancy(int Groups, int Warps, double Ratio, string Limit)
{
    // A multiprocessor is four parts with a quarter of the registers each; a warp lives in one.
    private const int Parts = 4;

    /// <summary>Calculates it.</summary>
    /// <param name="target">The device.</param>
    /// <param name="registers">Registers of a thread.</param>
    /// <param name="sharedBytes">Shared memory of a group.</param>
    /// <param name="threads">Threads of a group.</param>
    public static Occupancy Of(PtxTarget target, int registers, int sharedBytes, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        int warps = (threads + PtxTarget.WarpSize - 1) / PtxTarget.WarpSize;
        int registersPerWarp = RoundUp(Math.Max(registers, 1) * PtxTarget.WarpSize, PtxTarget.RegisterAllocation);
        int warpsByRegisters = registers > PtxTarget.RegistersPerThread ? 0 : target.Registers / Parts / registersPerWarp * Parts;
        int shared = RoundUp(sharedBytes + PtxTarget.SharedReserved, PtxTarget.SharedAllocation);
        (int groups, string limit) = new[]
        {
            (target.Warps / warps, "warps"),
            (target.Groups, "groups"),
            (warpsByRegisters / warps, "registers"),
            (sharedBytes > target.SharedBytesPerGroup ? 0 : target.SharedBytes / shared, "shared memory"),
        }.MinBy(l => l.Item1);
        return new Occupancy(groups, groups * warps, (double)(groups * warps) / target.Warps, limit);
    }

    private static int RoundUp(int value, int unit) => (value + unit - 1) / unit * unit;
}
