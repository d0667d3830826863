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
    /// <summary>Makes <see cref="Lanes8.FusedMultiplyAdd"/> what it says in kernels of a context, and <see cref="Lanes8.Exp"/> and <see cref="Lanes16.Exp"/> a vector's.</summary>
    public static void Register(Context.Builder builder)
    {
        IntrinsicImplementationManager manager = builder.GetIntrinsicManager();
        manager.RegisterMethod(
            typeof(Lanes8).GetMethod(nameof(Lanes8.FusedMultiplyAdd))!,
            new CLIntrinsic(typeof(OpenCLIntrinsics), nameof(Generate), IntrinsicImplementationMode.GenerateCode));
        manager.RegisterMethod(
            typeof(Lanes8).GetMethod(nameof(Lanes8.Exp))!,
            new CLIntrinsic(typeof(OpenCLIntrinsics), nameof(GenerateExp8), IntrinsicImplementationMode.GenerateCode));
        manager.RegisterMethod(
            typeof(Lanes16).GetMethod(nameof(Lanes16.Exp))!,
            new CLIntrinsic(typeof(OpenCLIntrinsics), nameof(GenerateExp16), IntrinsicImplementationMode.GenerateCode));
    }

    private static void GenerateExp8(CLBackend backend, CLCodeGenerator generator, Value value) => GenerateExp(generator, value, Lanes8.Width);

    private static void GenerateExp16(CLBackend backend, CLCodeGenerator generator, Value value) => GenerateExp(generator, value, Lanes16.Width);

    // DeviceMath.Exp on a vector. Written number by number, the chain of operations is longer than PoCL's compiler follows when it looks for vectors.
    private static void GenerateExp(CLCodeGenerator generator, Value value, int width)
    {
        CLCodeGenerator.Variable source = generator.Load(((MethodCall)value)[0]), target = generator.Allocate(value);
        generator.Declare(target);
        string Lanes(Func<int, string> lane, string separator) => string.Join(separator, Enumerable.Range(0, width).Select(lane));
        string f = $"float{width}", i = $"int{width}";
        using CLCodeGenerator.StatementEmitter statement = generator.BeginStatement((RawString)(
            $"{{ {f} x = ({f})({Lanes(lane => $"{source}.field_{lane}", ", ")}); "
            + $"x = select(x, ({f})(89.0f), x > 89.0f); x = select(x, ({f})(-87.5f), x < -87.5f); "
            + $"{f} t = fma(x, ({f})(1.44269504f), ({f})(12582912.0f)), n = t - 12582912.0f; "
            + $"{f} r = fma(n, ({f})(2.12194440e-4f), fma(n, ({f})(-0.693359375f), x)); "
            + $"{f} p = fma(({f})(2.76292262804e-3f), r, ({f})(1.67374196444e-2f)); "
            + $"p = fma(p, r, ({f})(8.33367747244e-2f)); p = fma(p, r, ({f})(3.33330413798e-1f)); p = fma(p, r, ({f})(9.99999869034e-1f)); "
            + $"p = fma(p, r, ({f})(2.0f)); p = fma(p, r, ({f})(2.0f)); p = p * as_{f}((as_{i}(t) + 126) << 23); "
            + $"{Lanes(lane => $"{target}.field_{lane} = p.s{lane:x};", " ")} }}"));
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
