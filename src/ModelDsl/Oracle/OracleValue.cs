using System.Globalization;

namespace ModelDsl;

/// <summary>
/// A named-axis tensor of doubles, row-major: what the tensor types of the DSL compute with. It never changes; a value made from a
/// tracked one (<see cref="Tracked"/>) remembers how, so that <see cref="OracleTape"/> can take exact gradients through a spec.
/// </summary>
public sealed class OracleValue
{
    private static long s_count;
    private readonly int[] _sizes;
    private readonly double[] _data;
    private Type[]? _axes;
    private double[]? _gradient;

    /// <summary>A value whose axes are not named yet: the first tensor that wraps it names them.</summary>
    /// <param name="data">The elements, row-major. Not to be changed afterwards.</param>
    /// <param name="sizes">The size of each axis, at least 1; none for a scalar.</param>
    public OracleValue(double[] data, params int[] sizes)
        : this(null, sizes, data)
    {
        int count = 1;
        foreach (int size in sizes)
        {
            if (size < 1)
            {
                throw new ArgumentException($"An axis has size {size} in [{string.Join(", ", sizes)}]: every axis holds at least one element.", nameof(sizes));
            }

            count = checked(count * size);
        }

        if (data.Length != count)
        {
            throw new ArgumentException($"{data.Length} elements were given for a value of shape [{string.Join(", ", sizes)}], which holds {count}.", nameof(data));
        }
    }

    internal OracleValue(Type[]? axes, int[] sizes, double[] data)
    {
        _axes = axes;
        _sizes = sizes;
        _data = data;
    }

    /// <summary>A result of tracked arguments; <paramref name="adjoint"/> carries its gradient to theirs.</summary>
    internal OracleValue(Type[]? axes, int[] sizes, double[] data, OracleValue[] parents, Action<double[]> adjoint)
        : this(axes, sizes, data)
    {
        Order = Interlocked.Increment(ref s_count);
        Parents = parents;
        Adjoint = adjoint;
    }

    /// <summary>The marker types of the axes, in order.</summary>
    public IReadOnlyList<Type> Axes => AxisTypes;

    /// <summary>The size of each axis.</summary>
    public IReadOnlyList<int> Sizes => _sizes;

    /// <summary>The elements, row-major.</summary>
    public ReadOnlySpan<double> Data => _data;

    /// <summary>Whether gradients reach this value.</summary>
    public bool IsTracked => Order > 0;

    /// <summary>What <see cref="OracleTape.Backward"/> found so far: the gradient with respect to each element, zero where none arrived.</summary>
    public ReadOnlySpan<double> Gradient => GradientArray;

    internal Type[] AxisTypes => _axes ?? (_sizes.Length == 0
        ? _axes = []
        : throw new InvalidOperationException($"The axes of a value of shape [{string.Join(", ", _sizes)}] have no names yet: wrap it in a tensor type first."));

    internal int[] SizeArray => _sizes;

    /// <summary>The size of an axis; null if the value does not have it, or if its axes have no names yet.</summary>
    internal int? SizeOf(Type axis) => _axes is not null && System.Array.IndexOf(_axes, axis) is >= 0 and var position ? _sizes[position] : null;

    internal double[] Array => _data;

    internal double[] GradientArray => _gradient ??= new double[_data.Length];

    internal bool HasGradient => _gradient is not null;

    /// <summary>Rises with every tracked value made: results come after their arguments. Zero if not tracked.</summary>
    internal long Order { get; private init; }

    internal OracleValue[] Parents { get; } = [];

    internal Action<double[]>? Adjoint { get; }

    /// <summary>For a state that comes in to a token: what it was before the mini-batch (<see cref="Functions.Stale{T}(T)"/>).</summary>
    internal OracleValue? Stale { get; private init; }

    /// <summary>A value that gradients are wanted for.</summary>
    /// <param name="data">The elements, row-major. Not to be changed afterwards.</param>
    /// <param name="sizes">The size of each axis, at least 1; none for a scalar.</param>
    public static OracleValue Tracked(double[] data, params int[] sizes) => new(data, sizes) { Order = Interlocked.Increment(ref s_count) };

    /// <summary>A number.</summary>
    public static OracleValue Scalar(double value) => new([], [], [value]);

    /// <summary>The same value, which knows what it was before the mini-batch.</summary>
    internal OracleValue WithStale(OracleValue stale)
    {
        OracleValue itself = this;
        return !IsTracked
            ? new OracleValue(_axes, _sizes, _data) { Stale = stale }
            : new OracleValue(_axes, _sizes, _data, [itself], gradient =>
            {
                double[] to = itself.GradientArray;
                for (int i = 0; i < gradient.Length; i++)
                {
                    to[i] += gradient[i];
                }
            }) { Stale = stale };
    }

    /// <summary>Names the axes of a value that has none yet, or checks the names that it has.</summary>
    internal OracleValue Named(Type[] axes)
    {
        if (ReferenceEquals(_axes, axes))
        {
            return this;
        }

        if (_sizes.Length != axes.Length)
        {
            throw new ArgumentException($"A value of shape [{string.Join(", ", _sizes)}] cannot be a {OracleShape.NameOf(axes)}: it has {_sizes.Length} axes, not {axes.Length}.");
        }

        if (_axes is null)
        {
            OracleShape.CheckNames(axes, _sizes);
            _axes = axes;
        }
        else if (!_axes.AsSpan().SequenceEqual(axes))
        {
            throw new ArgumentException($"A {OracleShape.NameOf(_axes)} cannot be a {OracleShape.NameOf(axes)}.");
        }

        return this;
    }

    /// <summary>Forgets the gradient that arrived, once it has been passed on.</summary>
    internal void ClearGradient() => _gradient = null;

    /// <summary>The elements in nested brackets, as a debugger shows them.</summary>
    public override string ToString()
    {
        int position = 0;
        return Text(0);

        string Text(int axis)
        {
            if (axis == _sizes.Length)
            {
                return _data[position++].ToString("G6", CultureInfo.InvariantCulture);
            }

            var parts = new string[_sizes[axis]];
            for (int i = 0; i < parts.Length; i++)
            {
                parts[i] = Text(axis + 1);
            }

            return $"[{string.Join(", ", parts)}]";
        }
    }
}
