namespace ModelDsl.Recurrences.Tests;

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

/// <summary>A complex decay for each token: its phase turns all that is held.</summary>
[Recurrence]
public partial struct TurningDeltaRule
{
    [State] private ComplexTensor<Key, Value> S;

    public ComplexTensor<Value> Step(ComplexTensor<Key> q, ComplexTensor<Key> k, ComplexTensor<Value> v, ComplexScalar g, Scalar beta)
    {
        ComplexTensor<Key> key = k * Rsqrt(Sum(SquaredAbs(k)) + 0.1);
        S *= Exp(Complex(-Softplus(g.Re), g.Im));
        S += Outer(Conjugate(key), Sigmoid(beta) * (v - Dot(key, S)));
        return Dot(q, S);
    }
}

/// <summary>A complex decay of each key, of given modulus and phase, conjugated, and a real one beside it that may be zero; corrections differ along values.</summary>
[Recurrence]
public partial struct TurningKeys
{
    [State] private ComplexTensor<Key, Value> S;

    public (ComplexTensor<Value> Before, ComplexTensor<Value> After) Step(
        ComplexTensor<Key> k, ComplexTensor<Value> v, Tensor<Key> g, Tensor<Key> phase, Tensor<Value> beta, Scalar reset)
    {
        ComplexTensor<Key> key = k * Rsqrt(Sum(SquaredAbs(k)) + 0.1);
        ComplexTensor<Value> before = Dot(Conjugate(key), S);
        S = (1 - Relu(reset)) * (Conjugate(Polar(Sigmoid(g), phase)) * S);
        S += Outer(key, 0.5 * Sigmoid(beta) * (v - Dot(Conjugate(key), S)));
        return (before, Dot(Conjugate(key), S));
    }
}

/// <summary>Pairs of complex keys, and values that decay.</summary>
[Recurrence]
public partial struct TurningPairs
{
    [State] private ComplexTensor<Left, Right, Value> S;

    public Tensor<Value> Step(ComplexTensor<Left> l, Tensor<Right> r, Tensor<Value> v, Tensor<Right> phase, Tensor<Value> g)
    {
        ComplexTensor<Left> left = l * Rsqrt(Sum(SquaredAbs(l)) + 0.1);
        Tensor<Right> right = L2Normalize(r);
        S = Sigmoid(g) * (Polar(0.9, phase) * S);
        S += Outer(left, Outer(right, 0.5 * (v - Dot(right, Dot(Conjugate(left), S)))));
        return Dot(right, Dot(Conjugate(left), S)).Re;
    }
}

/// <summary>Nothing of the memories is left after a token but what they write to each other.</summary>
[Recurrence]
public partial struct ForgetfulPair
{
    [State] private Tensor<Key, Value> A;
    [State] private Tensor<Key, Value> B;

    public Tensor<Value> Step(Tensor<Key> k, Tensor<Value> v)
    {
        Tensor<Key> key = L2Normalize(k);
        Tensor<Value> fromB = Dot(key, B), fromA = Dot(key, A);
        A = 0 * A + Outer(key, v - 0.5 * fromB);
        B = 0 * B + Outer(key, v + 0.5 * fromA);
        return Dot(key, A) + fromB;
    }
}

/// <summary>A complex decay that is given as a pair of numbers: it may be zero, and then has no phase.</summary>
[Recurrence]
public partial struct DecayWithoutPhase
{
    [State] private ComplexTensor<Key, Value> S;

    public ComplexTensor<Value> Step(ComplexTensor<Key> k, ComplexTensor<Value> v, ComplexScalar a)
    {
        ComplexTensor<Key> key = k * Rsqrt(Sum(SquaredAbs(k)) + 0.1);
        S = 0.5 * (a * S);
        S += Outer(key, 0.5 * (v - Dot(Conjugate(key), S)));
        return Dot(key, S);
    }
}

/// <summary>A complex decay that is a product of many: exponentials, conjugates, a quotient, a constant, real decays, over keys and for each token.</summary>
[Recurrence]
public partial struct TurningProducts
{
    [State] private ComplexTensor<Key, Value> S;

    public ComplexTensor<Value> Step(ComplexTensor<Key> k, ComplexTensor<Value> v, ComplexScalar g, Tensor<Key> phase, Scalar angle)
    {
        ComplexTensor<Key> key = k * Rsqrt(Sum(SquaredAbs(k)) + 0.1);
        ComplexScalar decay = Exp(Complex(-Softplus(g.Re), g.Im));
        S = Complex(0.6, -0.7) * (decay * Conjugate(Polar(Tanh(angle), angle) * decay) * decay) * S;
        S = Conjugate(Polar(Sigmoid(phase), phase)) * S / Polar(0.4, 2 * angle);
        S += Outer(Conjugate(key), 0.5 * (v - Dot(key, S)));
        return Dot(key, S);
    }
}

/// <summary>What turns at some tokens, stays at others, and is gone after a reset.</summary>
[Recurrence]
public partial struct TurnedNowAndThen
{
    [State] private ComplexTensor<Key, Value> S;

    public ComplexTensor<Value> Step(ComplexTensor<Key> k, ComplexTensor<Value> v, Tensor<Key> phase, Scalar skip, Scalar reset)
    {
        ComplexTensor<Key> key = k * Rsqrt(Sum(SquaredAbs(k)) + 0.1);
        S = Where(reset, 0 * S, Where(skip, S, Polar(0.9, phase) * S));
        S += Outer(key, 0.5 * (v - Dot(Conjugate(key), S)));
        return Dot(key, S);
    }
}

/// <summary>A decay over values turns no keys.</summary>
[Recurrence]
public partial struct TurningValues
{
    [State] private ComplexTensor<Key, Value> S;

    public ComplexTensor<Value> Step(ComplexTensor<Key> k, ComplexTensor<Value> v, Tensor<Value> phase)
    {
        ComplexTensor<Key> key = k * Rsqrt(Sum(SquaredAbs(k)) + 0.1);
        S = Polar(0.9, phase) * S;
        S += Outer(key, 0.5 * (v - Dot(Conjugate(key), S)));
        return Dot(key, S);
    }
}
