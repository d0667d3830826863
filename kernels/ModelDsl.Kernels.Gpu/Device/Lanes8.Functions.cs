using ILGPU.IR.Intrinsics;

namespace ModelDsl.Kernels.Gpu;

// The functions of a spec, number by number.
public partial struct Lanes8
{
    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static Lanes8 Exp(Lanes8 x) => new()
        {
            X0 = DeviceMath.Exp(x.X0),
            X1 = DeviceMath.Exp(x.X1),
            X2 = DeviceMath.Exp(x.X2),
            X3 = DeviceMath.Exp(x.X3),
            X4 = DeviceMath.Exp(x.X4),
            X5 = DeviceMath.Exp(x.X5),
            X6 = DeviceMath.Exp(x.X6),
            X7 = DeviceMath.Exp(x.X7),
        };

    /// <inheritdoc/>
    public static Lanes8 Log(Lanes8 x) => new()
        {
            X0 = DeviceMath.Log(x.X0),
            X1 = DeviceMath.Log(x.X1),
            X2 = DeviceMath.Log(x.X2),
            X3 = DeviceMath.Log(x.X3),
            X4 = DeviceMath.Log(x.X4),
            X5 = DeviceMath.Log(x.X5),
            X6 = DeviceMath.Log(x.X6),
            X7 = DeviceMath.Log(x.X7),
        };

    /// <inheritdoc/>
    public static Lanes8 Sigmoid(Lanes8 x) => LaneMath<Lanes8>.Sigmoid(x);

    /// <inheritdoc/>
    public static Lanes8 LogSigmoid(Lanes8 x) => LaneMath<Lanes8>.LogSigmoid(x);

    /// <inheritdoc/>
    public static Lanes8 Softplus(Lanes8 x) => LaneMath<Lanes8>.Softplus(x);

    /// <inheritdoc/>
    public static Lanes8 Tanh(Lanes8 x) => LaneMath<Lanes8>.Tanh(x);

    /// <inheritdoc/>
    public static Lanes8 Sin(Lanes8 x) => new()
        {
            X0 = DeviceMath.Sin(x.X0),
            X1 = DeviceMath.Sin(x.X1),
            X2 = DeviceMath.Sin(x.X2),
            X3 = DeviceMath.Sin(x.X3),
            X4 = DeviceMath.Sin(x.X4),
            X5 = DeviceMath.Sin(x.X5),
            X6 = DeviceMath.Sin(x.X6),
            X7 = DeviceMath.Sin(x.X7),
        };

    /// <inheritdoc/>
    public static Lanes8 Cos(Lanes8 x) => new()
        {
            X0 = DeviceMath.Cos(x.X0),
            X1 = DeviceMath.Cos(x.X1),
            X2 = DeviceMath.Cos(x.X2),
            X3 = DeviceMath.Cos(x.X3),
            X4 = DeviceMath.Cos(x.X4),
            X5 = DeviceMath.Cos(x.X5),
            X6 = DeviceMath.Cos(x.X6),
            X7 = DeviceMath.Cos(x.X7),
        };

    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static Lanes8 Sqrt(Lanes8 x) => new()
        {
            X0 = DeviceMath.Sqrt(x.X0),
            X1 = DeviceMath.Sqrt(x.X1),
            X2 = DeviceMath.Sqrt(x.X2),
            X3 = DeviceMath.Sqrt(x.X3),
            X4 = DeviceMath.Sqrt(x.X4),
            X5 = DeviceMath.Sqrt(x.X5),
            X6 = DeviceMath.Sqrt(x.X6),
            X7 = DeviceMath.Sqrt(x.X7),
        };

    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static Lanes8 Rsqrt(Lanes8 x) => new()
        {
            X0 = DeviceMath.Rsqrt(x.X0),
            X1 = DeviceMath.Rsqrt(x.X1),
            X2 = DeviceMath.Rsqrt(x.X2),
            X3 = DeviceMath.Rsqrt(x.X3),
            X4 = DeviceMath.Rsqrt(x.X4),
            X5 = DeviceMath.Rsqrt(x.X5),
            X6 = DeviceMath.Rsqrt(x.X6),
            X7 = DeviceMath.Rsqrt(x.X7),
        };

    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static Lanes8 Abs(Lanes8 x) => new()
        {
            X0 = DeviceMath.Abs(x.X0),
            X1 = DeviceMath.Abs(x.X1),
            X2 = DeviceMath.Abs(x.X2),
            X3 = DeviceMath.Abs(x.X3),
            X4 = DeviceMath.Abs(x.X4),
            X5 = DeviceMath.Abs(x.X5),
            X6 = DeviceMath.Abs(x.X6),
            X7 = DeviceMath.Abs(x.X7),
        };

    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static Lanes8 Sign(Lanes8 x) => new()
        {
            X0 = DeviceMath.Sign(x.X0),
            X1 = DeviceMath.Sign(x.X1),
            X2 = DeviceMath.Sign(x.X2),
            X3 = DeviceMath.Sign(x.X3),
            X4 = DeviceMath.Sign(x.X4),
            X5 = DeviceMath.Sign(x.X5),
            X6 = DeviceMath.Sign(x.X6),
            X7 = DeviceMath.Sign(x.X7),
        };

    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static Lanes8 Max(Lanes8 a, Lanes8 b) => new()
        {
            X0 = DeviceMath.Max(a.X0, b.X0),
            X1 = DeviceMath.Max(a.X1, b.X1),
            X2 = DeviceMath.Max(a.X2, b.X2),
            X3 = DeviceMath.Max(a.X3, b.X3),
            X4 = DeviceMath.Max(a.X4, b.X4),
            X5 = DeviceMath.Max(a.X5, b.X5),
            X6 = DeviceMath.Max(a.X6, b.X6),
            X7 = DeviceMath.Max(a.X7, b.X7),
        };

    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static Lanes8 Min(Lanes8 a, Lanes8 b) => new()
        {
            X0 = DeviceMath.Min(a.X0, b.X0),
            X1 = DeviceMath.Min(a.X1, b.X1),
            X2 = DeviceMath.Min(a.X2, b.X2),
            X3 = DeviceMath.Min(a.X3, b.X3),
            X4 = DeviceMath.Min(a.X4, b.X4),
            X5 = DeviceMath.Min(a.X5, b.X5),
            X6 = DeviceMath.Min(a.X6, b.X6),
            X7 = DeviceMath.Min(a.X7, b.X7),
        };

    /// <inheritdoc/>
    public static Lanes8 LogAddExp(Lanes8 a, Lanes8 b) => LaneMath<Lanes8>.LogAddExp(a, b);

    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static Lanes8 Greater(Lanes8 a, Lanes8 b) => new()
        {
            X0 = DeviceMath.Greater(a.X0, b.X0),
            X1 = DeviceMath.Greater(a.X1, b.X1),
            X2 = DeviceMath.Greater(a.X2, b.X2),
            X3 = DeviceMath.Greater(a.X3, b.X3),
            X4 = DeviceMath.Greater(a.X4, b.X4),
            X5 = DeviceMath.Greater(a.X5, b.X5),
            X6 = DeviceMath.Greater(a.X6, b.X6),
            X7 = DeviceMath.Greater(a.X7, b.X7),
        };

    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static Lanes8 GreaterOrEqual(Lanes8 a, Lanes8 b) => new()
        {
            X0 = DeviceMath.GreaterOrEqual(a.X0, b.X0),
            X1 = DeviceMath.GreaterOrEqual(a.X1, b.X1),
            X2 = DeviceMath.GreaterOrEqual(a.X2, b.X2),
            X3 = DeviceMath.GreaterOrEqual(a.X3, b.X3),
            X4 = DeviceMath.GreaterOrEqual(a.X4, b.X4),
            X5 = DeviceMath.GreaterOrEqual(a.X5, b.X5),
            X6 = DeviceMath.GreaterOrEqual(a.X6, b.X6),
            X7 = DeviceMath.GreaterOrEqual(a.X7, b.X7),
        };

    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static Lanes8 Equal(Lanes8 a, Lanes8 b) => new()
        {
            X0 = DeviceMath.Equal(a.X0, b.X0),
            X1 = DeviceMath.Equal(a.X1, b.X1),
            X2 = DeviceMath.Equal(a.X2, b.X2),
            X3 = DeviceMath.Equal(a.X3, b.X3),
            X4 = DeviceMath.Equal(a.X4, b.X4),
            X5 = DeviceMath.Equal(a.X5, b.X5),
            X6 = DeviceMath.Equal(a.X6, b.X6),
            X7 = DeviceMath.Equal(a.X7, b.X7),
        };

    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static Lanes8 Where(Lanes8 condition, Lanes8 yes, Lanes8 no) => new()
        {
            X0 = DeviceMath.Where(condition.X0, yes.X0, no.X0),
            X1 = DeviceMath.Where(condition.X1, yes.X1, no.X1),
            X2 = DeviceMath.Where(condition.X2, yes.X2, no.X2),
            X3 = DeviceMath.Where(condition.X3, yes.X3, no.X3),
            X4 = DeviceMath.Where(condition.X4, yes.X4, no.X4),
            X5 = DeviceMath.Where(condition.X5, yes.X5, no.X5),
            X6 = DeviceMath.Where(condition.X6, yes.X6, no.X6),
            X7 = DeviceMath.Where(condition.X7, yes.X7, no.X7),
        };
}
