using ModelDsl.Operations;

namespace ModelDsl;

/// <summary>Element-by-element operations on <see cref="OracleValue"/>s, broadcasting over named axes, with their adjoints.</summary>
internal static class OracleMath
{
    public static OracleValue Unary<TOperation>(OracleValue x)
        where TOperation : struct, IUnaryOperation
    {
        double[] argument = x.Array, data = new double[argument.Length];
        for (int i = 0; i < data.Length; i++)
        {
            data[i] = TOperation.Value(argument[i]);
        }

        if (!x.IsTracked)
        {
            return new OracleValue(x.AxisTypes, x.SizeArray, data);
        }

        return new OracleValue(x.AxisTypes, x.SizeArray, data, [x], gradient =>
        {
            double[] dx = x.GradientArray;
            for (int i = 0; i < gradient.Length; i++)
            {
                // A zero gradient stays zero where the slope is infinite: what is not used has no say.
                if (gradient[i] != 0)
                {
                    dx[i] += gradient[i] * TOperation.Slope(argument[i], data[i]);
                }
            }
        });
    }

    /// <param name="x">The first argument.</param>
    /// <param name="y">The second argument.</param>
    /// <param name="axes">The axes of the result: all those of the arguments, in any order.</param>
    public static OracleValue Binary<TOperation>(OracleValue x, OracleValue y, Type[] axes)
        where TOperation : struct, IBinaryOperation
    {
        var shape = new OracleShape(axes, x, y);
        var strideX = OracleShape.StridesOf(x, axes);
        var strideY = OracleShape.StridesOf(y, axes);
        double[] dataX = x.Array, dataY = y.Array, data = new double[shape.Count];
        int position = 0;
        for (int row = 0; row < shape.Outer * shape.N0; row++)
        {
            (int outer, int i) = Math.DivRem(row, shape.N0);
            for (int j = 0; j < shape.N1; j++)
            {
                int atX = (outer * strideX.Outer) + (i * strideX.S0) + (j * strideX.S1), atY = (outer * strideY.Outer) + (i * strideY.S0) + (j * strideY.S1);
                for (int k = 0; k < shape.N2; k++, atX += strideX.S2, atY += strideY.S2)
                {
                    data[position++] = TOperation.Value(dataX[atX], dataY[atY]);
                }
            }
        }

        if (!x.IsTracked && !y.IsTracked)
        {
            return new OracleValue(axes, shape.Sizes, data);
        }

        return new OracleValue(axes, shape.Sizes, data, [x, y], gradient =>
        {
            double[]? dx = x.IsTracked ? x.GradientArray : null, dy = y.IsTracked ? y.GradientArray : null;
            int at = 0;
            for (int row = 0; row < shape.Outer * shape.N0; row++)
            {
                (int outer, int i) = Math.DivRem(row, shape.N0);
                for (int j = 0; j < shape.N1; j++)
                {
                    int atX = (outer * strideX.Outer) + (i * strideX.S0) + (j * strideX.S1), atY = (outer * strideY.Outer) + (i * strideY.S0) + (j * strideY.S1);
                    for (int k = 0; k < shape.N2; k++, atX += strideX.S2, atY += strideY.S2)
                    {
                        double g = gradient[at++];
                        if (g == 0)
                        {
                            continue;
                        }

                        (double ofX, double ofY) = TOperation.Slopes(dataX[atX], dataY[atY]);
                        if (dx is not null)
                        {
                            dx[atX] += g * ofX;
                        }

                        if (dy is not null)
                        {
                            dy[atY] += g * ofY;
                        }
                    }
                }
            }
        });
    }

    /// <summary>The same, where one argument has all the axes.</summary>
    public static OracleValue Binary<TOperation>(OracleValue x, OracleValue y)
        where TOperation : struct, IBinaryOperation =>
        Binary<TOperation>(x, y, x.SizeArray.Length >= y.SizeArray.Length ? x.AxisTypes : y.AxisTypes);

    /// <summary><paramref name="x"/> where the condition is not zero, else <paramref name="y"/>; no gradient goes to the condition.</summary>
    public static OracleValue Where(OracleValue condition, OracleValue x, OracleValue y)
    {
        OracleValue widest = new[] { condition, x, y }.MaxBy(v => v.SizeArray.Length)!;
        Type[] axes = widest.AxisTypes;

        // Branches are picked, not multiplied by zero and one: a NaN of the branch not taken must not come through.
        OracleValue mask = Binary<First>(Detach(condition), Detach(widest), axes);
        OracleValue wideX = Binary<First>(x, mask, axes), wideY = Binary<First>(y, mask, axes);
        double[] pick = mask.Array, dataX = wideX.Array, dataY = wideY.Array, data = new double[pick.Length];
        for (int i = 0; i < data.Length; i++)
        {
            data[i] = pick[i] != 0 ? dataX[i] : dataY[i];
        }

        if (!wideX.IsTracked && !wideY.IsTracked)
        {
            return new OracleValue(axes, mask.SizeArray, data);
        }

        return new OracleValue(axes, mask.SizeArray, data, [wideX, wideY], gradient =>
        {
            double[]? dx = wideX.IsTracked ? wideX.GradientArray : null, dy = wideY.IsTracked ? wideY.GradientArray : null;
            for (int i = 0; i < gradient.Length; i++)
            {
                double[]? target = pick[i] != 0 ? dx : dy;
                if (target is not null)
                {
                    target[i] += gradient[i];
                }
            }
        });
    }

    /// <summary>The same values, with no gradient.</summary>
    public static OracleValue Detach(OracleValue x) => x.IsTracked ? new OracleValue(x.AxisTypes, x.SizeArray, x.Array) : x;

    /// <summary>The first argument, repeated over the axes that only the second has.</summary>
    private readonly struct First : IBinaryOperation
    {
        public static double Value(double x, double y) => x;

        public static (double OfX, double OfY) Slopes(double x, double y) => (1, 0);
    }
}
