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

    public const string LogarithmOfSum =
        """
        [Recurrence]
        public partial struct LogarithmOfSum
        {
            [State] Tensor<Unit> logH;

            public Tensor<Unit> Step(Tensor<Unit> forget, Tensor<Unit> x)
            {
                logH = LogAddExp(LogSigmoid(forget) + logH, x);
                return Exp(logH);
            }
        }

        """;

    public const string MovingAverage =
        """
        [Recurrence]
        public partial struct MovingAverage
        {
            [State] Tensor<Key> mean;

            public Tensor<Key> Step(Tensor<Key> x, [Shared(Across.Time)] Tensor<Key> rate)
            {
                var keep = Sigmoid(rate);
                mean = keep * mean + (1 - keep) * x;
                return Tanh(mean);
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

    /// <summary>A dense transition.</summary>
    public const string Dense =
        """

        [Recurrence]
        public partial struct Dense
        {
            [State] Tensor<Unit> h;

            public Tensor<Unit> Step(Tensor<Unit> x, [Shared(Across.Time)] Tensor<Unit, Previous> A)
            {
                h = 0.4 * Dot(A, h.As<Previous>()) + x;
                return h;
            }
        }
        """;

    /// <summary>Two states that mix, with a transition of their own for each channel and token.</summary>
    public const string DelayedFeedback =
        """

        [Recurrence]
        public partial struct DelayedFeedback
        {
            [State] Tensor<Key, Value> history;
            [State] Tensor<Value> level;

            public Tensor<Value> Step(Tensor<Value> x, Tensor<Key, Value> w, Tensor<Value> g)
            {
                var y = 0.3 * Sum(w * history, Over<Key>()) - 0.2 * level + x;
                level = Sigmoid(g) * level + y;
                history = Push(history, y);
                return level;
            }
        }
        """;

    /// <summary>An oscillator: two states that are taken element by element together.</summary>
    public const string Oscillator =
        """

        [Recurrence]
        public partial struct Oscillator
        {
            [State] Tensor<Key> position;
            [State] Tensor<Key> speed;

            public Tensor<Key> Step(Tensor<Key> force, Tensor<Key> stiffness)
            {
                var next = 0.9 * speed - Sigmoid(stiffness) * position + force;
                position = 0.8 * position + 0.1 * speed;
                speed = next;
                return position;
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
