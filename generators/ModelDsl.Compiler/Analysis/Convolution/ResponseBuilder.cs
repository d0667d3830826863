using System.Numerics;
using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>
/// The linear part of a step: nodes of it as linear functions of states and signals, with constant coefficients. A value that tokens bring
/// is pushed through constant linear maps as far as that leaves fewer axes, so that as little as possible is convolved:
/// <code>
/// h = a * h + b * x      -->   signal x, and h = a * h + b * signal
/// </code>
/// </summary>
internal sealed class ResponseBuilder
{
    private readonly StepGraph _source;
    private readonly TokenDependence _facts;
    private readonly PartBuilder _part;
    private readonly Dictionary<int, int> _values = [];
    private readonly Dictionary<int, Pieces> _pieces = [];
    private readonly Dictionary<int, HashSet<int>?> _signalsIn = [];

    /// <summary>The source nodes of the signals; -1 is the number one, which makes constants linear.</summary>
    private readonly List<int> _signals = [];

    // Nodes of the part: the signals, and what is put out for each state.
    private readonly List<int> _signalNodes = [];
    private readonly int[] _states;
    private readonly int[] _next;
    private readonly BigInteger[] _signalsOfState;

    // The state whose update is looked at.
    private int _state;

    /// <param name="source">The step.</param>
    /// <param name="facts">What is known of its nodes.</param>
    /// <param name="states">The states that are to have responses; what they become depends on no others.</param>
    /// <exception cref="NotTimeInvariantException">One of the states has none.</exception>
    public ResponseBuilder(StepGraph source, TokenDependence facts, IReadOnlyList<int> states)
    {
        _source = source;
        _facts = facts;
        _part = new PartBuilder(source);
        _states = [.. states];
        _next = _states.Select(s => Linear(source.NextStates[_state = s])).ToArray();
        _signalsOfState = FindSignalsOfStates();
        foreach (int state in _states)
        {
            RequireUnmixed(source.NextStates[_state = state], []);
        }
    }

    public GraphBuilder Graph => _part.Graph;

    /// <summary>Whether a state has a response.</summary>
    public bool Has(int state) => _states.Contains(state);

    /// <summary>A node of the step, as a node of this part.</summary>
    public int Linear(int id)
    {
        if (!_values.TryGetValue(id, out int value))
        {
            value = Build(id);
            _part.Name(value, _source.Nodes[id]);
            _values.Add(id, value);
        }

        return value;
    }

    /// <summary>A number that does not depend on the token, for use as a coefficient.</summary>
    public bool IsCoefficient(Node node, int argument) =>
        _facts.IsConstant(node.Arguments[argument])
        && (node.Op == Op.Multiply || (node.Op == Op.Divide && argument == 1) || (node.Op == Op.Where && argument == 0));

    /// <summary>Whether a node is linear in those of its arguments that are no coefficients.</summary>
    public bool IsLinear(Node node)
    {
        int others = Enumerable.Range(0, node.Arguments.Count).Count(a => !IsCoefficient(node, a));
        return node.Op switch
        {
            Op.Multiply => others == 1,
            Op.Divide => others == 1,
            Op.Where => others == 2,
            _ => Linearity.IsAdditive(node.Op),
        };
    }

    /// <summary>Whether a node of the step moves or sums elements that signals have side by side.</summary>
    public bool Mixes(int id)
    {
        Node node = _source.Nodes[id];
        return node.Axis is { } axis && node.Arguments.Any(a => _facts.HasState(a) && SignalsOf(Linear(a)).Any(s => Graph[_signalNodes[s]].Axes.Contains(axis)));
    }

    /// <summary>The signals that reach a node of this part, at once or through states.</summary>
    public IEnumerable<int> SignalsOf(int node)
    {
        BigInteger signals = Reach(node, _signalsOfState);
        return Enumerable.Range(0, _signals.Count).Where(s => (signals & (BigInteger.One << s)) != 0);
    }

    /// <summary>The signals that a value which tokens bring is a constant linear map of; null if there is more in it than signals that enter the states.</summary>
    public HashSet<int>? SignalsIn(int id)
    {
        if (!_signalsIn.TryGetValue(id, out HashSet<int>? signals))
        {
            signals = FindSignalsIn(id);
            _signalsIn.Add(id, signals);
        }

        return signals;
    }

    private HashSet<int>? FindSignalsIn(int id)
    {
        if (_signals.IndexOf(id) is int signal and >= 0)
        {
            return [signal];
        }

        Node node = _source.Nodes[id];
        if (node.Arguments.Count == 0 || _facts.HasState(id) || _facts.IsConstant(id) || PiecesOf(id).IsWhole)
        {
            return null;
        }

        HashSet<int> all = [];
        foreach (int argument in node.Arguments.Where((_, i) => !IsCoefficient(node, i)))
        {
            if (SignalsIn(argument) is not { } some)
            {
                return null;
            }

            all.UnionWith(some);
        }

        return all;
    }

    public StepPart SignalsPart()
    {
        var part = new PartBuilder(_source);
        PartOutput[] outputs = _signals.Select((id, s) => new PartOutput(
            id < 0 ? part.Graph.Constant(1) : part.Copy(id), Graph[_signalNodes[s]].Axes, Graph[_signalNodes[s]].Name!)).ToArray();
        return part.Finish(_source.Name + "Signals", outputs);
    }

    public StepPart ResponsePart(IReadOnlyList<PartOutput> reads) => _part.Finish(_source.Name + "Response", reads, _states, _next);

    private int Build(int id)
    {
        Node node = _source.Nodes[id];
        if (node.Op == Op.State)
        {
            return Has(node.Index)
                ? Graph.State(Array.IndexOf(_states, node.Index), node.Axes, node.Name!)
                : throw new NotTimeInvariantException(_state, id, $"'{_source.States[_state].Name}' is updated with '{node.Name}', which has no impulse response");
        }

        if (_facts.IsConstant(id))
        {
            return node is { Op: Op.Constant, Value: 0 } ? Graph.Constant(0) : Graph.Multiply(_part.Copy(id), Signal(-1, default, "one"));
        }

        if (!_facts.HasState(id) && PiecesOf(id).IsWhole)
        {
            return Signal(id, node.Axes, (node.Name ?? "token") + "Signal");
        }

        RequireLinear(id);
        return Graph.Rebuild(node, node.Arguments.Select((a, i) => IsCoefficient(node, i) ? _part.Copy(a) : Linear(a)).ToArray());
    }

    private void RequireLinear(int id)
    {
        if (IsLinear(_source.Nodes[id]))
        {
            return;
        }

        string state = _source.States[_state].Name;
        int nonlinear = NonlinearIn(id);
        throw nonlinear < 0
            ? new NotTimeInvariantException(_state, id, $"the transition of '{state}' depends on the token, through '{_facts.Varying(VaryingFactor(_source.Nodes[id]))}'")
            : new NotTimeInvariantException(_state, nonlinear, $"the update of '{state}' is not linear in the states, because of {GraphPrinter.Term(_source, nonlinear)}");
    }

    /// <summary>The outermost node that is no linear function of states whatever a token brings; -1 if there is none. What a token multiplies may be one.</summary>
    private int NonlinearIn(int id)
    {
        var seen = new HashSet<int>();
        return Of(id);

        int Of(int at)
        {
            Node node = _source.Nodes[at];
            return node.Op == Op.State || !_facts.HasState(at) || !seen.Add(at) ? -1
                : !IsLinear(node) && VaryingFactor(node) < 0 ? at
                : node.Arguments.Select(Of).Where(n => n >= 0).DefaultIfEmpty(-1).First();
        }
    }

    /// <summary>What differs from token to token in a product, quotient or choice with a state; -1 if there is nothing.</summary>
    private int VaryingFactor(Node node) => node.Op is Op.Multiply or Op.Divide or Op.Where
        ? node.Arguments.Where(a => !_facts.HasState(a) && !_facts.IsConstant(a)).DefaultIfEmpty(-1).First()
        : -1;

    private int Signal(int id, EquatableArray<string> axes, string name)
    {
        int index = _signals.IndexOf(id);
        if (index < 0)
        {
            if (_signals.Count == 64)
            {
                throw new NotTimeInvariantException(_state, id, "more than 64 signals enter the states");
            }

            index = _signals.Count;
            _signals.Add(id);
            _signalNodes.Add(_part.AddSequence(axes, name));
        }

        return _signalNodes[index];
    }

    /// <summary>What a value that tokens bring is best cut into.</summary>
    /// <param name="Rank">The most axes of a piece.</param>
    /// <param name="Axes">The axes that pieces have.</param>
    /// <param name="IsWhole">Whether it is best left whole.</param>
    private sealed record Pieces(int Rank, EquatableArray<string> Axes, bool IsWhole);

    private Pieces PiecesOf(int id)
    {
        if (!_pieces.TryGetValue(id, out Pieces? pieces))
        {
            Node node = _source.Nodes[id];
            Pieces whole = new(node.Axes.Count, node.Axes, IsWhole: true);

            // A sum of several is cut only if that saves an axis; a multiple of one value costs nothing to cut.
            Pieces? parts = Parts(id);
            int inputs = Enumerable.Range(0, node.Arguments.Count).Count(a => !IsCoefficient(node, a));
            pieces = parts is null || parts.Rank > whole.Rank || (inputs > 1 && parts.Rank == whole.Rank) ? whole : parts;
            _pieces.Add(id, pieces);
        }

        return pieces;
    }

    private Pieces? Parts(int id)
    {
        Node node = _source.Nodes[id];
        if (_facts.IsConstant(id))
        {
            return new Pieces(0, default, IsWhole: false);
        }

        if (node.Arguments.Count == 0 || !IsLinear(node))
        {
            return null;
        }

        Pieces[] parts = node.Arguments.Where((_, i) => !IsCoefficient(node, i)).Select(PiecesOf).ToArray();
        EquatableArray<string> axes = parts.SelectMany(p => p.Axes).Distinct().ToEquatableArray();
        return node.Axis is { } axis && axes.Contains(axis) ? null : new Pieces(parts.Max(p => p.Rank), axes, IsWhole: false);
    }

    private BigInteger[] FindSignalsOfStates()
    {
        var found = new BigInteger[_next.Length];
        for (bool isNew = true; isNew;)
        {
            isNew = false;
            for (int s = 0; s < found.Length; s++)
            {
                BigInteger signals = Reach(_next[s], found);
                isNew |= signals != found[s];
                found[s] = signals;
            }
        }

        return found;
    }

    private BigInteger Reach(int node, BigInteger[] ofStates)
    {
        var known = new Dictionary<int, BigInteger>();
        return Of(node);

        BigInteger Of(int id)
        {
            if (!known.TryGetValue(id, out BigInteger signals))
            {
                Node n = Graph[id];
                int signal = n.Op == Op.Input ? _signalNodes.IndexOf(id) : -1;
                signals = n.Op == Op.State ? ofStates[n.Index] : signal >= 0 ? BigInteger.One << signal : n.Arguments.Aggregate(BigInteger.Zero, (all, a) => all | Of(a));
                known.Add(id, signals);
            }

            return signals;
        }
    }

    /// <summary>A kernel for each element is what a convolution has; a kernel for each pair of them would be as costly as the recurrence.</summary>
    private void RequireUnmixed(int id, HashSet<int> seen)
    {
        if (!seen.Add(id) || !_facts.HasState(id))
        {
            return;
        }

        if (Mixes(id))
        {
            Node node = _source.Nodes[id];
            throw new NotTimeInvariantException(
                _state,
                id,
                $"the update of '{_source.States[_state].Name}' mixes what a token brings along {node.Axis}, in {GraphPrinter.Term(_source, id)}: that takes a kernel for each pair of elements");
        }

        foreach (int argument in _source.Nodes[id].Arguments)
        {
            RequireUnmixed(argument, seen);
        }
    }
}
