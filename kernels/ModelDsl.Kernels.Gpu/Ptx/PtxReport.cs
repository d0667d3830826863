namespace ModelDsl.Kernels.Gpu.Ptx;

/// <summary>How many instructions of each kind the text has. A loop's body counts once.</summary>
/// <param name="FusedMultiplyAdds">fma.f32.</param>
/// <param name="Multiplies">mul.f32; the assembler joins those that an addition follows (ILGPU writes no fused ones).</param>
/// <param name="Adds">add.f32 and sub.f32.</param>
/// <param name="GlobalLoads">ld.global.</param>
/// <param name="GlobalStores">st.global.</param>
/// <param name="SharedLoads">ld.shared.</param>
/// <param name="SharedStores">st.shared.</param>
/// <param name="GenericAccesses">Loads and stores that must find out at run time which memory they mean.</param>
/// <param name="Branches">bra.</param>
/// <param name="Total">All.</param>
public sealed record PtxInstructionMix(
    int FusedMultiplyAdds,
    int Multiplies,
    int Adds,
    int GlobalLoads,
    int GlobalStores,
    int SharedLoads,
    int SharedStores,
    int GenericAccesses,
    int Branches,
    int Total);

/// <summary>What a kernel asks of a device, read from its PTX text. The assembler of the driver has the last word on registers.</summary>
/// <param name="Name">The kernel.</param>
/// <param name="Threads">Threads of a group.</param>
/// <param name="Pressure">Live registers.</param>
/// <param name="Registers">Registers of a thread, estimated: the live ones and <see cref="Allowance"/>.</param>
/// <param name="SharedBytes">Static shared memory of a group.</param>
/// <param name="LocalBytes">Local memory of a thread that is declared.</param>
/// <param name="LocalAccesses">Loads from local memory and stores to it.</param>
/// <param name="DoubleInstructions">Instructions in double precision.</param>
/// <param name="Barriers">Barriers in the text.</param>
/// <param name="Mix">Instructions by kind.</param>
public sealed record PtxReport(
    string Name,
    int Threads,
    PtxPressure Pressure,
    int Registers,
    int SharedBytes,
    int LocalBytes,
    int LocalAccesses,
    int DoubleInstructions,
    int Barriers,
    PtxInstructionMix Mix)
{
    /// <summary>
    /// Registers that are added to the live ones: for what the assembler keeps besides (a stack pointer, addresses, values that it loads ahead).
    /// </summary>
    public const int Allowance = 8;

    /// <summary>Whether a thread keeps anything outside of registers, or would have to.</summary>
    public bool Spills => LocalBytes > 0 || LocalAccesses > 0 || Registers > PtxTarget.RegistersPerThread;

    /// <summary>Reads the one kernel of a module.</summary>
    public static PtxReport Of(string ptx) => Of(PtxKernel.Parse(ptx));

    /// <summary>Reports on a kernel.</summary>
    public static PtxReport Of(PtxKernel kernel)
    {
        PtxPressure pressure = PtxPressure.Of(kernel);
        return new PtxReport(
            kernel.Name,
            kernel.Threads,
            pressure,
            pressure.Registers + Allowance,
            kernel.SharedBytes,
            kernel.LocalBytes,
            Count("ld", "local") + Count("st", "local"),
            kernel.Instructions.Count(i => i.Modifiers.Contains("f64")),
            kernel.Instructions.Count(i => i.Operation is "bar" or "barrier"),
            new PtxInstructionMix(
                Count("fma", "f32"),
                Count("mul", "f32"),
                Count("add", "f32") + Count("sub", "f32"),
                Count("ld", "global"),
                Count("st", "global"),
                Count("ld", "shared"),
                Count("st", "shared"),
                kernel.Instructions.Count(i => i.Operation is "ld" or "st" && !i.Modifiers.Any(m => m is "global" or "shared" or "local" or "param" or "const")),
                kernel.Instructions.Count(i => i.Operation == "bra"),
                kernel.Instructions.Count));

        int Count(string operation, string modifier) => kernel.Instructions.Count(i => i.Operation == operation && i.Modifiers.Contains(modifier));
    }

    /// <summary>How much of a multiprocessor it can fill.</summary>
    public Occupancy On(PtxTarget target) => Occupancy.Of(target, Registers, SharedBytes, Threads);
}
