namespace ModelDsl.Tests;

public struct Key : IAxis;

public struct Value : IAxis;

public struct Other : IAxis;

/// <summary>Specs as users write them compile and compute: the design's two examples, by hand.</summary>
public class SpecSyntaxTests
{
    private struct GatedDeltaRule
    {
        public Tensor<Key, Value> S;

        public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar g, Scalar beta)
        {
            S *= Exp(g);
            S += Outer(k, beta * (v - Dot(k, S)));
            return Dot(q, S);
        }
    }

    private struct SelectiveScan
    {
        public Tensor<Key> H;

        public Scalar Step(Scalar x, Scalar delta, Tensor<Key> a, Tensor<Key> b, Tensor<Key> c, Scalar d)
        {
            H = Exp(delta * a) * H + delta * x * b;
            return Dot(c, H) + d * x;
        }
    }

    private struct EveryShape
    {
        public Tensor<Key, Value> S;

        public (Tensor<Value> A, Tensor<Key> B, Scalar C) Step(Tensor<Key> x, Tensor<Value> y, Scalar s, Tensor<Key, Value, Other> t)
        {
            S = 1 - S * x + y / (2 + S) - x * y.As<Key>()[0] * 0.5;
            S = Where(S > 0, S, 0.1) + Max(S, 0) + Max(S, x) + Where(s > 0, S, 0) + Square(-S);
            Tensor<Other> z = Sum(Sum(t * S, Over<Key>()), Over<Value>());
            Tensor<Key, Value, Other> u = Outer(x, Outer(y, z)) + Outer(S, z) * x + t * Max(s, 1) * 2;
            Tensor<Key, Other> m = Dot(y, u);
            Tensor<Other, Value> n = Rename(S, FromTo<Key, Other>());
            Tensor<Key, Value> back = Dot(m, n) + u[0][0][0] * Softmax(S, Over<Key>()) + L2Normalize(S, Over<Value>(), 1e-5);
            return (Dot(x, back), Rotate(L2Normalize(x), s) + Dot(back, y) * Rsqrt(Size(x)), Mean(S) + MaxOver(y) + Exp(1) + 3);
        }
    }

    [Fact]
    public void TheSizeOfAnAxisByItselfIsThatOfACall() => Assert.Equal(
        "The size of an axis is that of a call, and Step by itself has none: let OracleRunner (or ModeVerification) call Step, or write Size(x) of a tensor that has the axis.",
        Assert.Throws<InvalidOperationException>(() => Size<Key>()).Message);

    [Fact]
    public void GatedDeltaRuleCorrectsWhatTheMemoryHolds()
    {
        var step = new GatedDeltaRule { S = new(new double[,] { { 1, 2, 3 }, { 4, 5, 6 } }) };
        Tensor<Value> y = step.Step(new(1, 0), new(0, 1), new(9, 9, 9), Math.Log(0.5), 1);

        // All is halved; then what lies under the second key is replaced.
        Assert.Equal("[[0.5, 1, 1.5], [9, 9, 9]]", step.S.ToString());
        Assert.Equal("[0.5, 1, 1.5]", y.ToString());
    }

    [Fact]
    public void SelectiveScanRuns()
    {
        var step = new SelectiveScan { H = new(1, 2) };
        Scalar y = step.Step(2, 0.5, new(0, Math.Log(0.25)), new(1, 10), new(1, 1), 100);
        Assert.Equal([2.0, 11.0], step.H.Value.Data.ToArray());
        Assert.Equal(213, y.Number);
    }

    [Fact]
    public void EveryShapeComposes()
    {
        var step = new EveryShape { S = Tensor<Key, Value>.Zeros(2, 4) };
        var y = step.Step(new(1, 2), new(0.1, 0.2, 0.3, 0.4), 1, Tensor<Key, Value, Other>.Zeros(2, 4, 2));
        Assert.Equal(4, y.A.Value.Data.Length);
        Assert.Equal(2, y.B.Value.Data.Length);
        Assert.All(y.A.Value.Data.ToArray(), v => Assert.True(double.IsFinite(v)));
    }
}
