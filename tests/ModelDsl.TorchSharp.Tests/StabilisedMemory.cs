namespace ModelDsl.TorchSharp.Tests;

/// <summary>mLSTM: a memory and its normaliser, relative to a running maximum of the gates' logarithms, which is linear over max and plus.</summary>
[Recurrence(Require = Mode.ParallelScan)]
public partial struct StabilisedMemory
{
    [State] private Tensor<Key, Value> C;
    [State] private Tensor<Key> n;
    [State] private Scalar m;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar i, Scalar f)
    {
        var next = Max(LogSigmoid(f) + m, i);
        var (forget, input) = (Exp(LogSigmoid(f) + m - next), Exp(i - next));
        C = forget * C + input * Outer(k, v);
        n = forget * n + input * k;
        m = next;
        return Dot(q, C) / Max(Abs(Dot(q, n)), Exp(-m));
    }
}
