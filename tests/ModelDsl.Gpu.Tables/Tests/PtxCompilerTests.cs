using ILGPU;
using ILGPU.Runtime;
using ModelDsl.Kernels.Gpu;
using ModelDsl.Kernels.Gpu.Ptx;
using Xunit;

namespace ModelDsl.Gpu.Tables.Tests;

public class PtxCompilerTests
{
    private static readonly KernelShape s_shape = new()
    {
        Axis0 = 64, Chunk = 16, Threads = 128, Columns = 64, FrameIsShared = 1, FrameLength = 1024, Mode = Mode.Chunkwise,
    };

    public static TheoryData<string> Targets => [.. PtxTarget.All.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void A_shape_is_constant_to_the_kernel(string name)
    {
        string ptx = Compile(name, DecayKernel.Forward<Lanes1>, s_shape);
        Assert.Contains($".target {name}", ptx, StringComparison.Ordinal);
        PtxReport report = PtxReport.Of(ptx);
        Assert.Equal((4 * s_shape.FrameLength, 128, 2), (report.SharedBytes, report.Threads, report.Barriers));
        Assert.Equal((1, 1, 2, 2), (report.Mix.GlobalLoads, report.Mix.GlobalStores, report.Mix.SharedLoads, report.Mix.SharedStores));
        Assert.False(report.Spills);
        Assert.Equal(0, report.DoubleInstructions);
        Assert.Equal(1, report.On(PtxTarget.All.Single(t => t.Name == name)).Ratio);
    }

    [Fact]
    public void What_a_shape_leaves_out_is_not_in_the_kernel()
    {
        // The frame in the device's memory: no shared memory, no access to it.
        PtxReport report = PtxReport.Of(Compile("sm_80", DecayKernel.Forward<Lanes1>, s_shape with { FrameIsShared = 0 }));
        Assert.Equal((0, 0, 0), (report.SharedBytes, report.Mix.SharedLoads, report.Mix.SharedStores));
        Assert.Equal((3, 3), (report.Mix.GlobalLoads, report.Mix.GlobalStores));
    }

    [Fact]
    public void The_same_kernel_and_shape_give_the_same_text()
    {
        using PtxCompiler compiler = new(PtxTarget.Sm80);
        Assert.Equal(Numberless(compiler.Compile(DecayKernel.Forward<Lanes1>, s_shape)), Numberless(compiler.Compile(DecayKernel.Forward<Lanes1>, s_shape)));
    }

    [Fact]
    public void A_kernel_that_does_not_compile_is_named_with_its_shape()
    {
        InvalidOperationException fault = Assert.Throws<InvalidOperationException>(() => Compile("sm_80", Faulty, s_shape));
        Assert.Contains("PtxCompilerTests.Faulty", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Axis0 = 64", fault.Message, StringComparison.Ordinal);
    }

    private static void Faulty(KernelArguments a, SpecializedValue<KernelShape> shape)
    {
        string text = a.Time.ToString(System.Globalization.CultureInfo.InvariantCulture);
        a.Memory[0] = text.Length;
    }

    private static string Compile(string target, Action<KernelArguments, SpecializedValue<KernelShape>> entry, KernelShape shape)
    {
        using PtxCompiler compiler = new(PtxTarget.All.Single(t => t.Name == target));
        return compiler.Compile(entry, shape);
    }

    // ILGPU numbers labels and parameters through.
    private static string Numberless(string ptx) =>
        System.Text.RegularExpressions.Regex.Replace(ptx, @"\b(L|_[a-z]+)_\d+", "$1");
}
