namespace ModelDsl.Operations;

/// <summary>A function of one number. The slope is given both the argument and the value, whichever is cheaper to use.</summary>
internal interface IUnaryOperation
{
    static abstract double Value(double x);

    static abstract double Slope(double x, double y);
}

/// <summary>A function of two numbers and its two slopes.</summary>
internal interface IBinaryOperation
{
    static abstract double Value(double x, double y);

    static abstract (double OfX, double OfY) Slopes(double x, double y);
}

/// <summary>Scalar functions that need care to be exact, shared by the operations below.</summary>
internal static class Numbers
{
    public static double Sigmoid(double x)
    {
        double e = Math.Exp(-Math.Abs(x));
        return x >= 0 ? 1 / (1 + e) : e / (1 + e);
    }

    public static double Softplus(double x) => Math.Max(x, 0) + LogOnePlus(Math.Exp(-Math.Abs(x)));

    /// <summary>log(1 + x) without losing the digits of a small x.</summary>
    private static double LogOnePlus(double x)
    {
        double u = 1 + x;
        return u == 1 ? x : Math.Log(u) * (x / (u - 1));
    }
}

internal readonly struct Negate : IUnaryOperation
{
    public static double Value(double x) => -x;

    public static double Slope(double x, double y) => -1;
}

internal readonly struct Exp : IUnaryOperation
{
    public static double Value(double x) => Math.Exp(x);

    public static double Slope(double x, double y) => y;
}

internal readonly struct Log : IUnaryOperation
{
    public static double Value(double x) => Math.Log(x);

    public static double Slope(double x, double y) => 1 / x;
}

internal readonly struct Sigmoid : IUnaryOperation
{
    public static double Value(double x) => Numbers.Sigmoid(x);

    public static double Slope(double x, double y) => y * Numbers.Sigmoid(-x);
}

internal readonly struct LogSigmoid : IUnaryOperation
{
    public static double Value(double x) => -Numbers.Softplus(-x);

    public static double Slope(double x, double y) => Numbers.Sigmoid(-x);
}

internal readonly struct Softplus : IUnaryOperation
{
    public static double Value(double x) => Numbers.Softplus(x);

    public static double Slope(double x, double y) => Numbers.Sigmoid(x);
}

internal readonly struct Tanh : IUnaryOperation
{
    public static double Value(double x) => Math.Tanh(x);

    // 1 - y^2 loses its digits where the curve is flat; 4 s(2x) s(-2x) does not.
    public static double Slope(double x, double y) => 4 * Numbers.Sigmoid(2 * x) * Numbers.Sigmoid(-2 * x);
}

internal readonly struct Sin : IUnaryOperation
{
    public static double Value(double x) => Math.Sin(x);

    public static double Slope(double x, double y) => Math.Cos(x);
}

internal readonly struct Cos : IUnaryOperation
{
    public static double Value(double x) => Math.Cos(x);

    public static double Slope(double x, double y) => -Math.Sin(x);
}

internal readonly struct Sqrt : IUnaryOperation
{
    public static double Value(double x) => Math.Sqrt(x);

    public static double Slope(double x, double y) => 0.5 / y;
}

internal readonly struct Rsqrt : IUnaryOperation
{
    public static double Value(double x) => 1 / Math.Sqrt(x);

    public static double Slope(double x, double y) => -0.5 * y / x;
}

internal readonly struct Abs : IUnaryOperation
{
    public static double Value(double x) => Math.Abs(x);

    public static double Slope(double x, double y) => Sign.Value(x);
}

internal readonly struct Sign : IUnaryOperation
{
    public static double Value(double x) => x > 0 ? 1 : x < 0 ? -1 : double.IsNaN(x) ? x : 0;

    public static double Slope(double x, double y) => 0;
}

internal readonly struct Add : IBinaryOperation
{
    public static double Value(double x, double y) => x + y;

    public static (double OfX, double OfY) Slopes(double x, double y) => (1, 1);
}

internal readonly struct Subtract : IBinaryOperation
{
    public static double Value(double x, double y) => x - y;

    public static (double OfX, double OfY) Slopes(double x, double y) => (1, -1);
}

internal readonly struct Multiply : IBinaryOperation
{
    public static double Value(double x, double y) => x * y;

    public static (double OfX, double OfY) Slopes(double x, double y) => (y, x);
}

internal readonly struct Divide : IBinaryOperation
{
    public static double Value(double x, double y) => x / y;

    public static (double OfX, double OfY) Slopes(double x, double y) => (1 / y, -x / (y * y));
}

/// <summary>Where both are equal, each takes half of the gradient.</summary>
internal readonly struct Max : IBinaryOperation
{
    public static double Value(double x, double y) => Math.Max(x, y);

    public static (double OfX, double OfY) Slopes(double x, double y) => x > y ? (1, 0) : x < y ? (0, 1) : (0.5, 0.5);
}

/// <summary>Where both are equal, each takes half of the gradient.</summary>
internal readonly struct Min : IBinaryOperation
{
    public static double Value(double x, double y) => Math.Min(x, y);

    public static (double OfX, double OfY) Slopes(double x, double y) => x < y ? (1, 0) : x > y ? (0, 1) : (0.5, 0.5);
}

internal readonly struct LogAddExp : IBinaryOperation
{
    // A difference of equal infinities is no number.
    public static double Value(double x, double y) => x == y ? x + Math.Log(2) : Math.Max(x, y) + Numbers.Softplus(-Math.Abs(x - y));

    public static (double OfX, double OfY) Slopes(double x, double y) => x == y ? (0.5, 0.5) : (Numbers.Sigmoid(x - y), Numbers.Sigmoid(y - x));
}

internal readonly struct Greater : IBinaryOperation
{
    public static double Value(double x, double y) => x > y ? 1 : 0;

    public static (double OfX, double OfY) Slopes(double x, double y) => (0, 0);
}

internal readonly struct GreaterOrEqual : IBinaryOperation
{
    public static double Value(double x, double y) => x >= y ? 1 : 0;

    public static (double OfX, double OfY) Slopes(double x, double y) => (0, 0);
}

internal readonly struct Equal : IBinaryOperation
{
    public static double Value(double x, double y) => x == y ? 1 : 0;

    public static (double OfX, double OfY) Slopes(double x, double y) => (0, 0);
}
