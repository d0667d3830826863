using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>
/// Rewrites the source graph to the time-parallel graph. Values that hold a memory become memory forms, and a sum over the key
/// axis of such a form becomes a read of the memory before the token, plus what the token itself has written by then:
/// <code>
/// sum_k q * (a * S + k (x) w)   -->   read(q * a) + dot(q, k) * w
/// </code>
/// so that memories disappear from the graph, and reads (<see cref="GivenKind.Read"/>) appear.
/// </summary>
/// <param name="program">Receives nodes and givens.</param>
/// <param name="keyAxes">For each state the key axis if it is taken for a memory, else null.</param>
public sealed class Rewriter(SequenceProgram program, string?[] keyAxes)
{
    private readonly StepGraph _source = program.Source;
    private readonly GraphBuilder _graph = program.Graph;
    private readonly Dictionary<int, Value> _values = [];

    /// <summary>For each memory, the keys that it is read with, in order of their given.</summary>
    public Dictionary<int, List<int>> ReadKeys { get; } = [];

    /// <summary>For each memory, the given nodes of its reads.</summary>
    public Dictionary<int, List<int>> Reads { get; } = [];

    /// <summary>Makes later uses of a node of the source refer to another value: the next state, once its engine has computed it.</summary>
    public void Override(int sourceNode, int node) => _values[sourceNode] = Value.Of(node);

    /// <summary>The value of a node of the source that must not hold a memory.</summary>
    public int Plain(int sourceNode)
    {
        Value value = Evaluate(sourceNode);
        return value.Memory is { } memory
            ? throw new NotAMemoryException(memory.State, sourceNode, $"all of '{StateName(memory.State)}' is used at once, not what a key reads from it")
            : value.Node;
    }

    public Value Evaluate(int sourceNode)
    {
        if (!_values.TryGetValue(sourceNode, out Value value))
        {
            value = Build(sourceNode);
            if (value.Memory is null && _source.Nodes[sourceNode].Name is { } name)
            {
                _graph.SetName(value.Node, name);
            }

            _values.Add(sourceNode, value);
        }

        return value;
    }

    private string StateName(int state) => _source.States[state].Name;

    private Value Build(int id)
    {
        Node node = _source.Nodes[id];
        switch (node.Op)
        {
            case Op.Input: return Value.Of(_graph.Input(node.Index, node.Axes, node.Name!));
            case Op.Constant: return Value.Of(_graph.Constant(node.Value));
            case Op.TokenIndex: return Value.Of(_graph.TokenIndex(node.Name!));
            case Op.Extent: return Value.Of(_graph.Extent(node.Axis!));
            case Op.State:
                return keyAxes[node.Index] is null
                    ? Value.Of(_graph.State(node.Index, node.Axes, node.Name!))
                    : Value.Of(new MemoryForm(node.Index, null, null, default));
        }

        Value[] arguments = node.Arguments.Select(Evaluate).ToArray();
        return arguments.Any(a => a.Memory is not null) ? BuildMemory(id, node, arguments) : Value.Of(_graph.Rebuild(node, arguments.Select(a => a.Node).ToArray()));
    }

    private Value BuildMemory(int id, Node node, Value[] a)
    {
        MemoryForm memory = a.First(v => v.Memory is not null).Memory!;
        NotAMemoryException Refuse(string reason) => new(memory.State, id, reason);
        switch (node.Op)
        {
            case Op.Negate:
                return Value.Of(Scale(memory, _graph.Constant(-1), id));
            case Op.Add or Op.Subtract:
                MemoryForm left = a[0].Memory ?? Outer(memory.State, a[0].Node, id);
                MemoryForm right = a[1].Memory ?? Outer(memory.State, a[1].Node, id);
                if (node.Op == Op.Subtract)
                {
                    right = Scale(right, _graph.Constant(-1), id);
                }

                return Value.Of(Sum(left, right, id));
            case Op.Multiply when a[0].Memory is null || a[1].Memory is null:
                return Value.Of(Scale(memory, a[0].Memory is null ? a[0].Node : a[1].Node, id));
            case Op.Divide when a[1].Memory is null:
                return Value.Of(Scale(memory, _graph.Divide(_graph.Constant(1), a[1].Node), id));
            case Op.Where when a[0].Memory is null:
                int one = _graph.Constant(1), zero = _graph.Constant(0);
                MemoryForm chosen = Scale(a[1].Memory ?? Outer(memory.State, a[1].Node, id), _graph.Where(a[0].Node, one, zero), id);
                MemoryForm other = Scale(a[2].Memory ?? Outer(memory.State, a[2].Node, id), _graph.Where(a[0].Node, zero, one), id);
                return Value.Of(Sum(chosen, other, id));
            case Op.Sum when node.Axis == keyAxes[memory.State]:
                return Value.Of(Read(memory, node.Axis!));
            case Op.Sum:
                throw Refuse($"'{StateName(memory.State)}' is summed over {node.Axis}, but read over {keyAxes[memory.State]} elsewhere");
            case Op.Multiply or Op.Divide:
                throw Refuse($"'{StateName(memory.State)}' is multiplied by itself or by another memory");
            default:
                throw Refuse($"{node.Op} is applied to '{StateName(memory.State)}' itself, not to what a key reads from it");
        }
    }

    private MemoryForm Scale(MemoryForm memory, int factor, int id)
    {
        EquatableArray<string> axes = _graph[factor].Axes;
        string key = keyAxes[memory.State]!;
        if (IsZero(memory))
        {
            return memory with
            {
                Terms = memory.Terms.SelectMany(t => Separate(memory.State, factor, id)
                    .Select(f => new OuterTerm(_graph.Multiply(f.Key, t.Key), _graph.Multiply(f.Write, t.Write)))).ToEquatableArray(),
            };
        }

        if (axes.Contains(key))
        {
            return axes.Count == 1
                ? memory with
                {
                    KeyFactor = Times(memory.KeyFactor, factor),
                    Terms = memory.Terms.Select(t => t with { Key = _graph.Multiply(factor, t.Key) }).ToEquatableArray(),
                }
                : SplitFactor(memory, factor, id);
        }

        EquatableArray<OuterTerm> terms = memory.Terms.Select(t => t with { Write = _graph.Multiply(factor, t.Write) }).ToEquatableArray();
        return axes.Count == 0
            ? memory with { KeyFactor = Times(memory.KeyFactor, factor), Terms = terms }
            : memory with { ValueFactor = Times(memory.ValueFactor, factor), Terms = terms };
    }

    /// <summary>A factor over key and value axes at once scales a memory only if it is a product of one over each.</summary>
    private MemoryForm SplitFactor(MemoryForm memory, int factor, int id)
    {
        Node node = _graph[factor];
        return node.Op == Op.Multiply
            ? Scale(Scale(memory, node.Arguments[0], id), node.Arguments[1], id)
            : throw new NotAMemoryException(memory.State, id, $"'{StateName(memory.State)}' is scaled by a value over key and value axes at once");
    }

    private MemoryForm Sum(MemoryForm left, MemoryForm right, int id)
    {
        if (left.State != right.State)
        {
            throw new NotAMemoryException(left.State, id, $"two memories, '{StateName(left.State)}' and '{StateName(right.State)}', are added");
        }

        EquatableArray<OuterTerm> terms = left.Terms.Concat(right.Terms).ToEquatableArray();
        if (IsZero(left))
        {
            return right with { Terms = terms };
        }

        if (IsZero(right))
        {
            return left with { Terms = terms };
        }

        int one = _graph.Constant(1);
        if (left.ValueFactor == right.ValueFactor)
        {
            return left with { KeyFactor = _graph.Add(left.KeyFactor ?? one, right.KeyFactor ?? one), Terms = terms };
        }

        return left.KeyFactor == right.KeyFactor
            ? left with { ValueFactor = _graph.Add(left.ValueFactor ?? one, right.ValueFactor ?? one), Terms = terms }
            : throw new NotAMemoryException(left.State, id, $"'{StateName(left.State)}' is added to itself with different decays on keys and values");
    }

    private bool IsZero(MemoryForm memory) => memory.KeyFactor is { } factor && _graph.IsConstant(factor, 0);

    private int Times(int? factor, int other) => factor is { } f ? _graph.Multiply(f, other) : other;

    /// <summary>A value without a memory in it, as a sum of outer products.</summary>
    private MemoryForm Outer(int state, int node, int id) =>
        new(state, _graph.Constant(0), null, Separate(state, node, id).ToEquatableArray());

    private IEnumerable<OuterTerm> Separate(int state, int id, int sourceNode)
    {
        Node node = _graph[id];
        string key = keyAxes[state]!;
        int one = _graph.Constant(1);
        if (_graph.IsConstant(id, 0))
        {
            return [];
        }

        if (!node.Axes.Contains(key))
        {
            return [new OuterTerm(one, id)];
        }

        // What was read belongs to the write, not to the key that it is written with.
        bool isKey = node.Axes.Count == 1;
        if (isKey && (!Reads.TryGetValue(state, out List<int>? reads) || !AffineSplit.Depends(_graph, id, reads)))
        {
            return [new OuterTerm(id, one)];
        }

        switch (node.Op)
        {
            case Op.Negate:
                return Separate(state, node.Arguments[0], sourceNode).Select(t => t with { Write = _graph.Negate(t.Write) });
            case Op.Add:
                return Separate(state, node.Arguments[0], sourceNode).Concat(Separate(state, node.Arguments[1], sourceNode));
            case Op.Subtract:
                return Separate(state, node.Arguments[0], sourceNode)
                    .Concat(Separate(state, node.Arguments[1], sourceNode).Select(t => t with { Write = _graph.Negate(t.Write) }));
            case Op.Multiply:
                OuterTerm[] left = Separate(state, node.Arguments[0], sourceNode).ToArray();
                OuterTerm[] right = Separate(state, node.Arguments[1], sourceNode).ToArray();
                return left.SelectMany(l => right.Select(r => new OuterTerm(_graph.Multiply(l.Key, r.Key), _graph.Multiply(l.Write, r.Write))));
            case Op.Divide when !_graph[node.Arguments[1]].Axes.Contains(key):
                return Separate(state, node.Arguments[0], sourceNode).Select(t => t with { Write = _graph.Divide(t.Write, node.Arguments[1]) });
            default:
                return isKey ? [new OuterTerm(id, one)] : throw new NotAMemoryException(state, sourceNode, $"what is added to '{StateName(state)}' is no sum of outer products");
        }
    }

    private int Read(MemoryForm memory, string keyAxis)
    {
        int result = _graph.Constant(0);
        if (!IsZero(memory))
        {
            int read = ReadOf(memory.State, memory.KeyFactor ?? _graph.Constant(1));
            result = memory.ValueFactor is { } factor ? _graph.Multiply(factor, read) : read;
        }

        foreach (OuterTerm term in memory.Terms)
        {
            int overlap = _graph[term.Key].Axes.Contains(keyAxis) ? _graph.Reduce(Op.Sum, term.Key, keyAxis) : _graph.Multiply(term.Key, _graph.Extent(keyAxis));
            result = _graph.Add(result, _graph.Multiply(overlap, term.Write));
        }

        return result;
    }

    /// <summary>The same key is read once.</summary>
    private int ReadOf(int state, int key)
    {
        if (!ReadKeys.TryGetValue(state, out List<int>? keys))
        {
            ReadKeys.Add(state, keys = []);
            Reads.Add(state, []);
        }

        int index = keys.IndexOf(key);
        if (index < 0)
        {
            index = keys.Count;
            keys.Add(key);
            IEnumerable<string> valueAxes = _source.States[state].Axes.Where(a => a != keyAxes[state]);
            Reads[state].Add(program.AddGiven(GivenKind.Read, state, index, valueAxes, StateName(state) + "Read" + (index == 0 ? "" : index.ToString(System.Globalization.CultureInfo.InvariantCulture))));
        }

        return Reads[state][index];
    }
}
