namespace ModelDsl.Benchmarks.Specs;

/// <summary>The least that a recurrence of a vector can do: per element it reads two numbers and writes one. Memory is its limit.</summary>
[Recurrence]
public partial struct VectorScan
{
    [State] Scalar h;

    /// <summary>One token of one channel; heads are the channels.</summary>
    /// <param name="x">Input, [B, T, C].</param>
    /// <param name="a">Decay, [B, T, C].</param>
    /// <returns>The state, [B, T, C].</returns>
    public Scalar Step(Scalar x, Scalar a)
    {
        h = a * h + x;
        return h;
    }
}
