using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>
/// Takes a step apart into components. Every state that stands alone in its stratum is first taken for a memory, with each of its
/// axes as the key in turn, then several of them, and so are states that feed each other, all together; where the graph disproves it, the state is taken for one that is updated element by element; where that
/// fails too, for one whose update is linear in all elements at once, and at last for one that is not linear. Vectors and scalars are tried element by element first.
/// A matrix that is made of memories and read with keys alone, until it is copied for the next mini-batch, is not made at every token.
/// </summary>
public sealed class Analyser
{
    private readonly StepGraph _source;
    private readonly List<(int State, int After)> _order = [];
    private Strata _strata;

    /// <summary>For each state, the forms that are still to be tried.</summary>
    private readonly Queue<Form>[] _forms;
    private readonly EquatableArray<string>[] _keyAxes;

    /// <summary>For each state the first of those that are one memory with it, if they are a memory.</summary>
    private readonly int[] _first;
    private readonly bool[] _isFormed;
    private readonly Dictionary<int, Obstacle> _memoryObstacles = [];

    /// <summary>Whether states of one memory may be carried over to each other.</summary>
    private readonly bool _carriesOver;

    private Analyser(StepGraph source, bool carriesOver)
    {
        _source = source;
        _carriesOver = carriesOver;
        _strata = Strata.Of(source, _order);
        _keyAxes = new EquatableArray<string>[source.States.Count];
        _isFormed = new bool[source.States.Count];
        _first = source.States.Select((_, s) => _strata.Components.Single(c => c.Contains(s)) is var component && HaveEqualAxes(component) ? component.Min() : s).ToArray();
        _forms = source.States.Select((_, s) => new Queue<Form>(Forms(s))).ToArray();
        for (int s = 0; s < _forms.Length; s++)
        {
            TryNext(s);
        }
    }

    /// <summary>What a state may be taken for.</summary>
    /// <param name="KeyAxes">The key axes of a memory; none if it is none.</param>
    /// <param name="IsFormed">Whether it is made of memories, once for a chunk.</param>
    private readonly record struct Form(EquatableArray<string> KeyAxes, bool IsFormed = false);

    private void TryNext(int state)
    {
        if (_first[state] == state)
        {
            Form form = _forms[state].Dequeue();
            for (int s = 0; s < _first.Length; s++)
            {
                (_keyAxes[s], _isFormed[s]) = _first[s] == state ? (form.KeyAxes, form.IsFormed) : (_keyAxes[s], _isFormed[s]);
            }
        }
    }

    private bool HaveEqualAxes(IReadOnlyList<int> states) =>
        states.All(s => _source.States[s].Axes is var axes && axes.Count == _source.States[states[0]].Axes.Count && axes.All(_source.States[states[0]].Axes.Contains));

    /// <summary>Takes a step apart.</summary>
    /// <param name="source">The step.</param>
    /// <param name="carriesOver">Whether states of one memory may be carried over to each other, as by a complex decay: not every engine can turn them.</param>
    public static SequenceProgram Analyse(StepGraph source, bool carriesOver = true)
    {
        var analyser = new Analyser(source, carriesOver);
        while (true)
        {
            try
            {
                return analyser.Attempt();
            }
            catch (ReadTooEarlyException early) when (analyser.CanComeAfter(early.State, early.After))
            {
            }
            catch (ReadTooEarlyException early)
            {
                analyser.Refuse(new NotAMemoryException(
                    early.State,
                    source.NextStates[early.State],
                    $"'{source.States[early.State].Name}' is read with a key that depends on '{source.States[early.After].Name}', which depends on what was read from it"));
            }
            catch (NotAMemoryException refusal)
            {
                analyser.Refuse(refusal);
            }
        }
    }

    private void Refuse(NotAMemoryException refusal)
    {
        // That a state is no memory over one axis explains nothing where something else is in the way over another.
        int first = _first[refusal.State];
        bool isGroup = _first.Count(f => f == first) > 1, isOther = refusal.IsOtherAxis || _keyAxes[first].Count > 1;
        if (refusal.IsPartialRead || !_memoryObstacles.ContainsKey(refusal.State) || (!isOther && !isGroup))
        {
            _memoryObstacles[refusal.State] = new Obstacle(refusal.State, refusal.Message, refusal.Node);
        }

        TryNext(first);
    }

    /// <summary>Puts a memory after a state that its keys are made of, unless that state in turn depends on the memory.</summary>
    private bool CanComeAfter(int memory, int state)
    {
        Strata changed = Strata.Of(_source, [.. _order, (memory, state)]);
        bool isCycle = changed.Components.Count < _strata.Components.Count;
        if (!isCycle)
        {
            _order.Add((memory, state));
            _strata = changed;
        }

        return !isCycle;
    }

    private IEnumerable<Form> Forms(int state)
    {
        EquatableArray<string> axes = _source.States[state].Axes;
        IReadOnlyList<int> together = _strata.Components.Single(c => c.Contains(state));
        bool alone = together.Count == 1;
        if (!alone && _first[state] == state && HaveEqualAxes(together) && !AreCoupled(together))
        {
            return axes.Select(a => new Form(EquatableArray.Of(a))).Concat(Composite(axes)).Append(default);
        }

        // A shift carries nothing: it is parallel in time whatever its shape.
        bool carries = _strata.DependsOn(_source.NextStates[state], state);
        if (!alone || !carries)
        {
            return axes.Count >= 2 && IsReadStaleAlone(state) ? [new Form(default, IsFormed: true), default] : [default];
        }

        // A vector is a memory with one column; without feedback it runs better element by element.
        bool isElementwise = IsElementwise(state);
        return axes.Count < 2 && isElementwise ? [default] : axes.Select(a => new Form(EquatableArray.Of(a))).Concat(isElementwise ? [] : Composite(axes)).Append(default);
    }

    /// <summary>Several axes that are keys together: what is read over all of them may be what no key over one can say. Element by element, nothing of the kind is needed.</summary>
    private static IEnumerable<Form> Composite(EquatableArray<string> axes) => Enumerable.Range(0, 1 << axes.Count)
        .Select(subset => axes.Where((_, i) => (subset & (1 << i)) != 0).ToEquatableArray()).Where(keys => keys.Count > 1).OrderBy(keys => keys.Count).Select(keys => new Form(keys));

    /// <summary>Whether nothing uses a state before the token but its copies from before the mini-batch.</summary>
    private bool IsReadStaleAlone(int state)
    {
        bool IsLeaf(int node) => _source.Nodes[node] is { Op: Op.State } leaf && leaf.Index == state;
        return _source.States.Any(s => s.StaleOf == state)
            && !_source.Nodes.SelectMany(n => n.Arguments).Concat(_source.NextStates).Concat(_source.Outputs.Select(o => o.Node)).Any(IsLeaf);
    }

    /// <summary>Whether the next state is affine in the state, element by element (a cheap look at the source graph).</summary>
    private bool IsElementwise(int state)
    {
        var graph = new GraphBuilder(_source.Axes.Select(a => a.Name));
        var program = new SequenceProgram(_source, graph, [], [], default, []);
        int next = new Rewriter(program, new EquatableArray<string>[_source.States.Count], []).Plain(_source.NextStates[state]);
        int leaf = graph.State(state, _source.States[state].Axes, _source.States[state].Name);
        return Semiring.All.Any(semiring => AffineSplit.Of(graph, semiring, next, [leaf], out _) is not null);
    }

    /// <summary>The same for several states, in each other.</summary>
    private bool AreCoupled(IReadOnlyList<int> states)
    {
        var graph = new GraphBuilder(_source.Axes.Select(a => a.Name));
        var program = new SequenceProgram(_source, graph, [], [], default, []);
        var rewriter = new Rewriter(program, new EquatableArray<string>[_source.States.Count], []);
        int[] leaves = states.Select(s => graph.State(s, _source.States[s].Axes, _source.States[s].Name)).ToArray();
        return states.All(s => AffineSplit.Of(graph, rewriter.Plain(_source.NextStates[s]), leaves, out _) is not null);
    }

    private SequenceProgram Attempt()
    {
        var graph = new GraphBuilder(AxisOrder.Of(_source, _strata));
        var components = new List<Component>();
        var obstacles = new List<Obstacle>();
        var program = new SequenceProgram(_source, graph, [], components, default, obstacles);
        var rewriter = new Rewriter(program, _keyAxes, _first);

        // Every use of a memory is looked at before any component is made: reads may come from anywhere.
        var updates = new Dictionary<int, IReadOnlyList<MemoryForm>>();
        foreach (IReadOnlyList<int> states in _strata.Components)
        {
            if (_keyAxes[states[0]].Count > 0)
            {
                updates[states[0]] = states.Select(state => Update(rewriter, state)).ToList();
                components.Add(null!);
            }
            else if (_isFormed[states[0]])
            {
                int next = _source.NextStates[states[0]];
                if (rewriter.Evaluate(next).Memory is not { KeyAxes.Count: 1 })
                {
                    throw new NotAMemoryException(states[0], next, $"'{_source.States[states[0]].Name}' is not made of memories with one key axis");
                }

                components.Add(null!);
            }
            else
            {
                components.Add(Plain(program, rewriter, states, obstacles));
                foreach (int state in states)
                {
                    int given = program.AddGiven(GivenKind.Next, state, state, _source.States[state].Axes, _source.States[state].Name + "Next");
                    rewriter.Override(_source.NextStates[state], given);
                }
            }
        }

        EquatableArray<int> outputs = _source.Outputs.Select(o => rewriter.Plain(o.Node)).ToEquatableArray();
        for (int c = 0; c < components.Count; c++)
        {
            int state = _strata.Components[c][0];
            if (_isFormed[state])
            {
                components[c] = FormedComponent.Of(program, state, rewriter.After(_source.NextStates[state]));
            }
            else if (_keyAxes[state].Count > 0)
            {
                MemoryComponent memory = new MemoryBuilder(program, rewriter, _keyAxes[state], _strata.Components[c].ToEquatableArray(), updates[state]).Build();
                RequireEarlier(program, memory, [.. _strata.Components.Take(c).SelectMany(earlier => earlier)]);
                components[c] = memory;
            }
        }

        return program with { Outputs = outputs };
    }

    /// <summary>A memory after the token, in terms of itself before it.</summary>
    private MemoryForm Update(Rewriter rewriter, int state)
    {
        int next = _source.NextStates[state];
        Value value = rewriter.Evaluate(next);
        bool isGroup = _first.Count(f => f == _first[state]) > 1;
        return value.Memory is { Parts: { Count: > 0 } own } memory && (isGroup && _carriesOver ? own.All(p => _first[p.State] == _first[state]) && own.Any(p => p.State == state) : own.All(p => p.State == state))
            ? rewriter.Single(memory, next)
            : throw new NotAMemoryException(state, next, value.Memory is { } sum && sum.Parts.Any(p => p.State == state)
                ? $"two memories, {string.Join(" and ", sum.Parts.Select(p => $"'{_source.States[p.State].Name}'"))}, are added"
                : $"'{_source.States[state].Name}' does not carry itself over");
    }

    /// <summary>All reads of a memory are taken in one run of its engine: what their keys are made of must be known by then.</summary>
    private static void RequireEarlier(SequenceProgram program, MemoryComponent memory, IReadOnlyCollection<int> earlier)
    {
        var seen = new HashSet<int>();
        foreach (Operand read in memory.Reads.SelectMany(r => r.Operands))
        {
            Visit(read.Node);
        }

        void Visit(int id)
        {
            Node node = program.Graph[id];
            int? state = node.Op == Op.State ? node.Index
                : node.Op == Op.Given && program.Givens[node.Index] is { Kind: GivenKind.Read or GivenKind.Next } given ? given.Component
                : null;
            if (state is { } used && !earlier.Contains(used))
            {
                throw new ReadTooEarlyException(memory.State, used);
            }

            foreach (int argument in node.Arguments.Where(seen.Add))
            {
                Visit(argument);
            }
        }
    }

    private Component Plain(SequenceProgram program, Rewriter rewriter, IReadOnlyList<int> states, List<Obstacle> obstacles)
    {
        GraphBuilder graph = program.Graph;
        int[] next = states.Select(s => rewriter.Plain(_source.NextStates[s])).ToArray();
        if (states.Count == 1)
        {
            if (Semiring.All.Select(s => Elementwise(graph, states[0], next[0], s)).FirstOrDefault(c => c is not null) is { } elementwise)
            {
                return elementwise;
            }
        }

        if (states.Count > 1 && Coupled(program, states, next) is { } coupled)
        {
            return coupled;
        }

        bool linear = true;
        foreach (int s in states)
        {
            int obstacle = Linearity.Obstacle(_source, _strata, _source.NextStates[s], states);
            if (obstacle >= 0)
            {
                linear = false;
                obstacles.Add(new Obstacle(s, $"the update of '{_source.States[s].Name}' is not linear in the state, because of {GraphPrinter.Term(_source, obstacle)}", obstacle));
            }
        }

        return linear ? Linear(program, states, next) : new SequentialComponent(states.ToEquatableArray(), next.ToEquatableArray(), IsNarrow(states));
    }

    /// <summary>A state that is affine in itself over a semiring, element by element; null if it is not.</summary>
    private ElementwiseComponent? Elementwise(GraphBuilder graph, int s, int next, Semiring semiring)
    {
        StateInfo state = _source.States[s];
        int leaf = graph.State(s, state.Axes, state.Name);
        if (AffineSplit.Of(graph, semiring, next, [leaf], out _) is not { } form)
        {
            return null;
        }

        // Of numbers, what is multiplied by zero or adds zero is absent.
        Operand? Operand(int node, string name) => semiring.IsReal && graph.IsConstant(node, semiring.Zero) ? null : new Operand(node, state.Axes, state.Name + name);
        int multiplier = form.Coefficients.TryGetValue(leaf, out int m) ? m : graph.Constant(semiring.Zero);
        return new ElementwiseComponent(s, semiring, Operand(multiplier, semiring.IsReal ? "Multiplier" : "Added"), Operand(form.Base, "Input"), next);
    }

    /// <summary>Whether nothing on the way from states to their updates has more axes than they have, as a product with a matrix does.</summary>
    private bool IsNarrow(IReadOnlyList<int> states)
    {
        int rank = states.Max(s => _source.States[s].Axes.Count);
        var seen = new HashSet<int>();
        return states.All(s => IsNarrowFrom(_source.NextStates[s]));

        bool IsNarrowFrom(int id) => !seen.Add(id) || !_strata.DependsOnAny(id, states)
            || (_source.Nodes[id].Axes.Count <= rank && _source.Nodes[id].Arguments.All(IsNarrowFrom));
    }

    private LinearComponent Linear(SequenceProgram program, IReadOnlyList<int> states, int[] next)
    {
        GraphBuilder graph = program.Graph;
        int[] leaves = states.Select(s => graph.State(s, _source.States[s].Axes, _source.States[s].Name)).ToArray();
        int[] directions = states.Select(s => program.AddGiven(GivenKind.Direction, s, s, _source.States[s].Axes, _source.States[s].Name + "Direction")).ToArray();
        int[] transition = LinearPart.Of(graph, next, leaves.Zip(directions, (leaf, direction) => (leaf, direction)).ToDictionary(p => p.leaf, p => p.direction));
        Obstacle why = states.Where(s => _source.States[s].Axes.Count > 1 && _memoryObstacles.ContainsKey(s)).Select(s => _memoryObstacles[s]).FirstOrDefault() ?? Mixing(states);
        return new LinearComponent(
            states.ToEquatableArray(),
            next.ToEquatableArray(),
            directions.ToEquatableArray(),
            transition.ToEquatableArray(),
            LinearPart.Independent(graph, transition, directions),
            LinearPart.IsDense(graph, transition, directions),
            transition.Select(t => TimeInvariance.VaryingInput(program, t)).FirstOrDefault(v => v is not null),
            why);
    }

    /// <summary>Why states that are linear in each other are no simpler.</summary>
    private Obstacle Mixing(IReadOnlyList<int> states)
    {
        if (states.Count > 1)
        {
            return new Obstacle(states[0], $"{string.Join(" and ", states.Select(s => $"'{_source.States[s].Name}'"))} depend on each other", _source.NextStates[states[0]]);
        }

        int sum = _source.Nodes.ToList().FindIndex(n => n.Op == Op.Sum && _strata.DependsOnAny(n.Arguments[0], states));
        string where = sum < 0 ? "" : $", in {GraphPrinter.Term(_source, sum)}";
        return new Obstacle(states[0], $"the update of '{_source.States[states[0]].Name}' is linear but mixes its elements{where}", sum < 0 ? _source.NextStates[states[0]] : sum);
    }

    /// <summary>Several states of the same axes that are affine in each other, element by element.</summary>
    private CoupledComponent? Coupled(SequenceProgram program, IReadOnlyList<int> states, int[] next)
    {
        GraphBuilder graph = program.Graph;
        EquatableArray<string> axes = _source.States[states[0]].Axes;
        if (states.Any(s => _source.States[s].Axes.Count != axes.Count || !_source.States[s].Axes.All(axes.Contains)))
        {
            return null;
        }

        int[] leaves = states.Select(s => graph.State(s, _source.States[s].Axes, _source.States[s].Name)).ToArray();
        var forms = next.Select(n => AffineSplit.Of(graph, n, leaves, out _)).ToList();
        if (forms.Any(f => f is null))
        {
            return null;
        }

        Operand? Operand(int? node, int state, string name) =>
            node is { } n && !graph.IsConstant(n, 0) ? new Operand(n, _source.States[state].Axes, name) : null;
        string Name(int state) => _source.States[state].Name;
        return new CoupledComponent(
            states.ToEquatableArray(),
            states.SelectMany((row, i) => states.Select((column, j) => Operand(
                forms[i]!.Coefficients.TryGetValue(leaves[j], out int c) ? c : null, row, i == j ? Name(row) + "Multiplier" : $"{Name(row)}From{Name(column)}"))).ToList(),
            states.Select((row, i) => Operand(forms[i]!.Base, row, Name(row) + "Input")).ToList());
    }
}
