using ModelDsl.Compiler.Graph;

namespace ModelDsl.Generators.Parsing;

/// <summary>A call of a function of the DSL that takes or gives complex tensors.</summary>
/// <param name="Arithmetic">Where its nodes go.</param>
/// <param name="Arguments">Its arguments; a real one has no imaginary part.</param>
/// <param name="Axes">The axes that it is about, as in <see cref="FunctionCall"/>.</param>
/// <param name="NewAxis">The axis that appears in the result, if any.</param>
/// <param name="Numbers">Arguments that are numbers and not tensors, in order.</param>
internal sealed record ComplexFunctionCall(
    ComplexArithmetic Arithmetic, IReadOnlyList<ComplexValue> Arguments, IReadOnlyList<string> Axes, string NewAxis, IReadOnlyList<double> Numbers)
{
    public ComplexValue X => Arguments[0];

    public ComplexValue Y => Arguments[1];
}

/// <summary>What each function of complex tensors is in terms of their parts.</summary>
internal static class ComplexFunctionTable
{
    private static readonly Dictionary<string, Func<ComplexFunctionCall, Value>> Table = new()
    {
        ["Complex"] = c => new ComplexValue(c.X.Re, c.Y.Re),
        ["Polar"] = c => c.Arithmetic.Polar(c.X.Re, c.Y.Re),
        ["Conjugate"] = c => c.Arithmetic.Conjugate(c.X),
        ["Exp"] = c => c.Arithmetic.Exp(c.X),
        ["ExpMinusOne"] = c => c.Arithmetic.ExpMinusOne(c.X),
        ["Abs"] = c => new NodeValue(c.Arithmetic.Abs(c.X)),
        ["SquaredAbs"] = c => new NodeValue(c.Arithmetic.SquaredAbs(c.X)),
        ["Where"] = c => c.Arithmetic.Where(c.X.Re, c.Y, c.Arguments[2]),
        ["Dot"] = c => c.Arithmetic.Sum(c.Arithmetic.Multiply(c.X, c.Y), c.Axes[0]),
        ["Outer"] = c => c.Arithmetic.Multiply(c.X, c.Y),
        ["Sum"] = c => c.Axes.Aggregate(c.X, c.Arithmetic.Sum),
        ["Shift"] = c => c.Arithmetic.Map(c.X, part => c.Arithmetic.Graph.Shift(part, c.Axes[0], (int)c.Numbers[0])),
        ["As"] = c => c.Arithmetic.Map(c.X, part => c.Arithmetic.Graph.Rename(part, c.Axes[0], c.NewAxis)),
    };

    public static bool Contains(string function) => Table.ContainsKey(function);

    /// <summary>The value that a call stands for.</summary>
    public static Value Construct(string function, ComplexFunctionCall call) => Table[function](call);
}
