using System.Diagnostics;
using ModelDsl.Gpu.Tests.Ema;
using ModelDsl.Kernels.Gpu;

namespace ModelDsl.Gpu.Tests;

/// <summary>Code is compiled once for a shape, and memory is asked for once for a size.</summary>
public class CacheTests
{
    [SkippableFact]
    public void Only_new_shapes_are_compiled()
    {
        Devices.Require(GpuKind.OpenCL);
        using GpuDevice device = GpuDevice.Open(GpuKind.OpenCL);
        EmaKernel kernel = new(device, headsAsLanes: false);
        int Compiled(EmaKernel on, int batch, int time, int heads, int channels, int chunk)
        {
            int before = device.Compilations;
            new EmaCase(new SequenceShape(batch, time, heads, [channels])).Forward(on, new RunOptions(Mode.Chunkwise, chunk));
            return device.Compilations - before;
        }

        Assert.Equal(1, Compiled(kernel, 1, 40, 2, 3, 16));
        Assert.Equal(0, Compiled(kernel, 1, 40, 2, 3, 16));
        Assert.Equal(0, Compiled(kernel, 3, 500, 7, 3, 16));
        Assert.Equal(0, Compiled(new EmaKernel(device, headsAsLanes: false), 1, 33, 2, 3, 16));
        Assert.Equal(1, Compiled(kernel, 1, 40, 2, 4, 16));
        Assert.Equal(1, Compiled(kernel, 1, 40, 2, 3, 8));
        Assert.Equal(3, device.Compilations);
    }

    [SkippableFact]
    public void The_second_call_neither_compiles_nor_allocates()
    {
        Devices.Require(GpuKind.OpenCL);
        using GpuDevice device = GpuDevice.Open(GpuKind.OpenCL);
        EmaKernel kernel = new(device, headsAsLanes: true);
        EmaCase e = new(new SequenceShape(1, 64, 32, [8]));
        TimeSpan Call()
        {
            long start = Stopwatch.GetTimestamp();
            using RecurrenceTape tape = new();
            e.Forward(kernel, default, tape);
            e.Backward(kernel, default, tape);
            return Stopwatch.GetElapsedTime(start);
        }

        TimeSpan first = Call(), compiling = device.CompileTime;
        int allocations = device.Memory.Allocations;
        TimeSpan second = Call();
        Assert.Equal(compiling, device.CompileTime);
        Assert.Equal(allocations, device.Memory.Allocations);
        Assert.True(first > second && first >= compiling, $"The first call took {first}, {compiling} of it for compilation, and the second {second}.");
    }
}
