using ModelDsl.Layers;

namespace ModelDsl.Benchmarks.Specs;

/// <summary>The selective scan with softplus inside and neither skip nor gate: the form that selective scans are commonly timed in.</summary>
[Recurrence]
public partial struct SoftplusScan
{
    [State] Tensor<N> h;

    /// <summary>One token of one channel; heads are the channels.</summary>
    /// <param name="x">Input, [B, T, C].</param>
    /// <param name="delta">Step size before softplus, [B, T, C].</param>
    /// <param name="a">Rate of each state channel, [C, N], negative.</param>
    /// <param name="b">Input map, [B, T, N].</param>
    /// <param name="c">Readout, [B, T, N].</param>
    /// <returns>The output, [B, T, C].</returns>
    public Scalar Step(
        Scalar x,
        Scalar delta,
        [Shared(Across.Time)] Tensor<N> a,
        [Shared(Across.Heads)] Tensor<N> b,
        [Shared(Across.Heads)] Tensor<N> c)
    {
        var dt = Softplus(delta);
        h = Exp(dt * a) * h + dt * x * b;
        return Dot(c, h);
    }
}
