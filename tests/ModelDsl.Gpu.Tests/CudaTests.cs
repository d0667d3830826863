using System.Buffers.Binary;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using ModelDsl.Gpu.Tests.Ema;
using ModelDsl.Kernels.Gpu;
using ModelDsl.Kernels.Gpu.Cuda;
using ModelDsl.Kernels.Gpu.Ptx;

namespace ModelDsl.Gpu.Tests;

/// <summary>What can be tested without a GPU of the way to run kernels on libtorch's CUDA tensors.</summary>
public class CudaTests
{
    [Fact]
    public void Parameters_are_packed_as_the_kernels_text_declares_them()
    {
        PtxEntry entry = PtxEntry.Of(
            new EmaKernel(Devices.Get(GpuKind.Emulator), headsAsLanes: false), PtxTarget.Sm90, new SequenceShape(1, 40, 2, [8]), new RunOptions(Mode.Chunkwise), withGradient: false)[0];
        using PtxCompiler compiler = new(PtxTarget.Sm90);
        string ptx = compiler.Compile(entry.Method, entry.Shape);
        int[] declared = [.. Regex.Matches(ptx, @"\.param \.align \d+ \.b8 \w+\[(\d+)\]").Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];
        Assert.Equal([CudaParameters.ArgumentsLength, CudaParameters.ShapeLength], declared);

        // Memory, table and scratch are read as pointers at the places that Pack puts them to.
        Assert.Contains("ld.param.b64", ptx);
        KernelArguments arguments = new() { Time = 11, Tasks = 22, SummaryLength = 33 };
        byte[] packed = CudaParameters.Pack(arguments, new CudaMemory(0x1000, 1), new CudaMemory(0x2000, 2), new CudaMemory(0x3000, 3));
        Assert.Equal(declared.Sum(), packed.Length);
        long[] views = [.. Enumerable.Range(0, 6).Select(i => BinaryPrimitives.ReadInt64LittleEndian(packed.AsSpan(i * sizeof(long))))];
        Assert.Equal([0x1000, 1, 0x2000, 2, 0x3000, 3], views);
        FieldInfo[] numbers = [.. typeof(KernelArguments).GetFields().Where(field => field.FieldType == typeof(int))];
        Assert.All(numbers.Index(), number =>
            Assert.Equal(number.Item.GetValue(arguments), BinaryPrimitives.ReadInt32LittleEndian(packed.AsSpan((6 * sizeof(long)) + (number.Index * sizeof(int))))));
    }

    [SkippableFact]
    public void A_missing_driver_is_told_with_what_to_install()
    {
        Skip.If(NativeLibrary.TryLoad("libcuda.so.1", out _), "This machine has an NVIDIA driver.");
        Assert.Contains("There is no NVIDIA driver (libcuda.so.1)", Assert.Throws<GpuException>(() => new CudaDriverLauncher()).Message);
    }
}
