using System.Buffers.Binary;
using System.Reflection;
using ILGPU;

namespace ModelDsl.Kernels.Gpu.Cuda;

/// <summary>
/// The parameters of a kernel as its PTX declares them: the arguments, whose views are a pointer and a length of 64 bits each, and room for the shape, which is
/// compiled in and never read.
/// </summary>
public static class CudaParameters
{
    private const int Alignment = 8;

    /// <summary>The fields of a struct, in the order of memory.</summary>
    private static readonly FieldInfo[] s_fields = [.. typeof(KernelArguments).GetFields().OrderBy(field => field.MetadataToken)];

    /// <summary>Bytes of the arguments.</summary>
    public static int ArgumentsLength { get; } = Align(s_fields.Sum(field => IsView(field) ? 2 * sizeof(long) : sizeof(int)));

    /// <summary>Bytes of the shape.</summary>
    public static int ShapeLength { get; } = typeof(KernelShape).GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Length * sizeof(int);

    /// <summary>Packs the parameters of a launch.</summary>
    /// <param name="arguments">The numbers; its views are not looked at.</param>
    /// <param name="memory">The tensors of the call, in CUDA's memory.</param>
    /// <param name="table">Where they are.</param>
    /// <param name="scratch">Frames and tiles outside shared memory.</param>
    public static byte[] Pack(KernelArguments arguments, CudaMemory memory, CudaMemory table, CudaMemory scratch)
    {
        byte[] bytes = new byte[ArgumentsLength + ShapeLength];
        int at = 0;
        foreach (FieldInfo field in s_fields)
        {
            if (IsView(field))
            {
                CudaMemory view = field.Name switch
                {
                    nameof(KernelArguments.Memory) => memory,
                    nameof(KernelArguments.Table) => table,
                    nameof(KernelArguments.Scratch) => scratch,
                    _ => throw new InvalidOperationException($"KernelArguments.{field.Name} is a view that nobody has memory for."),
                };
                BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), view.Address);
                BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at + sizeof(long)), view.Length);
                at += 2 * sizeof(long);
            }
            else
            {
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), (int)field.GetValue(arguments)!);
                at += sizeof(int);
            }
        }

        return bytes;
    }

    private static bool IsView(FieldInfo field) => field.FieldType == typeof(ArrayView<float>) || field.FieldType == typeof(ArrayView<int>);

    private static int Align(int length) => (length + Alignment - 1) / Alignment * Alignment;
}

/// <summary>Memory of a CUDA context.</summary>
/// <param name="Address">Its first element, as the device sees it, e.g. the data pointer of a CUDA tensor.</param>
/// <param name="Length">How many elements there are.</param>
public readonly record struct CudaMemory(nint Address, long Length);
