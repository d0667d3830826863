namespace ModelDsl.Recurrences.Tests;

/// <summary>Averages that are scaled by sizes of axes where no tensor that has them is at hand: what enters and what is read has neither, the mixing matrix both.</summary>
[Recurrence]
public partial struct ScaledBySizes
{
    [State] private Tensor<Lag> h;

    public Tensor<Row> Step(Scalar x, [Shared(Across.Time)] Tensor<Lag> a, [Shared(Across.Time)] Tensor<Row, Lag> mixing)
    {
        h = Sigmoid(a) * h + x / Size<Lag>();
        return Scale<Row>() * Dot(mixing, h) + SiLU(Size<Row>() * x);
    }

    private static Scalar Scale<A>()
        where A : IAxis => Rsqrt(Size<A>());
}
