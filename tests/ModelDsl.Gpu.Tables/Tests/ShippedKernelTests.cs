using ModelDsl.Kernels.Gpu;
using ModelDsl.Kernels.Gpu.Ptx;
using Xunit;

namespace ModelDsl.Gpu.Tables.Tests;

/// <summary>What holds for the PTX of every kernel of every shipped recurrence, in every mode, forward and backward.</summary>
public class ShippedKernelTests
{
    private const double LeastOccupancy = 0.5;

    public static TheoryData<string> Names => [.. ShippedKernels.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Nothing_is_spilled_to_local_memory(string name) =>
        All(name, row => !row.Report.Spills, row => $"{row.Report.LocalBytes} bytes, {row.Report.LocalAccesses} accesses, {row.Report.Registers} registers");

    [Theory]
    [MemberData(nameof(Names))]
    public void Nothing_is_in_double_precision(string name) =>
        All(name, row => row.Report.DoubleInstructions == 0, row => $"{row.Report.DoubleInstructions} instructions");

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_access_knows_its_memory(string name) =>
        All(name, row => row.Report.Mix.GenericAccesses == 0, row => $"{row.Report.Mix.GenericAccesses} generic accesses");

    [Theory]
    [MemberData(nameof(Names))]
    public void Static_shared_memory_is_what_an_assembler_accepts(string name) =>
        All(name, row => row.Report.SharedBytes <= PtxTarget.StaticSharedBytes, row => $"{row.Report.SharedBytes} bytes");

    [Theory]
    [MemberData(nameof(Names))]
    public void Half_a_multiprocessor_can_be_filled(string name) => All(
        name,
        row => PtxTarget.All.All(target => row.Report.On(target).Ratio >= LeastOccupancy),
        row => string.Join(", ", PtxTarget.All.Select(target => $"{target.Name} {row.Report.On(target)}")));

    [Theory]
    [MemberData(nameof(Names))]
    public void Both_architectures_get_the_same_kernel(string name)
    {
        using GpuDevice device = GpuDevice.Open(GpuKind.Emulator);
        PtxEntry entry = ShippedKernels.Entries(device, name, PtxTarget.Sm90).First().Entry;
        using PtxCompiler compiler = new(PtxTarget.Sm90);
        string ptx = compiler.Compile(entry.Method, entry.Shape);
        Assert.Contains(".target sm_90", ptx, StringComparison.Ordinal);
        PtxReport sm90 = PtxReport.Of(ptx), sm80 = ShippedKernels.Rows.First(row => row.Entry.Recurrence == entry.Recurrence).Report;

        // Branches and registers may differ by a few: ILGPU joins blocks in an order that is not always the same.
        Assert.Equal((sm80.Threads, sm80.SharedBytes, sm80.Barriers, sm80.Spills), (sm90.Threads, sm90.SharedBytes, sm90.Barriers, sm90.Spills));
        Assert.Equal((sm80.Mix.Multiplies, sm80.Mix.Adds), (sm90.Mix.Multiplies, sm90.Mix.Adds));
        Assert.Equal(
            (sm80.Mix.GlobalLoads, sm80.Mix.GlobalStores, sm80.Mix.SharedLoads, sm80.Mix.SharedStores),
            (sm90.Mix.GlobalLoads, sm90.Mix.GlobalStores, sm90.Mix.SharedLoads, sm90.Mix.SharedStores));
    }

    private static void All(string name, Func<PtxRow, bool> holds, Func<PtxRow, string> found)
    {
        PtxRow[] rows = [.. ShippedKernels.Rows.Where(row => row.Entry.Recurrence == name)];
        Assert.NotEmpty(rows);
        string[] faults = [.. rows.Where(row => !holds(row)).Select(row => $"{row}: {found(row)}")];
        Assert.True(faults.Length == 0, string.Join('\n', faults));
    }
}
