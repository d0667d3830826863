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

/// <summary>What a pair of keys reads is corrected, and one key alone reads the rest: one memory cannot have both.</summary>
[Recurrence]
public partial struct PairsReadByOne
{
    [State] private Tensor<Left, Right, Value> S;

    public (Tensor<Right, Value> One, Tensor<Value> Both) Step(Tensor<Left> l, Tensor<Right> r, Tensor<Value> v, Scalar g)
    {
        Tensor<Left> left = L2Normalize(l);
        Tensor<Right> right = L2Normalize(r);
        S = Sigmoid(g) * S;
        S += Outer(left, Outer(right, 0.5 * (v - Dot(right, Dot(left, S)))));
        return (Dot(left, S), Dot(right, Dot(left, S)));
    }
}

/// <summary>The same with a second state to which the same is written, and what a token changes, over keys and values at once, is read.</summary>
[Recurrence]
public partial struct CopyReadByOne
{
    [State] private Tensor<Left, Right, Value> S;
    [State] private Tensor<Left, Right, Value> Copy;

    public (Tensor<Right, Value> One, Tensor<Value> Change) Step(Tensor<Left> l, Tensor<Right> r, Tensor<Value> v, Tensor<Left> g, Tensor<Value> h)
    {
        Tensor<Left> left = L2Normalize(l);
        Tensor<Right> right = L2Normalize(r);
        Tensor<Left, Right, Value> before = S;
        S = Sigmoid(g) * (Sigmoid(h) * S);
        Tensor<Left, Right, Value> written = Outer(left, Outer(right, 0.5 * (v - Dot(right, Dot(left, S)))));
        S += written;
        Copy = Sigmoid(g) * (Sigmoid(h) * Copy) + written;
        return (Dot(left, Copy), Dot(right, Dot(left, S - before)));
    }
}
