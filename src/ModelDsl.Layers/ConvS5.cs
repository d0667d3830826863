namespace ModelDsl.Layers;

/// <summary>
/// ConvS5: a diagonal complex state-space model at every pixel of images, whose input map and readout are 3 x 3 convolutions. One of each conjugate pair of states is
/// kept.
/// Smith et al. 2023, "Convolutional State Space Models for Long-Range Spatiotemporal Modeling" (arXiv:2310.19694).
/// </summary>
[Recurrence]
public partial struct ConvS5
{
    [State] ComplexTensor<Row, Column, N> h;

    /// <summary>One image of a sequence. F is the number of features of a pixel, N that of complex states.</summary>
    /// <param name="x">Input, [B, T, Row, Column, F].</param>
    /// <param name="lambda">Eigenvalues, [N].</param>
    /// <param name="b">Input map, [9, F, N].</param>
    /// <param name="c">Readout, [9, N, F].</param>
    /// <param name="logStep">Logarithm of the step sizes, [N].</param>
    /// <returns>The output, [B, T, Row, Column, F].</returns>
    public Tensor<Row, Column, Feature> Step(
        Tensor<Row, Column, Feature> x,
        [Shared(Across.Time)] ComplexTensor<N> lambda,
        [Shared(Across.Time)] ComplexTensor<Neighbour, Feature, N> b,
        [Shared(Across.Time)] ComplexTensor<Neighbour, N, Feature> c,
        [Shared(Across.Time)] Tensor<N> logStep)
    {
        var dtLambda = Exp(logStep) * lambda;
        var input = Complex(OverNeighbours(x, b.Re), OverNeighbours(x, b.Im));
        h = Exp(dtLambda) * h + ExpMinusOne(dtLambda) / lambda * input;
        return 2 * (OverNeighbours(h.Re, c.Re) - OverNeighbours(h.Im, c.Im));
    }

    /// <summary>The 3 x 3 convolution (correlation) of an image, which is zero outside: tap (i, j) sees the pixel i - 1 rows below and j - 1 columns to the right.</summary>
    private static Tensor<Row, Column, To> OverNeighbours<From, To>(Tensor<Row, Column, From> x, Tensor<Neighbour, From, To> kernel)
        where From : IAxis
        where To : IAxis =>
        Shift(AlongRow(x, kernel, 0), Over<Row>(), 1) + AlongRow(x, kernel, 3) + Shift(AlongRow(x, kernel, 6), Over<Row>(), -1);

    /// <summary>What three taps beside each other see of the rows of an image.</summary>
    private static Tensor<Row, Column, To> AlongRow<From, To>(Tensor<Row, Column, From> x, Tensor<Neighbour, From, To> kernel, int first)
        where From : IAxis
        where To : IAxis =>
        Shift(Dot(x, kernel[first]), Over<Column>(), 1) + Dot(x, kernel[first + 1]) + Shift(Dot(x, kernel[first + 2]), Over<Column>(), -1);
}
