using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace ModelDsl.Generators.Parsing;

/// <summary>Arithmetic of compile-time constants, with the types and rounding of C#.</summary>
internal static class Constants
{
    /// <summary>A constant as one of the types that are folded (bool, int, long, float, double), or null.</summary>
    public static object? Normalize(object? value) => value switch
    {
        bool or int or long or float or double => value,
        sbyte or byte or short or ushort or char => Convert.ToInt32(value, CultureInfo.InvariantCulture),
        uint => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        _ => null,
    };

    public static bool IsNumber(object value) => value is int or long or float or double;

    public static double ToDouble(object value) => Convert.ToDouble(value, CultureInfo.InvariantCulture);

    public static object? ChangeType(object value, ITypeSymbol? type)
    {
        if (value is bool)
        {
            return type?.SpecialType == SpecialType.System_Boolean ? value : null;
        }

        double number = ToDouble(value);
        return type?.SpecialType switch
        {
            SpecialType.System_Int32 => value is int ? value : unchecked((int)ToInteger(value)),
            SpecialType.System_Int64 => value is long ? value : ToInteger(value),
            SpecialType.System_Single => (float)number,
            SpecialType.System_Double => number,
            _ => null,
        };
    }

    public static object? Unary(UnaryOperatorKind kind, object value) => (kind, value) switch
    {
        (UnaryOperatorKind.Plus, not bool) => value,
        (UnaryOperatorKind.Minus, int x) => unchecked(-x),
        (UnaryOperatorKind.Minus, long x) => unchecked(-x),
        (UnaryOperatorKind.Minus, float x) => -x,
        (UnaryOperatorKind.Minus, double x) => -x,
        (UnaryOperatorKind.Not, bool x) => !x,
        _ => null,
    };

    /// <summary>Both operands have the same type: C# has inserted the conversions. Null if the operator does not exist or divides by zero.</summary>
    public static object? Binary(BinaryOperatorKind kind, object left, object right) => (left, right) switch
    {
        (int x, int y) => Integer(kind, x, y) is { } result ? result is long number ? unchecked((int)number) : result : null,
        (long x, long y) => Integer(kind, x, y),
        (float x, float y) => Real(kind, x, y) is { } result ? result is double number ? (float)number : result : null,
        (double x, double y) => Real(kind, x, y),
        (bool x, bool y) => Boolean(kind, x, y),
        _ => null,
    };

    /// <summary>A method of System.Math on constants, or null.</summary>
    public static object? Math(string name, IReadOnlyList<object> arguments)
    {
        if (name is "Max" or "Min" or "Abs" && arguments.All(a => a is int))
        {
            int[] x = arguments.Cast<int>().ToArray();
            return name switch
            {
                "Max" => System.Math.Max(x[0], x[1]),
                "Min" => System.Math.Min(x[0], x[1]),
                _ => System.Math.Abs(x[0]),
            };
        }

        double[] v = arguments.Select(ToDouble).ToArray();
        return (name, v.Length) switch
        {
            ("Sqrt", 1) => System.Math.Sqrt(v[0]),
            ("Exp", 1) => System.Math.Exp(v[0]),
            ("Log", 1) => System.Math.Log(v[0]),
            ("Log", 2) => System.Math.Log(v[0], v[1]),
            ("Log2", 1) => System.Math.Log(v[0], 2),
            ("Log10", 1) => System.Math.Log10(v[0]),
            ("Pow", 2) => System.Math.Pow(v[0], v[1]),
            ("Sin", 1) => System.Math.Sin(v[0]),
            ("Cos", 1) => System.Math.Cos(v[0]),
            ("Tan", 1) => System.Math.Tan(v[0]),
            ("Tanh", 1) => System.Math.Tanh(v[0]),
            ("Abs", 1) => System.Math.Abs(v[0]),
            ("Max", 2) => System.Math.Max(v[0], v[1]),
            ("Min", 2) => System.Math.Min(v[0], v[1]),
            ("Floor", 1) => System.Math.Floor(v[0]),
            ("Ceiling", 1) => System.Math.Ceiling(v[0]),
            _ => null,
        };
    }

    private static long ToInteger(object value) => value switch
    {
        int x => x,
        long x => x,
        _ => unchecked((long)ToDouble(value)),
    };

    private static object? Integer(BinaryOperatorKind kind, long x, long y) => kind switch
    {
        BinaryOperatorKind.Add => unchecked(x + y),
        BinaryOperatorKind.Subtract => unchecked(x - y),
        BinaryOperatorKind.Multiply => unchecked(x * y),
        BinaryOperatorKind.Divide when y is not 0 and not -1 => x / y,
        BinaryOperatorKind.Divide when y == -1 => unchecked(-x),
        BinaryOperatorKind.Remainder when y is not 0 and not -1 => x % y,
        BinaryOperatorKind.Remainder when y == -1 => 0L,
        BinaryOperatorKind.LeftShift => x << (int)y,
        BinaryOperatorKind.RightShift => x >> (int)y,
        BinaryOperatorKind.LessThan => x < y,
        BinaryOperatorKind.LessThanOrEqual => x <= y,
        BinaryOperatorKind.GreaterThan => x > y,
        BinaryOperatorKind.GreaterThanOrEqual => x >= y,
        BinaryOperatorKind.Equals => x == y,
        BinaryOperatorKind.NotEquals => x != y,
        _ => null,
    };

    private static object? Real(BinaryOperatorKind kind, double x, double y) => kind switch
    {
        BinaryOperatorKind.Add => x + y,
        BinaryOperatorKind.Subtract => x - y,
        BinaryOperatorKind.Multiply => x * y,
        BinaryOperatorKind.Divide => x / y,
        BinaryOperatorKind.Remainder => x % y,
        BinaryOperatorKind.LessThan => x < y,
        BinaryOperatorKind.LessThanOrEqual => x <= y,
        BinaryOperatorKind.GreaterThan => x > y,
        BinaryOperatorKind.GreaterThanOrEqual => x >= y,
        BinaryOperatorKind.Equals => x == y,
        BinaryOperatorKind.NotEquals => x != y,
        _ => null,
    };

    private static object? Boolean(BinaryOperatorKind kind, bool x, bool y) => kind switch
    {
        BinaryOperatorKind.And or BinaryOperatorKind.ConditionalAnd => x && y,
        BinaryOperatorKind.Or or BinaryOperatorKind.ConditionalOr => x || y,
        BinaryOperatorKind.ExclusiveOr or BinaryOperatorKind.NotEquals => x != y,
        BinaryOperatorKind.Equals => x == y,
        _ => null,
    };
}
