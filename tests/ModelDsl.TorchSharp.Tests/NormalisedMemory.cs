namespace ModelDsl.TorchSharp.Tests;

public struct Key : IAxis;

public struct Value : IAxis;

/// <summary>A memory with a normaliser beside it; the log-decay is the same for all tokens.</summary>
[Recurrence]
public partial struct NormalisedMemory
{
    [State] private Tensor<Key, Value> S;
    [State] private Tensor<Key> z;

    public (Tensor<Value> Read, Scalar Weight) Step(Tensor<Key> q, [Shared(Across.Heads)] Tensor<Key> k, Tensor<Value> v, [Shared(Across.Time)] Scalar g)
    {
        S = Exp(g) * S + Outer(k, v);
        z = Exp(g) * z + k;
        var weight = 1 + Abs(Dot(q, z));
        return (Dot(q, S) / weight, weight);
    }
}
