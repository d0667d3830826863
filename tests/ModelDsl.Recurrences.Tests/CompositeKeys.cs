namespace ModelDsl.Recurrences.Tests;

public struct Left : IAxis;

public struct Right : IAxis;

/// <summary>A correction of what a pair of keys holds: the transition of all pairs is I - beta (l (x) r) (l (x) r)^T.</summary>
[Recurrence]
public partial struct PairedDeltaRule
{
    [State] private Tensor<Left, Right, Value> S;

    public Tensor<Value> Step(
        Tensor<Left> l, Tensor<Right> r, Tensor<Left> ql, Tensor<Right> qr, Tensor<Value> v, Scalar g, Scalar beta)
    {
        Tensor<Left> left = L2Normalize(l);
        Tensor<Right> right = L2Normalize(r);
        S *= Exp(g);
        S += Outer(left, Outer(right, Sigmoid(beta) * (v - Dot(right, Dot(left, S)))));
        return Dot(qr, Dot(ql, S));
    }
}

/// <summary>Every pair of keys forgets at its own rate, each value corrects at its own; reads between, with a key that is no product of two, and the axes in any order.</summary>
[Recurrence]
public partial struct PairsInAnyOrder
{
    [State] private Tensor<Left, Value, Right> S;

    public (Tensor<Value> Between, Tensor<Value> After) Step(
        Tensor<Left> l, Tensor<Right> r, Tensor<Left, Right> q, Tensor<Value> v, Tensor<Left> gl, Tensor<Right> gr, Tensor<Value> beta)
    {
        Tensor<Left> left = L2Normalize(l);
        Tensor<Right> right = L2Normalize(r);
        S *= Sigmoid(gl);
        Tensor<Left, Value> halfRead = Dot(S, right);
        S = Sigmoid(gr) * S + Outer(left, Outer(Sigmoid(beta) * (v - Dot(left, halfRead)), right));
        Tensor<Value> between = Sum(Sum(q * S, Over<Right>()), Over<Left>());
        S += Outer(left, Outer(Sigmoid(beta) * (v - 0.5 * between), right));
        return (between, Dot(Dot(left, S), right));
    }
}

/// <summary>A bilinear form that learns from its errors: both axes of a matrix are keys, and what is read is one number.</summary>
[Recurrence]
public partial struct BilinearFilter
{
    [State] private Tensor<Left, Right> W;

    public Scalar Step(Tensor<Left> l, Tensor<Right> r, Scalar target, Scalar rate)
    {
        Tensor<Left> left = L2Normalize(l);
        Tensor<Right> right = L2Normalize(r);
        Scalar answer = Dot(right, Dot(left, W));
        W += Sigmoid(rate) * (target - answer) * Outer(left, right);
        return answer;
    }
}

/// <summary>Three axes of keys.</summary>
[Recurrence]
public partial struct TrilinearFilter
{
    [State] private Tensor<Left, Right, Key> W;

    public Scalar Step(Tensor<Left> l, Tensor<Right> r, Tensor<Key> k, Scalar target, Scalar g)
    {
        Tensor<Left> left = L2Normalize(l);
        Tensor<Right> right = L2Normalize(r);
        Tensor<Key> third = L2Normalize(k);
        Scalar answer = Dot(third, Dot(right, Dot(left, W)));
        W = Sigmoid(g) * W + 0.5 * (target - answer) * Outer(left, Outer(right, third));
        return answer;
    }
}

/// <summary>A delta rule of complex numbers: what is held under a key is found with its conjugate.</summary>
[Recurrence]
public partial struct ComplexDeltaRule
{
    [State] private ComplexTensor<Key, Value> S;

    public ComplexTensor<Value> Step(ComplexTensor<Key> q, ComplexTensor<Key> k, ComplexTensor<Value> v, Scalar g, Scalar beta)
    {
        ComplexTensor<Key> key = k * Rsqrt(Sum(SquaredAbs(k)) + 0.1);
        S = Exp(g) * S;
        S += Outer(Conjugate(key), Sigmoid(beta) * (v - Dot(key, S)));
        return Dot(q, S);
    }
}

/// <summary>The same unconjugated, with decays of each key, and of a real value what its imaginary part forgets.</summary>
[Recurrence]
public partial struct ComplexDecayOfKeys
{
    [State] private ComplexTensor<Key, Value> S;

    public Tensor<Value> Step(ComplexTensor<Key> k, Tensor<Value> v, Tensor<Key> g, Tensor<Value> beta)
    {
        ComplexTensor<Key> key = k * Rsqrt(Sum(SquaredAbs(k)) + 0.1);
        S = Sigmoid(g) * S;
        S += Outer(key, 0.5 * Sigmoid(beta) * (v - Dot(Conjugate(key), S)));
        return Dot(Conjugate(key), S).Re;
    }
}

/// <summary>An adaptive filter with complex weights: one column.</summary>
[Recurrence]
public partial struct ComplexFilter
{
    [State] private ComplexTensor<Key> w;

    public ComplexScalar Step(ComplexTensor<Key> x, ComplexScalar target)
    {
        ComplexTensor<Key> key = x * Rsqrt(Sum(SquaredAbs(x)) + 0.1);
        ComplexScalar error = target - Dot(Conjugate(w), key);
        w += 0.5 * Conjugate(error) * key;
        return error;
    }
}

/// <summary>Two memories that correct each other, each with a decay of its own; a number between them in the declaration.</summary>
[Recurrence]
public partial struct MemoriesThatCorrectEachOther
{
    [State] private Tensor<Key, Value> A;
    [State] private Scalar n;
    [State] private Tensor<Key, Value> B;

    public (Tensor<Value>, Tensor<Value>) Step(Tensor<Key> k, Tensor<Key> l, Tensor<Value> v, Scalar g, Tensor<Key> h)
    {
        Tensor<Key> key = L2Normalize(k), other = L2Normalize(l);
        n = Sigmoid(g) * n + 1;
        Tensor<Value> fromB = Dot(other, B);
        A = Sigmoid(g) * A + Outer(key, 0.5 * (v - fromB));
        B = Sigmoid(h) * B + Outer(other, 0.5 * (v / (n + 2) - Dot(key, A)));
        return (Dot(key, A), Dot(key, B));
    }
}
