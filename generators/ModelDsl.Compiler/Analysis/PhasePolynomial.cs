using System.Numerics;
using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>
/// A number as a sum of products of exp(i phase) and of real factors, with complex coefficients: cos(x) is (exp(ix) + exp(-ix)) / 2. As exp(ix) exp(-ix) = 1, every
/// product of phases has one such form, however its cosines and sines were multiplied out.
/// </summary>
internal sealed class PhasePolynomial
{
    /// <summary>More than any product of a few complex numbers has.</summary>
    private const int MaximumTerms = 64;

    /// <summary>A higher power is left as it is written: it would be multiplied out factor by factor.</summary>
    private const int MaximumPower = 64;

    private readonly GraphBuilder _graph;
    private readonly Dictionary<Product, Complex> _terms = [];

    /// <summary>Where terms have cancelled, what is left of them is rounding.</summary>
    private readonly Dictionary<Product, double> _sizes = [];

    private PhasePolynomial(GraphBuilder graph) => _graph = graph;

    /// <param name="Factors">Nodes and their exponents, by node.</param>
    /// <param name="Phases">Nodes and how often each is in the phase, by node.</param>
    private sealed record Product(EquatableArray<(int Node, int Count)> Factors, EquatableArray<(int Node, int Count)> Phases)
    {
        public Product Times(Product other, int exponent) => new(Merge(Factors, other.Factors, exponent), Merge(Phases, other.Phases, exponent));

        private static EquatableArray<(int Node, int Count)> Merge(EquatableArray<(int Node, int Count)> a, EquatableArray<(int Node, int Count)> b, int exponent) =>
            a.Concat(b.Select(x => (x.Node, Count: exponent * x.Count))).GroupBy(x => x.Node).Select(g => (Node: g.Key, Count: g.Sum(x => x.Count)))
                .Where(x => x.Count != 0).OrderBy(x => x.Node).ToEquatableArray();
    }

    public bool IsZero => !Terms.Any();

    /// <summary>The terms of which more than rounding is left.</summary>
    private IEnumerable<KeyValuePair<Product, Complex>> Terms => _terms.Where(t => Complex.Abs(t.Value) > 1e-14 * _sizes[t.Key]);

    public PhasePolynomial Plus(PhasePolynomial other, Complex factor)
    {
        var sum = new PhasePolynomial(_graph);
        sum.Add(this, 1);
        sum.Add(other, factor);
        return sum;
    }

    /// <summary>As modulus, cosine and sine, if all terms have one phase.</summary>
    public (int Modulus, int Cosine, int Sine)? Polar()
    {
        KeyValuePair<Product, Complex>[] terms = [.. Terms];
        int one = _graph.Constant(1), zero = _graph.Constant(0);
        if (terms.Length == 0)
        {
            return (zero, one, zero);
        }

        // A real coefficient keeps its sign: the modulus of a polar form may have any.
        EquatableArray<(int Node, int Count)> phases = terms[0].Key.Phases;
        Complex direction = terms[0].Value.Imaginary == 0 ? 1 : terms[0].Value / Complex.Abs(terms[0].Value);
        int modulus = zero;
        foreach (KeyValuePair<Product, Complex> term in terms)
        {
            Complex along = term.Value * Complex.Conjugate(direction);
            if (term.Key.Phases != phases || Math.Abs(along.Imaginary) > 1e-14 * Complex.Abs(along))
            {
                return null;
            }

            modulus = _graph.Add(modulus, Node(along.Real, term.Key.Factors));
        }

        if (phases.Count == 0)
        {
            return (modulus, _graph.Constant(direction.Real), _graph.Constant(direction.Imaginary));
        }

        // One phase keeps the nodes that the step has for it.
        bool isConjugate = direction == 1 && phases.Count == 1 && phases[0].Count == -1;
        int angle = isConjugate ? phases[0].Node : phases.OrderByDescending(p => p.Count).Aggregate(_graph.Constant(direction == 1 ? 0 : Math.Atan2(direction.Imaginary, direction.Real)), Turned);
        int sine = _graph.Unary(Op.Sin, angle);
        return (modulus, _graph.Unary(Op.Cos, angle), isConjugate ? _graph.Negate(sine) : sine);
    }

    /// <summary>One term.</summary>
    public static PhasePolynomial Single(GraphBuilder graph, Complex coefficient, EquatableArray<(int Node, int Count)> factors, EquatableArray<(int Node, int Count)> phases)
    {
        var single = new PhasePolynomial(graph);
        single.Add(new Product(factors, phases), coefficient, Complex.Abs(coefficient));
        return single;
    }

    private int Turned(int angle, (int Node, int Count) phase)
    {
        int turn = Math.Abs(phase.Count) == 1 ? phase.Node : _graph.Multiply(_graph.Constant(Math.Abs(phase.Count)), phase.Node);
        return phase.Count > 0 ? _graph.Add(angle, turn) : _graph.Subtract(angle, turn);
    }

    private int Node(double coefficient, EquatableArray<(int Node, int Count)> factors)
    {
        int Times(int product, (int Node, int Count) factor) => Enumerable.Range(0, Math.Abs(factor.Count)).Aggregate(product, (p, _) => p < 0 ? factor.Node : _graph.Multiply(p, factor.Node));
        int over = factors.Where(f => f.Count > 0).Aggregate(-1, Times), under = factors.Where(f => f.Count < 0).Aggregate(-1, Times);
        int value = over < 0 ? _graph.Constant(coefficient) : _graph.Multiply(_graph.Constant(coefficient), over);
        return under < 0 ? value : _graph.Divide(value, under);
    }

    /// <summary>The product; null if it has too many terms.</summary>
    public PhasePolynomial? Times(PhasePolynomial other)
    {
        var product = new PhasePolynomial(_graph);
        foreach (KeyValuePair<Product, Complex> a in _terms)
        {
            foreach (KeyValuePair<Product, Complex> b in other._terms)
            {
                product.Add(a.Key.Times(b.Key, 1), a.Value * b.Value, _sizes[a.Key] * other._sizes[b.Key]);
            }
        }

        return product.Bounded();
    }

    public PhasePolynomial Times(Complex factor)
    {
        var product = new PhasePolynomial(_graph);
        product.Add(this, factor);
        return product;
    }

    /// <summary>Divided by one term, or by a node that stays what it is.</summary>
    public PhasePolynomial Over(PhasePolynomial divisor, int node)
    {
        KeyValuePair<Product, Complex>[] terms = [.. divisor.Terms];
        bool isOne = terms.Length == 1;
        var by = isOne ? terms[0].Key : new Product(EquatableArray.Of((node, 1)), default);
        Complex coefficient = isOne ? terms[0].Value : 1;
        var quotient = new PhasePolynomial(_graph);
        foreach (KeyValuePair<Product, Complex> term in _terms)
        {
            quotient.Add(term.Key.Times(by, -1), term.Value / coefficient, _sizes[term.Key] / Complex.Abs(coefficient));
        }

        return quotient;
    }

    /// <summary>Itself, unless it has too many terms or too high powers.</summary>
    public PhasePolynomial? Bounded() =>
        _terms.Count > MaximumTerms || _terms.Keys.Any(t => t.Factors.Concat(t.Phases).Any(x => Math.Abs(x.Count) > MaximumPower)) ? null : this;

    private void Add(PhasePolynomial other, Complex factor)
    {
        foreach (KeyValuePair<Product, Complex> term in other._terms)
        {
            Add(term.Key, factor * term.Value, Complex.Abs(factor) * other._sizes[term.Key]);
        }
    }

    private void Add(Product product, Complex coefficient, double size)
    {
        _terms[product] = (_terms.TryGetValue(product, out Complex known) ? known : 0) + coefficient;
        _sizes[product] = (_sizes.TryGetValue(product, out double before) ? before : 0) + size;
    }
}
