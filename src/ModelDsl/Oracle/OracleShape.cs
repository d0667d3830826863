using System.Reflection;

namespace ModelDsl;

/// <summary>The shape of a result: up to four named axes (a product before it is summed), and how its arguments are laid out in it.</summary>
internal readonly struct OracleShape
{
    public readonly int[] Sizes;

    // The sizes, padded in front with ones, so that every loop is four deep.
    public readonly int Outer, N0, N1, N2;

    /// <summary>The shape with the given axes, whose sizes come from the arguments. Every axis of an argument must be among them.</summary>
    public OracleShape(Type[] axes, params ReadOnlySpan<OracleValue> arguments)
    {
        Sizes = new int[axes.Length];
        foreach (OracleValue argument in arguments)
        {
            for (int i = 0; i < argument.SizeArray.Length; i++)
            {
                Type axis = argument.AxisTypes[i];
                int position = Array.IndexOf(axes, axis), size = argument.SizeArray[i];
                if (position < 0)
                {
                    throw new InvalidOperationException($"A {NameOf(argument.AxisTypes)} has the axis {axis.Name}, which the result {NameOf(axes)} lacks.");
                }

                if (Sizes[position] != 0 && Sizes[position] != size)
                {
                    throw new ArgumentException($"Axis {axis.Name} has size {Sizes[position]} in one operand and {size} in another.");
                }

                Sizes[position] = size;
            }
        }

        if (Sizes.Contains(0))
        {
            // Every axis of a result comes from an argument: one without a size stands behind another of its name.
            CheckNames(axes, Sizes);
        }

        Outer = axes.Length > 3 ? Sizes[^4] : 1;
        N0 = axes.Length > 2 ? Sizes[^3] : 1;
        N1 = axes.Length > 1 ? Sizes[^2] : 1;
        N2 = axes.Length > 0 ? Sizes[^1] : 1;
    }

    public int Count => Outer * N0 * N1 * N2;

    /// <summary>The strides of an argument along this shape's axes (padded in front); zero where the argument lacks the axis.</summary>
    public static (int Outer, int S0, int S1, int S2) StridesOf(OracleValue argument, Type[] axes)
    {
        (int Outer, int S0, int S1, int S2) strides = default;
        int stride = 1;
        for (int i = argument.SizeArray.Length - 1; i >= 0; i--)
        {
            switch (axes.Length - 1 - Array.IndexOf(axes, argument.AxisTypes[i]))
            {
                case 0: strides.S2 = stride; break;
                case 1: strides.S1 = stride; break;
                case 2: strides.S0 = stride; break;
                default: strides.Outer = stride; break;
            }

            stride *= argument.SizeArray[i];
        }

        return strides;
    }

    /// <summary>How a spec would write the type of a tensor with these axes.</summary>
    public static string NameOf(Type[] axes) => axes.Length == 0 ? nameof(Scalar) : $"Tensor<{string.Join(", ", axes.Select(a => a.Name))}>";

    /// <summary>No axis may appear twice, and a fixed size is kept.</summary>
    public static void CheckNames(Type[] axes, int[] sizes)
    {
        for (int i = 0; i < axes.Length; i++)
        {
            if (Array.IndexOf(axes, axes[i]) != i)
            {
                throw new ArgumentException($"{NameOf(axes)} has the axis {axes[i].Name} twice: an axis is known by its name, so give one of the two another (Tensor<A>.As<B>(), Rename).");
            }

            if (axes[i].GetCustomAttribute<AxisAttribute>() is { } axis && axis.Size != sizes[i])
            {
                throw new ArgumentException($"Axis {axes[i].Name} is fixed at size {axis.Size}, but a value of shape [{string.Join(", ", sizes)}] has {sizes[i]} there.");
            }
        }
    }
}
