namespace ModelDsl.Recurrences.Tests;

/// <summary>A number that scales a key before its update and is put out after it: gradients go to two rows of it that lie one after the other.</summary>
[Recurrence]
public partial struct NumberBeforeAndAfter
{
    [State] private Scalar n;
    [State] private Tensor<Key, Value> S;

    public Scalar Step(Tensor<Key> a, Tensor<Key> b, Tensor<Key> k, Tensor<Value> v, Scalar rate, Scalar x)
    {
        S += a;
        S -= b;
        S += rate * (v - Dot(Tanh(n) * k, S));
        n = x;
        return n;
    }
}
