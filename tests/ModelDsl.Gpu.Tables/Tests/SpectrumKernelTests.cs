using ModelDsl.Kernels.Gpu;
using ModelDsl.Kernels.Gpu.Ptx;
using ModelDsl.Layers;
using Xunit;

namespace ModelDsl.Gpu.Tables.Tests;

/// <summary>What holds for the PTX of the Fourier transforms of the convolution mode, in shared memory and in the device's.</summary>
public class SpectrumKernelTests
{
    [Theory]
    [InlineData(1, 64)]
    [InlineData(500, 64)]
    [InlineData(2048, 1)]
    [InlineData(4096, 64)]
    [InlineData(60_000, 64)]
    public void Nothing_is_spilled_or_double_and_half_a_multiprocessor_can_be_filled(int time, int channels)
    {
        foreach (PtxTarget target in PtxTarget.All)
        {
            using PtxCompiler compiler = new(target);
            var plan = TransformPlan.Of(target.Limits, time, channels);
            foreach (string ptx in (string[])
                [
                    compiler.Compile<TransformArguments, TransformShape>(SpectrumKernels.Transform<Lanes1>, plan.Shape, plan.Threads),
                    compiler.Compile<TransformArguments, TransformShape>(SpectrumKernels.Combine<Lanes1>, plan.Shape, plan.Threads),
                ])
            {
                PtxReport report = PtxReport.Of(ptx);
                string which = $"{report.Name}, {plan}, {target.Name}: {report}";
                Assert.False(report.Spills, which);
                Assert.True(report.DoubleInstructions == 0, which);
                Assert.True(report.Mix.GenericAccesses == 0, which);
                Assert.True(report.SharedBytes <= PtxTarget.StaticSharedBytes, which);
                Assert.True(report.On(target).Ratio >= 0.5, which);
                Assert.Equal(plan.PointsAreShared, report.SharedBytes > 0);
            }
        }
    }

    /// <summary>One of each kind: complex states, several outputs, delay lines, kernels given for lags and for frequencies.</summary>
    [Theory]
    [InlineData(typeof(S4D))]
    [InlineData(typeof(MegaEma))]
    [InlineData(typeof(ShiftStateSpace))]
    [InlineData(typeof(DssSoftmax))]
    [InlineData(typeof(RationalKernel))]
    public void The_parts_of_a_convolution_are_kernels_like_any_other(Type spec)
    {
        using GpuDevice device = GpuDevice.Open(GpuKind.Emulator);
        using PtxCompiler compiler = new(PtxTarget.Sm80);
        PtxEntry[] entries = [.. ShippedKernels.Parts(device, spec, PtxTarget.Sm80)];
        Assert.True(entries.Length >= 6);
        foreach (PtxEntry entry in entries)
        {
            PtxReport report = PtxReport.Of(compiler.Compile(entry.Method, entry.Shape));
            string which = $"{entry.Recurrence}, {entry.Name}: {report}";
            Assert.False(report.Spills, which);
            Assert.True(report.DoubleInstructions == 0 && report.Mix.GenericAccesses == 0, which);
            Assert.True(report.SharedBytes <= PtxTarget.StaticSharedBytes, which);
            Assert.True(report.On(PtxTarget.Sm80).Ratio >= 0.5, which);
        }
    }

    [Fact]
    public void What_is_done_between_them_is_as_plain()
    {
        using PtxCompiler compiler = new(PtxTarget.Sm80);
        foreach (string ptx in (string[])
            [
                compiler.Compile<ElementArguments, TransformShape>(ElementKernels.Add<Lanes1>, new TransformShape { Threads = 256 }, 256),
                compiler.Compile<ElementArguments, TransformShape>(ElementKernels.Spread, new TransformShape { Threads = 256 }, 256),
                compiler.Compile<FrequencyArguments, TransformShape>(FrequencyKernels.ToLags<Lanes1>, new TransformShape { Threads = 256 }, 256),
                compiler.Compile<FrequencyArguments, TransformShape>(FrequencyKernels.ToFrequencies<Lanes1>, new TransformShape { Threads = 256 }, 256),
                compiler.Compile<ElementArguments, TransformShape>(ElementKernels.Gather, new TransformShape { Threads = 256 }, 256),
            ])
        {
            PtxReport report = PtxReport.Of(ptx);
            Assert.False(report.Spills, report.ToString());
            Assert.Equal((0, 0, 0), (report.DoubleInstructions, report.Mix.GenericAccesses, report.SharedBytes));
        }
    }
}
