using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>
/// What a step makes of its states. A read is pulled up through constant linear maps as far as that leaves no more axes, so that as little
/// as possible is convolved. What is added to it of the signals that reach it anyway goes along, as a number at the beginning of its impulse response:
/// <code>
/// y = SiLU(Dot(c, h) + d * x)      -->   read = Dot(c, h) + d * x, and y = SiLU(read)
/// </code>
/// States without a response are carried from token to token here.
/// </summary>
internal sealed class ReadoutBuilder
{
    private readonly StepGraph _source;
    private readonly TokenDependence _facts;
    private readonly ResponseBuilder _response;
    private readonly PartBuilder _part;
    private readonly int[] _states;
    private readonly bool[] _hasResponse;
    private readonly Dictionary<int, int> _values = [];
    private readonly Dictionary<int, bool> _readable = [];
    private readonly Dictionary<int, int> _ranks = [];
    private readonly List<PartOutput> _reads = [];
    private readonly List<int> _readNodes = [];

    public ReadoutBuilder(StepGraph source, TokenDependence facts, ResponseBuilder response)
    {
        _source = source;
        _facts = facts;
        _response = response;
        _part = new PartBuilder(source);
        _states = [.. Enumerable.Range(0, source.States.Count).Where(s => !response.Has(s))];
        _hasResponse = source.Using(leaf => leaf.Op == Op.State && response.Has(leaf.Index));
        PartOutput[] outputs = source.Outputs.Select(o => new PartOutput(Value(o.Node), o.Axes, o.Name)).ToArray();
        int[] next = _states.Select(s => Value(source.NextStates[s])).ToArray();
        if (_reads.Count == 0)
        {
            throw new NotTimeInvariantException(0, -1, "no output depends on what came before the token");
        }

        Part = _part.Finish(source.Name + "Readout", outputs, _states, next);
    }

    /// <summary>The part: from inputs and reads to outputs.</summary>
    public StepPart Part { get; }

    /// <summary>What is read, as nodes of the response.</summary>
    public IReadOnlyList<PartOutput> Reads => _reads;

    private int Value(int id)
    {
        if (!_values.TryGetValue(id, out int value))
        {
            value = Build(id);
            _part.Name(value, _source.Nodes[id]);
            _values.Add(id, value);
        }

        return value;
    }

    private int Build(int id)
    {
        Node node = _source.Nodes[id];
        if (!_facts.HasState(id))
        {
            return _part.Copy(id);
        }

        if (node.Op == Op.State && !_hasResponse[id])
        {
            return _part.Graph.State(Array.IndexOf(_states, node.Index), node.Axes, node.Name!);
        }

        if (IsRead(id))
        {
            return Read(_response.Linear(id), node.Axes, node.Name);
        }

        return node.Op is Op.Add or Op.Subtract or Op.Negate ? Sum(id) : _part.Graph.Rebuild(node, node.Arguments.Select(Value).ToArray());
    }

    /// <summary>Of a sum, what can be read is read as one value for each shape; the rest is added to it.</summary>
    private int Sum(int id)
    {
        var terms = new List<(int Node, bool IsNegative)>();
        Flatten(id, false);
        int sum = _part.Graph.Constant(0);
        foreach (var group in terms.Where(t => IsRead(t.Node)).GroupBy(t => _source.Nodes[t.Node].Axes))
        {
            int read = group.Aggregate(_response.Graph.Constant(0), (all, t) => t.IsNegative
                ? _response.Graph.Subtract(all, _response.Linear(t.Node))
                : _response.Graph.Add(all, _response.Linear(t.Node)));
            sum = _part.Graph.Add(sum, Read(read, group.Key, group.Count() == 1 ? _source.Nodes[group.First().Node].Name : null));
        }

        return terms.Where(t => !IsRead(t.Node)).Aggregate(sum, (all, t) => t.IsNegative
            ? _part.Graph.Subtract(all, Value(t.Node))
            : _part.Graph.Add(all, Value(t.Node)));

        void Flatten(int term, bool isNegative)
        {
            Node node = _source.Nodes[term];
            if (node.Op is not (Op.Add or Op.Subtract or Op.Negate) || !_facts.HasState(term) || IsRead(term))
            {
                terms.Add((term, isNegative));
                return;
            }

            Flatten(node.Arguments[0], isNegative ^ (node.Op == Op.Negate));
            if (node.Arguments.Count == 2)
            {
                Flatten(node.Arguments[1], isNegative ^ (node.Op == Op.Subtract));
            }
        }
    }

    private int Read(int node, EquatableArray<string> axes, string? name)
    {
        int index = _reads.FindIndex(r => r.Node == node);
        if (index < 0)
        {
            index = _reads.Count;
            _readNodes.Add(_part.AddSequence(axes, (name ?? "state") + "Read"));
            _reads.Add(new PartOutput(node, axes, _part.Graph[_readNodes[index]].Name!));
        }

        return _readNodes[index];
    }

    private bool IsRead(int id) => _hasResponse[id] && IsReadable(id) && _source.Nodes[id].Axes.Count <= RankBelow(id);

    /// <summary>The most axes of what would be read for a value.</summary>
    private int Rank(int id)
    {
        if (!_hasResponse[id])
        {
            return 0;
        }

        if (!_ranks.TryGetValue(id, out int rank))
        {
            rank = IsRead(id) ? _source.Nodes[id].Axes.Count : RankBelow(id);
            _ranks.Add(id, rank);
        }

        return rank;
    }

    private int RankBelow(int id) =>
        _source.Nodes[id].Arguments is { Count: > 0 } arguments ? arguments.Max(Rank) : _source.Nodes[id].Axes.Count;

    /// <summary>Whether a value is linear in the states, and in signals that reach them anyway. What else tokens bring is added outside.</summary>
    private bool IsReadable(int id)
    {
        if (!_readable.TryGetValue(id, out bool isReadable))
        {
            Node node = _source.Nodes[id];
            isReadable = node.Op == Op.State ? _hasResponse[id]
                : Enumerable.Range(0, _source.States.Count).Any(s => _source.NextStates[s] == id && _response.Has(s))
                || (_hasResponse[id] && _response.IsLinear(node) && AreReadable(node) && !_response.Mixes(id));
            _readable.Add(id, isReadable);
        }

        return isReadable;
    }

    private bool AreReadable(Node node)
    {
        int[] arguments = [.. node.Arguments.Where((_, i) => !_response.IsCoefficient(node, i))];
        int[] ofStates = [.. arguments.Where(_facts.HasState)];
        return ofStates.All(IsReadable)
            && arguments.Except(ofStates).All(a => _response.SignalsIn(a) is { } signals && signals.IsSubsetOf(ofStates.SelectMany(s => _response.SignalsOf(_response.Linear(s)))));
    }
}
