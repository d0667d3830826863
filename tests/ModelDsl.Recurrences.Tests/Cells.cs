namespace ModelDsl.Recurrences.Tests;

public struct Unit : IAxis;

public struct Previous : IAxis;

public struct PreviousRow : IAxis;

[Axis(2)]
public struct Pair : IAxis;

/// <summary>Block-diagonal recurrent matrices: one product for every block.</summary>
[Recurrence]
public partial struct BlockCell
{
    [State] private Tensor<Row, Unit> y;

    public Tensor<Row, Unit> Step(Tensor<Row, Unit> x, [Shared(Across.Time)] Tensor<Row, Previous, Unit> blocks)
    {
        y = Tanh(x + Sum(Rename(y, FromTo<Unit, Previous>()) * blocks, Over<Previous>()));
        return y;
    }
}

/// <summary>Both sides of a matrix state are mixed: along its rows the terms of a sum do not lie together.</summary>
[Recurrence]
public partial struct TwoSidedCell
{
    [State] private Tensor<Row, Unit> y;

    public Tensor<Row, Unit> Step(
        Tensor<Row, Unit> x, [Shared(Across.Time)] Tensor<Previous, Unit> right, [Shared(Across.Time | Across.Heads)] Tensor<PreviousRow, Row> left)
    {
        Tensor<Row, Unit> mixed = Dot(Rename(y, FromTo<Unit, Previous>()), right);
        y = Tanh(x + Dot(left, Rename(mixed, FromTo<Row, PreviousRow>())));
        return y;
    }
}

/// <summary>Factors that are computed first, or are one of several matrices; what is read from the state after the token is projected, too.</summary>
[Recurrence]
public partial struct ProjectedCell
{
    [State] private Tensor<Unit> y;
    [State] private Tensor<Unit> slow;

    public (Tensor<Row> Output, Tensor<Unit> Slow) Step(
        Tensor<Row> x,
        Scalar gain,
        [Shared(Across.Time)] Tensor<Row, Unit> input,
        [Shared(Across.Time)] Tensor<Pair, Previous, Unit> recurrent,
        [Shared(Across.Time)] Tensor<Unit, Row> output)
    {
        Tensor<Unit> scaled = gain * y + x[0] * slow;
        y = Tanh(Dot(SiLU(x), 0.5 * input) + Dot(scaled.As<Previous>(), recurrent[0]));
        slow = 0.9 * slow + Sigmoid(Dot(y.As<Previous>(), recurrent[1])) * y;
        return (Dot(y * slow, output), slow);
    }
}
