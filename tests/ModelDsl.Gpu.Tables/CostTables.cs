using ModelDsl.Compiler.Costs;
using ModelDsl.Compiler.Lowering;
using static ModelDsl.Gpu.Tables.MarkdownTable;

namespace ModelDsl.Gpu.Tables;

/// <summary>Tables of what kernels do, computed from the loop IR.</summary>
internal static class CostTables
{
    private static readonly int[] s_chunks = [8, 16, 32, 64, 128, 256];

    private static readonly string[] s_shown =
        ["SimpleGatedLinearAttention", "GatedLinearAttention", "GatedDeltaRule", "Mamba2", "Rwkv6", "SelectiveScan", "RgLru"];

    /// <summary>Every recurrence, in the mode that training would take.</summary>
    public static string Work()
    {
        MarkdownTable table = new(
            "recurrence", "mode", "forward GFLOP", "GB", "FLOP/B", "limit", "ms", "backward GFLOP", "GB", "FLOP/B", "limit", "ms");
        foreach (KernelProgram program in ShippedSpecs.Programs)
        {
            Schedule schedule = ShippedSpecs.IsChunkwise(program) && !program.HeadsAsLanes ? Schedule.Chunkwise : Schedule.Recurrent;
            CostModel model = new(program, ShippedSpecs.Sizes(program, schedule == Schedule.Chunkwise ? 32 : 16));
            table.Row(
                [program.Program.Source.Name, schedule.ToString(), .. Cells(model.Forward(schedule, forBackward: true)), .. Cells(model.Backward(schedule))]);
        }

        return table.ToString();
    }

    /// <summary>Arithmetic intensity of chunkwise kernels against the chunk size, with the roofline time.</summary>
    public static string Intensity()
    {
        MarkdownTable table = new(["recurrence", "kernel", .. s_chunks.Select(c => $"C = {c}")]);
        foreach (KernelProgram program in ShippedSpecs.Programs.Where(p => s_shown.Contains(p.Program.Source.Name)))
        {
            Row("inference", m => m.Forward(Schedule.Chunkwise));
            Row("forward, states kept", m => m.Forward(Schedule.Chunkwise, forBackward: true));
            Row("backward", m => m.Backward(Schedule.Chunkwise));
            Row("scan, all kernels", m => m.Forward(Schedule.ParallelScan));

            void Row(string name, Func<CostModel, IReadOnlyList<KernelWork>> kernels) => table.Row(
                [program.Program.Source.Name, name, .. s_chunks.Select(chunk =>
                {
                    IReadOnlyList<KernelWork> work = kernels(new CostModel(program, ShippedSpecs.Sizes(program, chunk)));
                    return $"{Short(Total(work).Intensity)} ({Milliseconds(work)} ms)";
                })]);
        }

        return table.ToString();
    }

    public static Work Total(IEnumerable<KernelWork> kernels) => kernels.Aggregate(default(Work), (sum, kernel) => sum + kernel.Work);

    // Kernels follow each other.
    private static string Milliseconds(IEnumerable<KernelWork> kernels) => Short(kernels.Sum(k => Roofline.H100.Seconds(k.Work)) * 1e3);

    private static string[] Cells(IReadOnlyList<KernelWork> kernels)
    {
        Work work = Total(kernels);
        return
        [
            Short(work.Operations / 1e9),
            Short(work.Bytes / 1e9),
            Short(work.Intensity),
            work.Intensity > Roofline.H100.Ridge ? "arithmetic" : "memory",
            Milliseconds(kernels),
        ];
    }
}
