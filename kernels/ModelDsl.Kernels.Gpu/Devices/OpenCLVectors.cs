using System.Reflection;
using ILGPU;
using ILGPU.Backends.OpenCL;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Values;
using ILGPU.Util;

namespace ModelDsl.Kernels.Gpu;

/// <summary>
/// What <see cref="Lanes8"/> and <see cref="Lanes16"/> are in OpenCL C: vectors. ILGPU has no words for these and would write each operation once for every number, from which
/// PoCL's compiler makes vectors again where it can, half as wide. PoCL contracts nothing, so fma is written out; CUDA's compiler fuses on its own.
/// </summary>
internal static class OpenCLVectors
{
    /// <summary>
    /// By the name of a method of a vector: what gives its result r from its arguments a, b and c, all of them vectors "v".
    /// </summary>
    private static readonly Dictionary<string, string> Operations = new()
    {
        [nameof(Lanes8.MultiplyAdd)] = "r = fma(a, b, c);",
        ["op_Addition"] = "r = a + b;",
        ["op_Subtraction"] = "r = a - b;",
        ["op_Multiply"] = "r = a * b;",
        ["op_Division"] = "r = a / b;",
        ["op_UnaryNegation"] = "r = -a;",
        [nameof(Lanes8.Sqrt)] = "r = sqrt(a);",
        [nameof(Lanes8.Rsqrt)] = "r = 1.0f / sqrt(a);",
        [nameof(Lanes8.Abs)] = "r = fabs(a);",
        [nameof(Lanes8.Sign)] = "r = select(select(a, (v)(-1.0f), a < 0.0f), (v)(1.0f), a > 0.0f);",
        [nameof(Lanes8.Max)] = "r = select(b, a, a > b | a != a);",
        [nameof(Lanes8.Min)] = "r = select(b, a, a < b | a != a);",
        [nameof(Lanes8.Greater)] = "r = select((v)(0.0f), (v)(1.0f), a > b);",
        [nameof(Lanes8.GreaterOrEqual)] = "r = select((v)(0.0f), (v)(1.0f), a >= b);",
        [nameof(Lanes8.Equal)] = "r = select((v)(0.0f), (v)(1.0f), a == b);",
        [nameof(Lanes8.Where)] = "r = select(b, c, a == 0.0f);",

        // DeviceMath.Exp.
        [nameof(Lanes8.Exp)] =
            "v x = select(a, (v)(89.0f), a > 89.0f); x = select(x, (v)(-87.5f), x < -87.5f); "
            + "v t = fma(x, (v)(1.44269504f), (v)(12582912.0f)), n = t - 12582912.0f; "
            + "v f = fma(n, (v)(2.12194440e-4f), fma(n, (v)(-0.693359375f), x)); "
            + "v p = fma((v)(2.76292262804e-3f), f, (v)(1.67374196444e-2f)); "
            + "p = fma(p, f, (v)(8.33367747244e-2f)); p = fma(p, f, (v)(3.33330413798e-1f)); p = fma(p, f, (v)(9.99999869034e-1f)); "
            + "p = fma(p, f, (v)(2.0f)); p = fma(p, f, (v)(2.0f)); r = p * as_v((as_i(t) + 126) << 23);",
    };

    /// <summary>Makes the operations of vectors what they are in kernels of a context.</summary>
    public static void Register(Context.Builder builder)
    {
        IntrinsicImplementationManager manager = builder.GetIntrinsicManager();
        IEnumerable<MethodInfo> methods = new[] { typeof(Lanes8), typeof(Lanes16) }
            .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Static))
            .Where(m => m.GetCustomAttribute<IntrinsicImplementationAttribute>() is not null);
        foreach (MethodInfo method in methods)
        {
            manager.RegisterMethod(method, new CLIntrinsic(typeof(OpenCLVectors), nameof(Generate), IntrinsicImplementationMode.GenerateCode));
        }
    }

    private static void Generate(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        var call = (MethodCall)value;
        var method = (MethodInfo)call.Target.Source;
        int width = method.DeclaringType == typeof(Lanes8) ? Lanes8.Width : Lanes16.Width;
        CLCodeGenerator.Variable[] arguments = [.. method.GetParameters().Select(p => generator.Load(call[p.Position]))];
        CLCodeGenerator.Variable result = generator.Allocate(value);
        generator.Declare(result);

        // In a structure, numbers lie one after the other as in a vector, but for its alignment.
        using CLCodeGenerator.StatementEmitter statement = generator.BeginStatement((RawString)$"{{ typedef float{width} v __attribute__((aligned(4))); ");
        foreach (ParameterInfo parameter in method.GetParameters())
        {
            string name = ((char)('a' + parameter.Position)).ToString();
            (string before, string after) = parameter.ParameterType == method.DeclaringType ? ($"v {name} = *(v *)&", "; ")
                : ($"v {name} = (float{width})(", "); ");
            statement.AppendOperation((RawString)before);
            statement.Append(arguments[parameter.Position]);
            statement.AppendOperation((RawString)after);
        }

        string operation = Operations[method.Name].Replace("as_v", $"as_float{width}").Replace("as_i", $"as_int{width}").Replace("(v)", $"(float{width})");
        statement.AppendOperation((RawString)$"v r; {operation} *(v *)&");
        statement.Append(result);
        statement.AppendOperation((RawString)" = r; }");
    }
}
