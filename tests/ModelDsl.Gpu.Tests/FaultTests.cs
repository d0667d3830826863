using ILGPU;
using ModelDsl.Gpu.Tests.Ema;
using ModelDsl.Kernels.Gpu;

namespace ModelDsl.Gpu.Tests;

/// <summary>What goes wrong on a device is told, and harms nothing else.</summary>
public class FaultTests
{
    [SkippableTheory]
    [InlineData(GpuOperation.Allocate, "allocating device memory failed")]
    [InlineData(GpuOperation.Upload, "copying tensors to the device failed")]
    [InlineData(GpuOperation.Compile, "compiling the kernel failed")]
    [InlineData(GpuOperation.Finish, "running the kernel failed")]
    [InlineData(GpuOperation.Download, "copying results from the device failed")]
    internal void A_call_that_fails_says_so_and_the_next_one_works(GpuOperation operation, string expected)
    {
        Devices.Require(GpuKind.OpenCL);
        using GpuDevice device = GpuDevice.Open(GpuKind.OpenCL);
        EmaKernel kernel = new(device, headsAsLanes: false);
        EmaCase e = new(new SequenceShape(2, 12, 3, [4]));
        using RecurrenceTape tape = new();
        bool fails = true;
        device.Before = o => _ = fails && o == operation ? throw new InvalidOperationException("a driver's words") : 0;
        float[] before = e.Everything;

        string message = Assert.Throws<GpuException>(() => e.Forward(kernel, default, tape)).Message;
        Assert.Contains("Ema", message);
        Assert.Contains("(batch 2, time 12, heads 3, Channel 4; Chunkwise, chunks of 16", message);
        Assert.Contains(expected, message);
        Assert.Contains("a driver's words", message);
        Assert.Contains("The device can still be used.", message);
        Assert.Equal(before, e.Everything);
        Assert.Throws<GpuException>(() => e.Backward(kernel, default, tape));
        Assert.Equal(before, e.Everything);

        fails = false;
        e.Forward(kernel, default, tape);
        e.Backward(kernel, default, tape);
        e.CheckForward();
        e.CheckBackward();
    }

    [SkippableFact]
    public void A_lost_device_says_that_it_has_to_be_opened_again()
    {
        Devices.Require(GpuKind.OpenCL);
        EmaCase e = new(new SequenceShape(1, 12, 3, [4]));
        using (GpuDevice device = GpuDevice.Open(GpuKind.OpenCL))
        {
            EmaKernel kernel = new(device, headsAsLanes: false);
            RecurrenceTape tape = new();
            e.Forward(kernel, default, tape);
            device.Before = o => _ = o is GpuOperation.Finish or GpuOperation.Probe ? throw new InvalidOperationException("device lost") : 0;
            Assert.Contains("The device no longer answers", Assert.Throws<GpuException>(() => e.Backward(kernel, default, tape)).Message);
            Assert.True(device.IsLost);
            Assert.Contains("dispose it and open it again", Assert.Throws<GpuException>(() => e.Forward(kernel, default)).Message);
            tape.Dispose();
        }

        using GpuDevice again = GpuDevice.Open(GpuKind.OpenCL);
        EmaKernel onAnother = new(again, headsAsLanes: false);
        e.Forward(onAnother, default);
        e.Backward(onAnother, default);
        e.CheckForward();
        e.CheckBackward();
    }

    [SkippableFact]
    public void Too_much_for_the_device_is_told_with_what_to_try()
    {
        GpuDevice device = Devices.Get(GpuKind.OpenCL);
        EmaKernel kernel = new(device, headsAsLanes: false);

        // 6.5 GB are more than a device of up to 16 GB gives in one piece.
        long memory = device.Accelerator.MemorySize;
        Skip.If(memory > 16L << 30, $"The device has {memory >> 30} GB: whatever kernels can count fits in.");
        string message = Assert.Throws<GpuException>(() => RunLong(kernel, 400_000)).Message;
        Assert.Contains("allocating device memory failed", message);
        Assert.Contains("Try fewer sequences at once", message);
        StillWorks(kernel);
    }

    [SkippableFact]
    public void More_than_kernels_count_is_told_with_what_to_try()
    {
        EmaKernel kernel = new(Devices.Get(GpuKind.OpenCL), headsAsLanes: false);
        Assert.Contains("kernels count to", Assert.Throws<GpuException>(() => RunLong(kernel, 4_000_000)).Message);
        StillWorks(kernel);
    }

    [SkippableTheory]
    [InlineData(GpuKind.OpenCL)]
    [InlineData(GpuKind.Emulator)]
    public void A_kernel_that_cannot_be_compiled_is_named(GpuKind kind)
    {
        GpuDevice device = Devices.Get(kind);
        EmaCase e = new(new SequenceShape(1, 5, 1, [2]));
        EmaKernel compiled = new(device, headsAsLanes: false);
        using RecurrenceTape tape = new();
        e.Forward(compiled, default, tape);
        string message = Assert.Throws<GpuException>(() => e.Forward(new BrokenKernel(device), default)).Message;
        Assert.Contains("Ema, kernel Forward (batch 1, time 5", message);
        Assert.Contains("compiling the kernel failed", message);
        Assert.Contains("The device can still be used.", message);

        // Also what had been compiled before, with a tape from before: both belonged to a context that is gone.
        e.Backward(compiled, default, tape);
        e.CheckBackward();
        e.Forward(compiled, default);
        e.CheckForward();
    }

    [SkippableFact]
    public void Illegal_modes_and_sizes_are_refused_like_on_the_CPU()
    {
        EmaKernel kernel = new(Devices.Get(GpuKind.Emulator), headsAsLanes: false);
        EmaCase e = new(new SequenceShape(1, 5, 1, [2]));
        string message = Assert.Throws<NotSupportedException>(() => e.Forward(kernel, new RunOptions(Mode.Quadratic))).Message;
        Assert.Equal("Ema cannot be run in mode Quadratic: written by hand without it.", message);
        Assert.Throws<ArgumentOutOfRangeException>(() => e.Forward(kernel, new RunOptions(ChunkSize: -1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => kernel.LaunchPlan(e.Shape with { Time = 0 }));
    }

    /// <summary>A call that keeps a state for every token. Every element of every input is the same number in memory, so that only what the device is to keep is large.</summary>
    private static void RunLong(EmaKernel kernel, int time)
    {
        float[] one = GC.AllocateArray<float>(1, pinned: true);
        TensorView repeated = new(System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(one, 0), 1, 0, 0, 0);
        kernel.Forward(
            new SequenceShape(1, time, 64, [64]), [repeated, repeated, repeated, repeated], [default], [default], [default], new RunOptions(Mode.Chunkwise, 1), new RecurrenceTape());
    }

    private static void StillWorks(EmaKernel kernel)
    {
        EmaCase e = new(new SequenceShape(1, 12, 3, [4]));
        e.Forward(kernel, default);
        e.CheckForward();
    }

    /// <summary>A kernel whose code no device has.</summary>
    private sealed class BrokenKernel(GpuDevice device) : EmaKernel(device, headsAsLanes: false)
    {
        protected override GpuEntries Entries<L>() => base.Entries<L>() with { Forward = Broken<L> };

        private static void Broken<L>(KernelArguments a, ILGPU.Runtime.SpecializedValue<KernelShape> shape)
            where L : unmanaged, ILane<L> => a.Memory[Grid.IdxX] = string.Concat("text", a.Time).Length;
    }
}
