using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>
/// Rewrites the source graph to the time-parallel graph. Values that hold a memory become memory forms, and a sum over the key
/// axis of such a form becomes a read of the memory before the token, plus what the token itself has written by then (over several key axes, the last of their sums does):
/// <code>
/// sum_k q * (a * S + k (x) w)   -->   read(q * a) + dot(q, k) * w
/// </code>
/// so that memories disappear from the graph, and reads (<see cref="GivenKind.Read"/>) appear.
/// </summary>
/// <param name="program">Receives nodes and givens.</param>
/// <param name="keyAxes">For each state the key axes if it is taken for a memory, else none.</param>
/// <param name="first">For each state the first of those that are one memory with it.</param>
public sealed class Rewriter(SequenceProgram program, EquatableArray<string>[] keyAxes, IReadOnlyList<int> first)
{
    private readonly StepGraph _source = program.Source;
    private readonly GraphBuilder _graph = program.Graph;
    private Dictionary<int, Value> _values = [];
    private bool _isAfter;

    /// <summary>For each memory, the keys that it is read with, in order of their given: for each of its states a node, or -1 for zero.</summary>
    public Dictionary<int, List<EquatableArray<int>>> ReadKeys { get; } = [];

    /// <summary>For each memory, the given nodes of its reads.</summary>
    public Dictionary<int, List<int>> Reads { get; } = [];

    /// <summary>Makes later uses of a node of the source refer to another value: the next state, once its engine has computed it.</summary>
    public void Override(int sourceNode, int node) => _values[sourceNode] = Value.Of(node);

    /// <summary>The value of a node of the source that must not hold a memory.</summary>
    public int Plain(int sourceNode)
    {
        Value value = Evaluate(sourceNode);
        if (value.Memory is { Summed.Count: > 0 } partial && Reads.ContainsKey(first[partial.Blamed]))
        {
            throw new NotAMemoryException(
                partial.Blamed,
                sourceNode,
                $"'{StateName(partial.Blamed)}' is read over {Words(partial.KeyAxes)} together, and over {Words(partial.Summed)} alone (a second state to which the same is written can be read so)",
                isPartialRead: true);
        }

        return value.Memory is { } memory
            ? throw new NotAMemoryException(memory.Blamed, sourceNode, $"all of '{StateName(memory.Blamed)}' is used at once, not what a key reads from it")
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

    /// <summary>
    /// A node that holds memories, in terms of the memories after the token instead of before it. Its plain parts must have been evaluated before.
    /// </summary>
    /// <param name="sourceNode">The node.</param>
    /// <exception cref="NotAMemoryException">It needs a memory before the token, too.</exception>
    public MemoryForm After(int sourceNode)
    {
        Dictionary<int, Value> before = _values;
        _values = before.Where(v => v.Value.Memory is null).ToDictionary(v => v.Key, v => v.Value);
        for (int state = 0; state < keyAxes.Length; state++)
        {
            if (keyAxes[state].Count > 0)
            {
                _values[_source.NextStates[state]] = Value.Of(Unit(state));
            }
        }

        _isAfter = true;
        MemoryForm form = Single(Evaluate(sourceNode).Memory!, sourceNode);
        _isAfter = false;
        _values = before;
        return form;
    }

    /// <summary>What a memory becomes holds each memory once.</summary>
    public MemoryForm Single(MemoryForm memory, int sourceNode) => memory.Parts.GroupBy(p => p.State).FirstOrDefault(same => same.Count() > 1) is { } several
        ? throw new NotAMemoryException(several.Key, sourceNode, $"'{StateName(several.Key)}' is added to itself with different decays on keys and values")
        : memory;

    private MemoryForm Unit(int state, int leaf = -1) => _isAfter && leaf >= 0
        ? throw new NotAMemoryException(state, leaf, $"'{StateName(state)}' is needed before the token and after it")
        : new MemoryForm(keyAxes[state], EquatableArray.Of(new ScaledMemory(state, null, null)), default);

    private string StateName(int state) => _source.States[state].Name;

    private Value Build(int id)
    {
        Node node = _source.Nodes[id];
        switch (node.Op)
        {
            case Op.Input: return Value.Of(_graph.Input(node.Index, node.Axes, node.Name!));
            case Op.Constant: return Value.Of(_graph.Constant(node.Value));
            case Op.TokenIndex: return Value.Of(_graph.TokenIndex(node.Name!, node.Index));
            case Op.Extent: return Value.Of(_graph.Extent(node.Axis!));
            case Op.State:
                return keyAxes[node.Index].Count == 0
                    ? Value.Of(_graph.State(node.Index, node.Axes, node.Name!))
                    : Value.Of(Unit(node.Index, id));
        }

        Value[] arguments = node.Arguments.Select(Evaluate).ToArray();
        return arguments.Any(a => a.Memory is not null) ? BuildMemory(id, node, arguments) : Value.Of(_graph.Rebuild(node, arguments.Select(a => a.Node).ToArray()));
    }

    private Value BuildMemory(int id, Node node, Value[] a)
    {
        MemoryForm memory = a.First(v => v.Memory is not null).Memory!;
        NotAMemoryException Refuse(string reason) => new(memory.Blamed, id, reason);
        MemoryForm Form(Value value) => value.Memory ?? Outer(memory, value.Node, id);
        switch (node.Op)
        {
            case Op.Negate:
                return Value.Of(Scale(memory, _graph.Constant(-1), id));
            case Op.Add:
                return Value.Of(Sum(Form(a[0]), Form(a[1]), id));
            case Op.Subtract:
                return Value.Of(Sum(Form(a[0]), Scale(Form(a[1]), _graph.Constant(-1), id), id));
            case Op.Multiply when a[0].Memory is null || a[1].Memory is null:
                return Value.Of(Scale(memory, a[0].Memory is null ? a[0].Node : a[1].Node, id));
            case Op.Divide when a[1].Memory is null:
                return Value.Of(Scale(memory, _graph.Divide(_graph.Constant(1), a[1].Node), id));
            case Op.Where when a[0].Memory is null:
                int one = _graph.Constant(1), zero = _graph.Constant(0);
                MemoryForm chosen = Scale(Form(a[1]), _graph.Where(a[0].Node, one, zero), id);
                MemoryForm other = Scale(Form(a[2]), _graph.Where(a[0].Node, zero, one), id);
                return Value.Of(Sum(chosen, other, id));
            case Op.Sum when memory.KeyAxes.Contains(node.Axis!):
                return memory.Summed.Count + 1 == memory.KeyAxes.Count ? Value.Of(Read(memory, node.Axis!)) : Value.Of(memory with
                {
                    Terms = memory.Terms.Select(t => t with { Key = _graph.Reduce(Op.Sum, t.Key, node.Axis!) }).ToEquatableArray(),
                    Summed = memory.Summed.Append(node.Axis!).ToEquatableArray(),
                });
            case Op.Sum:
                throw new NotAMemoryException(
                    memory.Blamed, id, $"'{StateName(memory.Blamed)}' is summed over {node.Axis}, but read over {Words(memory.KeyAxes)} elsewhere", isOtherAxis: true);
            case Op.Multiply or Op.Divide:
                throw Refuse($"'{StateName(memory.Blamed)}' is multiplied by itself or by another memory");
            default:
                throw Refuse($"{node.Op} is applied to '{StateName(memory.Blamed)}' itself, not to what a key reads from it");
        }
    }

    private MemoryForm Scale(MemoryForm memory, int factor, int id)
    {
        EquatableArray<string> axes = _graph[factor].Axes;
        RequireUnsummed(memory, axes, id);
        if (memory.Parts.All(IsZero))
        {
            return memory with
            {
                Terms = memory.Terms.SelectMany(t => Separate(memory, factor, id)
                    .Select(f => new OuterTerm(_graph.Multiply(f.Key, t.Key), _graph.Multiply(f.Write, t.Write)))).ToEquatableArray(),
            };
        }

        if (axes.Any(memory.KeyAxes.Contains))
        {
            return axes.All(memory.KeyAxes.Contains)
                ? memory with
                {
                    Parts = memory.Parts.Select(p => p with { KeyFactor = Times(p.KeyFactor, factor) }).ToEquatableArray(),
                    Terms = memory.Terms.Select(t => t with { Key = _graph.Multiply(factor, t.Key) }).ToEquatableArray(),
                }
                : SplitFactor(memory, factor, id);
        }

        return memory with
        {
            Parts = memory.Parts.Select(p => axes.Count == 0
                ? p with { KeyFactor = Times(p.KeyFactor, factor) }
                : p with { ValueFactor = Times(p.ValueFactor, factor) }).ToEquatableArray(),
            Terms = memory.Terms.Select(t => t with { Write = _graph.Multiply(factor, t.Write) }).ToEquatableArray(),
        };
    }

    /// <summary>A factor over key and value axes at once scales a memory only if it is a product of one over each.</summary>
    private MemoryForm SplitFactor(MemoryForm memory, int factor, int id)
    {
        Node node = _graph[factor];
        return node.Op == Op.Multiply
            ? Scale(Scale(memory, node.Arguments[0], id), node.Arguments[1], id)
            : throw new NotAMemoryException(memory.Blamed, id, $"'{StateName(memory.Blamed)}' is scaled by a value over key and value axes at once");
    }

    private MemoryForm Sum(MemoryForm left, MemoryForm right, int id)
    {
        if (left.KeyAxes != right.KeyAxes)
        {
            throw new NotAMemoryException(
                left.Blamed, id, $"'{StateName(left.Blamed)}', read over {Words(left.KeyAxes)}, and '{StateName(right.Blamed)}', read over {Words(right.KeyAxes)}, are added");
        }

        if (!left.Summed.All(right.Summed.Contains) || left.Summed.Count != right.Summed.Count)
        {
            throw new NotAMemoryException(left.Blamed, id, $"'{StateName(left.Blamed)}' and what was read from it over {Words(left.Summed.Concat(right.Summed).Distinct())} are added");
        }

        return left with
        {
            Parts = right.Parts.Aggregate(left.Parts.ToList(), Add).ToEquatableArray(),
            Terms = left.Terms.Concat(right.Terms).ToEquatableArray(),
        };
    }

    /// <summary>Adds a part to the one that it can be one with. One that differs both along keys and along values stays beside it: both can be read.</summary>
    private List<ScaledMemory> Add(List<ScaledMemory> parts, ScaledMemory part)
    {
        int one = _graph.Constant(1);
        for (int i = 0; i < parts.Count; i++)
        {
            ScaledMemory known = parts[i];
            ScaledMemory? sum = known.State != part.State ? null
                : IsZero(part) ? known
                : IsZero(known) ? part
                : known.ValueFactor == part.ValueFactor ? known with { KeyFactor = _graph.Add(known.KeyFactor ?? one, part.KeyFactor ?? one) }
                : known.KeyFactor == part.KeyFactor ? known with { ValueFactor = _graph.Add(known.ValueFactor ?? one, part.ValueFactor ?? one) }
                : null;
            if (sum is not null)
            {
                parts[i] = sum;
                return parts;
            }
        }

        parts.Add(part);
        return parts;
    }

    private bool IsZero(ScaledMemory memory) => memory.KeyFactor is { } factor && _graph.IsConstant(factor, 0);

    private int Times(int? factor, int other) => factor is { } f ? _graph.Multiply(f, other) : other;

    /// <summary>A value without a memory in it, as a sum of outer products that can be added to <paramref name="memory"/>.</summary>
    private MemoryForm Outer(MemoryForm memory, int node, int id) => new(memory.KeyAxes, default, Separate(memory, node, id).ToEquatableArray(), memory.Summed);

    private IEnumerable<OuterTerm> Separate(MemoryForm memory, int id, int sourceNode)
    {
        Node node = _graph[id];
        EquatableArray<string> keys = memory.KeyAxes;
        RequireUnsummed(memory, node.Axes, sourceNode);
        int one = _graph.Constant(1);
        if (_graph.IsConstant(id, 0))
        {
            return [];
        }

        if (!node.Axes.Any(keys.Contains))
        {
            return [new OuterTerm(one, id)];
        }

        // What was read belongs to the write, not to the key that it is written with.
        bool isKey = node.Axes.All(keys.Contains);
        if (isKey && !memory.Parts.Any(p => Reads.TryGetValue(first[p.State], out List<int>? reads) && AffineSplit.Depends(_graph, id, reads)))
        {
            return [new OuterTerm(id, one)];
        }

        switch (node.Op)
        {
            case Op.Negate:
                return Separate(memory, node.Arguments[0], sourceNode).Select(t => t with { Write = _graph.Negate(t.Write) });
            case Op.Add:
                return Separate(memory, node.Arguments[0], sourceNode).Concat(Separate(memory, node.Arguments[1], sourceNode));
            case Op.Subtract:
                return Separate(memory, node.Arguments[0], sourceNode)
                    .Concat(Separate(memory, node.Arguments[1], sourceNode).Select(t => t with { Write = _graph.Negate(t.Write) }));
            case Op.Multiply:
                OuterTerm[] left = Separate(memory, node.Arguments[0], sourceNode).ToArray();
                OuterTerm[] right = Separate(memory, node.Arguments[1], sourceNode).ToArray();
                return left.SelectMany(l => right.Select(r => new OuterTerm(_graph.Multiply(l.Key, r.Key), _graph.Multiply(l.Write, r.Write))));
            case Op.Divide when !_graph[node.Arguments[1]].Axes.Any(keys.Contains):
                return Separate(memory, node.Arguments[0], sourceNode).Select(t => t with { Write = _graph.Divide(t.Write, node.Arguments[1]) });
            default:
                return isKey ? [new OuterTerm(id, one)] : throw new NotAMemoryException(memory.Blamed, sourceNode, $"what is added to '{StateName(memory.Blamed)}' is no sum of outer products");
        }
    }

    private static string Words(IEnumerable<string> axes) => string.Join(" and ", axes);

    /// <summary>What is summed over one of several key axes can get it back only from what it is multiplied by: that is no memory any more.</summary>
    private void RequireUnsummed(MemoryForm memory, EquatableArray<string> axes, int id)
    {
        if (axes.Any(memory.Summed.Contains))
        {
            throw new NotAMemoryException(memory.Blamed, id, $"what is read from '{StateName(memory.Blamed)}' over {Words(memory.Summed)} is spread over that axis again", isOtherAxis: true);
        }
    }

    /// <summary>A value, summed over the last of its key axes.</summary>
    private int Read(MemoryForm memory, string axis)
    {
        int result = _graph.Constant(0);
        foreach (var parts in memory.Parts.Where(p => !IsZero(p)).GroupBy(p => (First: first[p.State], p.ValueFactor)))
        {
            // What states of one memory are read with at once is one key.
            int read = ReadOf(parts.Key.First, StatesOf(parts.Key.First).Select(s => parts.Where(p => p.State == s).Select(p => p.KeyFactor ?? _graph.Constant(1)).DefaultIfEmpty(-1).Aggregate(_graph.Add)).ToEquatableArray());
            result = _graph.Add(result, parts.Key.ValueFactor is { } factor ? _graph.Multiply(factor, read) : read);
        }

        foreach (OuterTerm term in memory.Terms)
        {
            result = _graph.Add(result, _graph.Multiply(_graph.Reduce(Op.Sum, term.Key, axis), term.Write));
        }

        return result;
    }

    private IEnumerable<int> StatesOf(int memory) => Enumerable.Range(0, first.Count).Where(s => first[s] == memory);

    /// <summary>The same key is read once.</summary>
    private int ReadOf(int state, EquatableArray<int> key)
    {
        if (!ReadKeys.TryGetValue(state, out List<EquatableArray<int>>? keys))
        {
            ReadKeys.Add(state, keys = []);
            Reads.Add(state, []);
        }

        int index = keys.IndexOf(key);
        if (index < 0)
        {
            index = keys.Count;
            keys.Add(key);
            IEnumerable<string> valueAxes = _source.States[state].Axes.Where(a => !keyAxes[state].Contains(a));
            Reads[state].Add(program.AddGiven(GivenKind.Read, state, index, valueAxes, StateName(state) + "Read" + (index == 0 ? "" : index.ToString(System.Globalization.CultureInfo.InvariantCulture))));
        }

        return Reads[state][index];
    }
}
