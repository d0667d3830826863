using ILGPU;
using ILGPU.Backends.OpenCL;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Values;
using ILGPU.Util;

namespace ModelDsl.Kernels.Gpu;

/// <summary>
/// What ILGPU has no words for in OpenCL: fma, and the exponential of a vector. PoCL compiles with contraction off, so that products and sums that are written apart stay apart,
/// at half the speed. CUDA's compiler fuses them on its own.
/// </summary>
internal static class OpenCLIntrinsics
{
    /// <summary>Makes <see cref="Lanes8.FusedMultiplyAdd"/> what it says in kernels of a context, and <see cref="Lanes8.Exp"/> a vector's.</summary>
    public static void Register(Context.Builder builder)
    {
        IntrinsicImplementationManager manager = builder.GetIntrinsicManager();
        manager.RegisterMethod(
            typeof(Lanes8).GetMethod(nameof(Lanes8.FusedMultiplyAdd))!,
            new CLIntrinsic(typeof(OpenCLIntrinsics), nameof(Generate), IntrinsicImplementationMode.GenerateCode));
        manager.RegisterMethod(
            typeof(Lanes8).GetMethod(nameof(Lanes8.Exp))!,
            new CLIntrinsic(typeof(OpenCLIntrinsics), nameof(GenerateExp), IntrinsicImplementationMode.GenerateCode));
    }

    // DeviceMath.Exp on a vector. Written number by number, the chain of operations is longer than PoCL's compiler follows when it looks for vectors.
    private static void GenerateExp(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        CLCodeGenerator.Variable source = generator.Load(((MethodCall)value)[0]), target = generator.Allocate(value);
        generator.Declare(target);
        string Lanes(Func<int, string> lane, string separator) => string.Join(separator, Enumerable.Range(0, Lanes8.Width).Select(lane));
        using CLCodeGenerator.StatementEmitter statement = generator.BeginStatement((RawString)(
            $"{{ float8 x = (float8)({Lanes(i => $"{source}.field_{i}", ", ")}); "
            + "x = select(x, (float8)(89.0f), x > 89.0f); x = select(x, (float8)(-104.5f), x < -104.5f); "
            + "float8 n = fma(x, (float8)(1.44269504f), (float8)(12582912.0f)) - 12582912.0f; "
            + "float8 r = fma(n, (float8)(2.12194440e-4f), fma(n, (float8)(-0.693359375f), x)); "
            + "float8 p = fma((float8)(1.38146131402e-3f), r, (float8)(8.3687098222e-3f)); "
            + "p = fma(p, r, (float8)(4.16683873622e-2f)); p = fma(p, r, (float8)(1.66665206899e-1f)); p = fma(p, r, (float8)(4.99999934517e-1f)); "
            + "p = fma(p, r, (float8)(1.0f)); p = fma(p, r, (float8)(1.0f)); "
            + "int8 e = convert_int8(n), h = e >> 1; p = p * as_float8((h + 127) << 23) * as_float8((e - h + 127) << 23); "
            + $"{Lanes(i => $"{target}.field_{i} = p.s{i};", " ")} }}"));
    }

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
