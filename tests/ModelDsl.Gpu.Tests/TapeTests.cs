using ModelDsl.Gpu.Tests.Ema;
using ModelDsl.Kernels.Gpu;

namespace ModelDsl.Gpu.Tests;

/// <summary>A tape keeps states on the device, so that backward passes need not run forward again.</summary>
public class TapeTests
{
    [SkippableTheory]
    [InlineData(GpuKind.OpenCL, Mode.Chunkwise)]
    [InlineData(GpuKind.OpenCL, Mode.ParallelScan)]
    [InlineData(GpuKind.Emulator, Mode.Chunkwise)]
    public void A_tape_saves_the_second_forward_pass_and_changes_no_bit(GpuKind kind, Mode mode)
    {
        GpuDevice device = Devices.Get(kind);
        EmaKernel kernel = new(device, headsAsLanes: false);
        EmaCase taped = new(new SequenceShape(2, 20, 3, [4])), plain = new(taped.Shape);
        RunOptions options = new(mode, 8);
        using RecurrenceTape tape = new();
        taped.Forward(kernel, options, tape);
        plain.Forward(kernel, options);
        (long with, long without) = (LaunchesOf(device, () => taped.Backward(kernel, options, tape)), LaunchesOf(device, () => plain.Backward(kernel, options)));
        Assert.Equal(plain.Results, taped.Results);
        taped.CheckBackward();

        // Per component a scan summarises and advances, backward summarises, finds offsets and retreats; then all chunks run.
        Assert.Equal(mode == Mode.ParallelScan ? (4, 7) : (1L, 2L), (with, without));
    }

    [SkippableFact]
    public void A_tape_outlives_other_calls_and_is_no_use_after_its_end()
    {
        GpuDevice device = Devices.Get(GpuKind.OpenCL);
        EmaKernel kernel = new(device, headsAsLanes: false);
        EmaCase e = new(new SequenceShape(1, 40, 3, [4])), other = new(new SequenceShape(1, 300, 5, [4]));
        RecurrenceTape tape = new(), second = new();
        e.Forward(kernel, default, tape);
        other.Forward(kernel, default, second);
        Assert.Equal(1, LaunchesOf(device, () => e.Backward(kernel, default, tape)));
        e.CheckBackward();
        tape.Dispose();
        Assert.Equal(2, LaunchesOf(device, () => e.Backward(kernel, default, tape)));
        e.CheckBackward();
        Assert.Equal(1, LaunchesOf(device, () => other.Backward(kernel, default, second)));
        other.CheckBackward();
        second.Dispose();
    }

    [SkippableFact]
    public void A_tape_of_another_call_is_not_used()
    {
        GpuDevice device = Devices.Get(GpuKind.OpenCL);
        EmaKernel kernel = new(device, headsAsLanes: false);
        EmaCase e = new(new SequenceShape(1, 40, 3, [4])), longer = new(new SequenceShape(1, 41, 3, [4]));
        using RecurrenceTape tape = new();
        e.Forward(kernel, default, tape);
        Assert.Equal(2, LaunchesOf(device, () => longer.Backward(kernel, default, tape)));
        longer.CheckBackward();
        Assert.Equal(2, LaunchesOf(device, () => e.Backward(kernel, new RunOptions(Mode.Recurrent, 8), tape)));
        e.CheckBackward();
    }

    private static long LaunchesOf(GpuDevice device, Action action)
    {
        long before = device.Launches;
        action();
        return device.Launches - before;
    }
}
