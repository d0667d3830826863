namespace ModelDsl.Recurrences.Tests;

/// <summary>Slots whose weights are kept as logarithms: the shares of old and new are exact however large the logits are.</summary>
[Recurrence]
public partial struct LogSlots
{
    [State] private Tensor<Slot> logWeight;
    [State] private Tensor<Slot, Value> content;

    public Tensor<Value> Step(Tensor<Slot> write, Tensor<Value> v, Tensor<Slot> query, Scalar fade)
    {
        var kept = logWeight + LogSigmoid(fade);
        logWeight = LogAddExp(kept, write);
        content = Exp(kept - logWeight) * content + Outer(Exp(write - logWeight), v);
        return Dot(Softmax(query + logWeight), content);
    }
}

/// <summary>A table with product keys: a state of rank three, written and read at a row and a column.</summary>
[Recurrence]
public partial struct ProductKeys
{
    [State] private Tensor<Row, Column, Value> table;

    public Tensor<Value> Step(Tensor<Row> askRow, Tensor<Column> askColumn, Tensor<Row> row, Tensor<Column> column, Tensor<Value> v, Scalar g)
    {
        table = Sigmoid(3 + g) * table + Outer(Softmax(row), Outer(Softmax(column), v));
        return Dot(Softmax(askColumn), Dot(Softmax(askRow), table));
    }
}

/// <summary>A trapezoid over this token and the last one, with keys that turn by an angle which is summed up.</summary>
[Recurrence]
public partial struct Trapezoid
{
    [State] private Tensor<Key> angle;
    [State] private Tensor<Key> lastKey;
    [State] private Tensor<Value> lastX;
    [State] private Tensor<Key, Value> H;

    public Tensor<Value> Step(Tensor<Key> b, Tensor<Key> c, Tensor<Value> x, Scalar dt, Scalar mix, [Shared(Across.Time)] Scalar A, Tensor<Key> turn)
    {
        var step = Softplus(dt);
        angle += step * turn;
        var (key, query) = (b * Cos(angle), c * Cos(angle));
        var decay = Exp(-step * Exp(A));
        var lambda = Sigmoid(mix);
        H = decay * H + (1 - lambda) * step * decay * Outer(lastKey, lastX) + lambda * step * Outer(key, x);
        lastKey = key;
        lastX = x;
        return Dot(query, H);
    }
}

/// <summary>Three levels, of which each is emptied into the next one at flags.</summary>
[Recurrence]
public partial struct Levels
{
    [State] private Tensor<Key, Value> L0;
    [State] private Tensor<Key, Value> L1;
    [State] private Tensor<Key, Value> L2;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar g, Tensor<Scale> lambda, Scalar carry0, Scalar carry1)
    {
        var a = Exp(-Softplus(g));
        var (up0, up1) = (Where(carry0 > 0, 1, 0), Where(carry1 > 0.3, 1, 0));
        L2 = a * (L2 + up1 * L1);
        L1 = a * ((1 - up1) * L1 + up0 * L0);
        L0 = a * (1 - up0) * L0 + Outer(k, v);
        return lambda[0] * Dot(q, L0) + lambda[1] * Dot(q, L1) + lambda[2] * Dot(q, L2);
    }
}

/// <summary>PaTH: reflections that go through all that was written before, and through the normaliser with it.</summary>
[Recurrence]
public partial struct PathMemory
{
    [State] private Tensor<Key, Value> S;
    [State] private Tensor<Key> n;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Tensor<Key> w, Scalar beta, Scalar f)
    {
        var u = L2Normalize(w);
        var b = 2 * Sigmoid(beta);
        S -= Outer(u, b * Dot(u, S));
        n -= u * (b * Dot(u, n));
        S = Sigmoid(f) * S + Outer(k, v);
        n = Sigmoid(f) * n + k;
        return Dot(q, S) / (Square(Dot(q, n)) + 1);
    }
}

/// <summary>A memory of complex numbers whose keys turn and fade.</summary>
[Recurrence]
public partial struct ComplexMemory
{
    [State] private ComplexTensor<Key, Value> S;

    public Tensor<Value> Step(ComplexTensor<Key> q, ComplexTensor<Key> k, ComplexTensor<Value> v, Tensor<Key> g, Tensor<Key> theta)
    {
        S *= Polar(Exp(-Softplus(g)), theta);
        S += Outer(Conjugate(k), v);
        return Dot(q, S).Re;
    }
}

/// <summary>A stabiliser in logarithms, a matrix that it weighs element by element, and a memory whose addresses are read from that matrix.</summary>
[Recurrence]
public partial struct StabilisedAddresses
{
    [State] private Tensor<Key> z;
    [State] private Tensor<Key, Value> up;
    [State] private Tensor<Value, Slot> down;

    public Tensor<Slot> Step(Tensor<Key> k, Tensor<Key> f, Tensor<Value> v, Tensor<Slot> s, Scalar temperature)
    {
        var faded = z - Softplus(f);
        var next = LogAddExp(faded, k);
        var (keep, take) = (Exp(faded - next), Exp(k - next));
        z = next;
        up = keep * up + Outer(take, v);
        var address = Softmax(Dot(Softmax(z), up) * Sigmoid(temperature));
        down = 0.9 * down + Outer(address, s - Dot(address, down));
        return Dot(address, down);
    }
}

/// <summary>A matrix that is carried element by element, whose means and maxima along its axes are the keys of two memories.</summary>
[Recurrence]
public partial struct PooledKeys
{
    [State] private Tensor<Slot, Channel> pool;
    [State] private Tensor<Slot, Value> A;
    [State] private Tensor<Channel, Value> B;

    public (Tensor<Value> BySlot, Tensor<Value> ByChannel) Step(Tensor<Slot> s, Tensor<Channel> c, Tensor<Value> v, Scalar g)
    {
        pool = Sigmoid(g) * pool + Outer(s, c) * Tanh(g);
        var bySlot = Mean(pool, Over<Channel>());
        var byChannel = MaxOver(pool, Over<Slot>());
        A = 0.9 * A + Outer(Softmax(bySlot), v);
        B = Sigmoid(g) * B + Outer(byChannel, v - Dot(L2Normalize(byChannel, 0.1), B));
        return (Dot(s, A), Dot(c, B));
    }
}

/// <summary>Weights that learn from how they stood before the mini-batch, beside a memory that a running maximum stabilises.</summary>
[Recurrence(MiniBatch = 4)]
public partial struct StaleBesideStabilised
{
    [State] private Tensor<Key, Value> W;
    [State] private Tensor<Key, Value> S;
    [State] private Scalar m;

    public Tensor<Value> Step(Tensor<Key> k, Tensor<Value> v, Scalar rate, Scalar f, [MiniBatchIndex] Scalar i)
    {
        var error = Tanh(Dot(k, Stale(W))) - v;
        W -= Sigmoid(rate) * Outer(k, error) / (1 + i);
        var next = Max(m - Softplus(f), rate);
        S = Exp(m - Softplus(f) - next) * S + Outer(k, Exp(rate - next) * error);
        m = next;
        return Dot(k, W) + Dot(k, S);
    }
}

/// <summary>A largest value for each element of a state of rank three, and a memory whose keys are sums of them.</summary>
[Recurrence]
public partial struct LargestOfThree
{
    [State] private Tensor<Row, Column, Channel> m;
    [State] private Tensor<Row, Value> S;

    public Tensor<Value> Step(Tensor<Row> a, Tensor<Column> b, Tensor<Channel> c, Tensor<Value> v)
    {
        m = Max(m - 0.2, Outer(a, Outer(b, c)));
        var key = Tanh(Sum(Sum(m, Over<Column>()) * c, Over<Channel>()));
        S = 0.9 * S + Outer(key, v);
        return Dot(a, S);
    }
}

/// <summary>Elements of a small state gate and correct a memory.</summary>
[Recurrence]
public partial struct GatesOfAState
{
    [State] private Tensor<Scale> h;
    [State] private Tensor<Key, Value> S;

    public Tensor<Value> Step(Tensor<Scale> x, Tensor<Key> k, Tensor<Value> v)
    {
        h = 0.8 * h + x;
        S = Sigmoid(h[0]) * S + Outer(k, Sigmoid(h[1]) * (v - h[2]));
        return h[2] * Dot(k, S);
    }
}

/// <summary>A memory whose rows and columns are dropped one by one, each when a number of its own says so.</summary>
[Recurrence]
public partial struct DroppedRows
{
    [State] private Tensor<Key, Value> S;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Tensor<Key> row, Tensor<Value> column)
    {
        S = Where(row > 0.7, 0, S);
        S = Where(column > -0.7, S, 0) + Outer(k, v);
        return Dot(q, S);
    }
}
