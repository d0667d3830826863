namespace ModelDsl.Recurrences.Tests;

/// <summary>A memory that is read both stale and fresh; what is written is no linear function of the stale read.</summary>
[Recurrence(MiniBatch = 8)]
public partial struct StaleAndFresh
{
    [State] private Tensor<Key, Value> S;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar g, Scalar beta)
    {
        Tensor<Value> stale = Dot(k, Stale(S));
        S *= Exp(g);
        S += Outer(k, Sigmoid(beta) * (v - Dot(k, S)) - 0.5 * Tanh(stale * v));
        return Dot(q, S) * Sigmoid(Dot(q, S) + stale);
    }
}

/// <summary>The stale read of a vector state gates its input; heads fill the vector lanes.</summary>
[Recurrence(MiniBatch = 8)]
public partial struct StaleVector
{
    [State] private Tensor<Channel> h;

    public Scalar Step(Scalar x, Tensor<Channel> b, Tensor<Channel> c, [Shared(Across.Time)] Tensor<Channel> a)
    {
        h = Sigmoid(a) * h + x * b * Sigmoid(Stale(h));
        return Sum(c * h);
    }
}

/// <summary>A single number, which falls back to what it was.</summary>
[Recurrence(MiniBatch = 5)]
public partial struct StaleScalar
{
    [State] private Scalar h;

    public Scalar Step(Scalar x, Scalar g)
    {
        Scalar before = Stale(h);
        h = Exp(g) * h + x * Tanh(before) - 0.1 * before;
        return h - before;
    }
}

/// <summary>Two memories, each of which writes what the other held before the mini-batch: without stale reads they would wait for each other at every token.</summary>
[Recurrence(MiniBatch = 8)]
public partial struct TwoStaleMemories
{
    [State] private Tensor<Key, Value> A;
    [State] private Tensor<Key, Value> B;

    public (Tensor<Value> first, Tensor<Value> second) Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar g)
    {
        Tensor<Value> fromB = Softmax(Dot(k, Stale(B))), fromA = Tanh(Dot(k, Stale(A)));
        A = Exp(g) * A + Outer(k, v * fromB);
        B = Exp(g) * B + Outer(L2Normalize(k), v - fromA);
        return (Dot(q, A), Dot(q, B));
    }
}

/// <summary>The memory is read over its keys, the stale one over its values: the copy lies differently in memory.</summary>
[Recurrence(MiniBatch = 8)]
public partial struct StaleReadOverValues
{
    [State] private Tensor<Key, Value> S;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar g)
    {
        Tensor<Key> key = k + 0.5 * Tanh(Dot(Stale(S), v));
        S = Exp(g) * S + Outer(key, v);
        return Dot(q, S);
    }
}

/// <summary>
/// Gradient descent: the sum of the gradients starts afresh with each mini-batch, and the memory is what it was, less that sum. It is read through the two that it is
/// made of, and made once for a chunk.
/// </summary>
[Recurrence(MiniBatch = 8)]
public partial struct LearningMemory
{
    [State] private Tensor<Key, Value> W;
    [State] private Tensor<Key, Value> G;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar eta, [MiniBatchIndex] Scalar position)
    {
        G = Where(position > 0, G, 0) + Outer(k, Tanh(Dot(k, Stale(W)) - v));
        W = Stale(W) - eta / (1 + position) * G;
        return Dot(q, W);
    }
}

/// <summary>A memory that is made of others with factors over keys and over values, and of an outer product.</summary>
[Recurrence(MiniBatch = 8)]
public partial struct MadeOfMemories
{
    [State] private Tensor<Key, Value> W;
    [State] private Tensor<Key, Value> G;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Tensor<Key> a, Tensor<Value> c, Scalar eta)
    {
        G = Sigmoid(eta) * G + Outer(k, Tanh(Dot(k, Stale(W)) - v));
        W = Sigmoid(a) * Stale(W) * Sigmoid(c) - eta * c * G + Outer(a, v);
        return Dot(q, W) * Sigmoid(Dot(k, W));
    }
}

/// <summary>All of what was held before the mini-batch goes into what is written, not what a key reads from it.</summary>
[Recurrence(MiniBatch = 8)]
public partial struct WholeStaleMemory
{
    [State] private Tensor<Key, Value> W;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar g)
    {
        W = Exp(g) * W + 0.1 * Tanh(Stale(W)) + Outer(k, v);
        return Dot(q, W);
    }
}

/// <summary>A cell that mixes its elements and is not linear in them: token by token, with a stale read all the same.</summary>
[Recurrence(MiniBatch = 8)]
public partial struct StaleCell
{
    [State] private Tensor<Channel> h;

    public Tensor<Channel> Step(Tensor<Channel> x, [Shared(Across.Time)] Tensor<Channel> a)
    {
        h = Tanh(x + a * h - 0.5 * L2Normalize(Stale(h)) * Sum(h));
        return h;
    }
}

/// <summary>No stale read: a sum that starts afresh every few tokens, in every mode.</summary>
[Recurrence(MiniBatch = 7)]
public partial struct SumOfEachMiniBatch
{
    [State] private Tensor<Channel> h;

    public Tensor<Channel> Step(Tensor<Channel> x, [MiniBatchIndex] Scalar position)
    {
        h = Where(position > 0, h, 0) + x;
        return h / (1 + position);
    }
}
