namespace ModelDsl.Compiler.Tests;

/// <summary>Specs that several tests use.</summary>
internal static class Specs
{
    public const string Axes =
        """
        public struct Key : IAxis;
        public struct Value : IAxis;
        public struct Slot : IAxis;
        public struct Unit : IAxis;
        public struct Previous : IAxis;

        """;

    public const string GatedDeltaRule =
        """
        [Recurrence]
        public partial struct GatedDeltaRule
        {
            [State] Tensor<Key, Value> S;

            public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar g, Scalar beta)
            {
                S *= Exp(g);
                S += Outer(k, beta * (v - Dot(k, S)));
                return Dot(q, S);
            }
        }

        """;

    public const string SelectiveScan =
        """
        [Recurrence]
        public partial struct SelectiveScan
        {
            [State] Tensor<Unit> h;

            public Scalar Step(Scalar x, Scalar delta, [Shared(Across.Time)] Tensor<Unit> A,
                               [Shared(Across.Heads)] Tensor<Unit> b, [Shared(Across.Heads)] Tensor<Unit> c,
                               [Shared(Across.Time)] Scalar d)
            {
                h = Exp(delta * A) * h + delta * x * b;
                return Dot(c, h) + d * x;
            }
        }

        """;

    public const string Cell =
        """
        [Recurrence]
        public partial struct Cell
        {
            [State] Tensor<Unit> c;
            [State] Tensor<Unit> h;

            public Tensor<Unit> Step(Tensor<Unit> x, Tensor<Unit> gate, [Shared(Across.Time)] Tensor<Previous, Unit> recurrent)
            {
                var mixed = Dot(h.As<Previous>(), recurrent);
                var forget = Sigmoid(gate + mixed);
                c = forget * c + (1 - forget) * Tanh(x + mixed);
                h = Sigmoid(x) * Tanh(c);
                return h;
            }
        }

        """;

    public const string ShiftedMemory =
        """
        [Recurrence]
        public partial struct ShiftedMemory
        {
            [State] Tensor<Key> last;
            [State] Tensor<Key, Value> S;

            public Tensor<Value> Step(Tensor<Key> x, [Shared(Across.Time)] Tensor<Key> mix, Tensor<Value> v, Tensor<Key> decay)
            {
                var shifted = mix * x + (1 - mix) * last;
                last = x;
                S = Sigmoid(decay) * S + Outer(shifted, v);
                return Dot(x, S);
            }
        }

        """;

    /// <summary>A memory with one decay per token.</summary>
    public const string ScalarDecay =
        """
        [Recurrence]
        public partial struct ScalarDecay
        {
            [State] Tensor<Key, Value> S;

            public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar g)
            {
                S = Exp(g) * S + Outer(k, v);
                return Dot(q, S);
            }
        }

        """;

    /// <summary>A memory with a decay per key.</summary>
    public const string KeyDecay =
        """
        [Recurrence]
        public partial struct KeyDecay
        {
            [State] Tensor<Key, Value> S;

            public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Tensor<Key> g)
            {
                S = Exp(g) * S + Outer(k, v);
                return Dot(q, S);
            }
        }

        """;

    /// <summary>A vector with multipliers of any sign.</summary>
    public const string Multiplied =
        """
        [Recurrence]
        public partial struct Multiplied
        {
            [State] Tensor<Unit> h;

            public Tensor<Unit> Step(Tensor<Unit> a, Tensor<Unit> x)
            {
                h = a * h + x;
                return h;
            }
        }

        """;

    /// <summary>Corrections value by value: each column of the memory has a transition of its own.</summary>
    public const string ValueFeedback =
        """
        [Recurrence]
        public partial struct ValueFeedback
        {
            [State] Tensor<Key, Value> S;

            public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Tensor<Value> rate, Tensor<Value> decay)
            {
                var n = L2Normalize(k);
                S = Sigmoid(decay) * S + Outer(n, Sigmoid(rate) * (v - Dot(n, S)));
                return Dot(q, S);
            }
        }

        """;
}
