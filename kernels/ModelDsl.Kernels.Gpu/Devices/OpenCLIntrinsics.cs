using ILGPU;
using ILGPU.Backends.OpenCL;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Values;

namespace ModelDsl.Kernels.Gpu;

/// <summary>
/// The one function of OpenCL that ILGPU has no name for: fma. PoCL compiles with contraction off, so that products and sums that are written apart stay apart,
/// at half the speed. CUDA's compiler fuses them on its own.
/// </summary>
internal static class OpenCLIntrinsics
{
    /// <summary>Makes <see cref="Lanes16.FusedMultiplyAdd"/> what it says in kernels of a context.</summary>
    public static void Register(Context.Builder builder) => builder.GetIntrinsicManager().RegisterMethod(
        typeof(Lanes16).GetMethod(nameof(Lanes16.FusedMultiplyAdd))!,
        new CLIntrinsic(typeof(OpenCLIntrinsics), nameof(Generate), IntrinsicImplementationMode.GenerateCode));

    private static void Generate(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        var call = (MethodCall)value;
        CLCodeGenerator.Variable a = generator.Load(call[0]), b = generator.Load(call[1]), c = generator.Load(call[2]);
        using CLCodeGenerator.StatementEmitter statement = generator.BeginStatement(generator.Allocate(value), "fma");
        statement.BeginArguments();
        statement.AppendArgument(a);
        statement.AppendArgument(b);
        statement.AppendArgument(c);
        statement.EndArguments();
    }
}
