using ModelDsl.Compiler.Adjoint;
using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Graph;
using Root = ModelDsl.Compiler.Lowering.Scheduler.Root;

namespace ModelDsl.Compiler.Lowering;

/// <summary>
/// Lowers a program and its adjoint to nests over slots. Nodes disappear; what appears are stages, in the order in which the runtime calls
/// them around the engines of the components:
/// <code>
/// prologue; stage 0; engine 0; stage 1; ...; stage n          (forward)
/// adjoint stage n; adjoint of engine n-1; ...; adjoint stage 0  (backward)
/// </code>
/// </summary>
public sealed class Lowerer
{
    private readonly AdjointProgram _adjoint;
    private readonly SequenceProgram _program;
    private readonly GraphBuilder _graph;
    private readonly StepGraph _source;
    private readonly Scheduler _scheduler;
    private readonly bool _headsAsLanes;
    private readonly IReadOnlyList<string> _axisOrder;

    private Lowerer(AdjointProgram adjoint)
    {
        _adjoint = adjoint;
        _program = adjoint.Program;
        _graph = _program.Graph;
        _source = _program.Source;
        _headsAsLanes = HeadsFillLanes(_program);
        _axisOrder = _graph.AxisNames.ToList();
        _scheduler = new Scheduler(_graph, _axisOrder, _headsAsLanes, LeafExtent);
    }

    public static KernelProgram Lower(AdjointProgram adjoint) => new Lowerer(adjoint).Lower();

    private KernelProgram Lower()
    {
        IReadOnlyList<Component> components = _program.Components;
        AddLeafSlots();
        int[] inputGradientNodes = _adjoint.InputGradients.Where(n => n is not null).Select(n => n!.Value).ToArray();
        int[] forwardRoots = [.. _program.Outputs, .. components.SelectMany(ForwardNodes)];
        int[] adjointRoots = [.. inputGradientNodes, .. _adjoint.Components.SelectMany(AdjointNodes)];
        _scheduler.CountUses(forwardRoots.Concat(adjointRoots));
        _scheduler.Prefer(components.SelectMany(c => c.Operands));
        Stage prologue = _scheduler.SchedulePrologue(forwardRoots.Concat(adjointRoots));

        var stages = new List<Stage>();
        var operands = new int[components.Count][];
        var steps = new Stage[components.Count];
        var transitions = new Stage[components.Count];
        for (int c = 0; c < components.Count; c++)
        {
            stages.Add(_scheduler.Schedule([.. Hoisted(components[c]), .. OperandRoots(components[c])], out int[] slots));
            operands[c] = slots.Skip(slots.Length - components[c].Operands.Count).ToArray();
            steps[c] = components[c] is SequentialComponent sequential ? PerToken(sequential, sequential.Next) : new Stage([]);
            transitions[c] = components[c] is LinearComponent linear ? PerToken(linear, linear.Transition) : new Stage([]);
        }

        stages.Add(_scheduler.Schedule(
            _program.Outputs.Select((node, o) => new Root(node, _source.Outputs[o].Axes, SlotKind.Local, o, _source.Outputs[o].Name)).ToList(), out int[] outputs));

        var adjointStages = new Stage[components.Count + 1];
        var readGradients = new int[components.Count][];
        var stepAdjoints = new Stage[components.Count];
        int[] slopes = new int[components.Count];
        for (int c = components.Count - 1; c >= 0; c--)
        {
            (Root Root, int Position)[] reads = ReadGradientRoots(c).ToArray();
            adjointStages[c + 1] = _scheduler.Schedule([.. reads.Select(r => r.Root), .. StateGradientRoots(c), .. HoistedAdjoint(c), .. SlopeRoot(c)], out int[] slots);
            readGradients[c] = _adjoint.Components[c].Reads.Select((_, i) => Array.FindIndex(reads, r => r.Position == i))
                .Select(i => i < 0 ? -1 : slots[i]).ToArray();
            slopes[c] = _adjoint.Components[c].Slope is null ? -1 : slots[slots.Length - 1];
            stepAdjoints[c] = _scheduler.Schedule(RecurrentGradientRoots(c).ToList(), out _, perToken: true);
        }

        Root[] inputRoots = _source.Inputs.Select((input, i) => (input, i)).Where(p => _adjoint.InputGradients[p.i] is not null).Select(p => new Root(
            _adjoint.InputGradients[p.i]!.Value,
            p.input.Axes,
            SlotKind.InputGradient,
            p.i,
            "d" + Identifier.Capital(p.input.Name),
            Accumulate: p.input.SharedAcrossTime,
            ReduceTime: p.input.SharedAcrossTime,
            ReduceHead: p.input.SharedAcrossHeads && _headsAsLanes)).ToArray();
        adjointStages[0] = _scheduler.Schedule(inputRoots, out int[] inputSlots);
        int[] inputGradients = _source.Inputs.Select((_, i) => Array.FindIndex(inputRoots, r => r.Index == i)).Select(i => i < 0 ? -1 : inputSlots[i]).ToArray();

        return new KernelProgram(
            _program,
            _headsAsLanes,
            _axisOrder.ToEquatableArray(),
            _scheduler.Slots,
            prologue,
            stages,
            components.Select((component, c) => new LoweredComponent(
                component,
                operands[c].ToEquatableArray(),
                component is MemoryComponent m ? m.Reads.Select((_, i) => SlotOfGiven(GivenKind.Read, m.State, i)).ToEquatableArray() : default,
                component.Operands.Select((_, i) => _adjoint.Components[c].OperandGradients[i] is var given and >= 0 ? _scheduler.SlotOf(given)!.Value : -1).ToEquatableArray(),
                readGradients[c].ToEquatableArray(),
                slopes[c],
                steps[c],
                stepAdjoints[c],
                transitions[c])).ToList(),
            adjointStages,
            _scheduler.Places,
            _scheduler.Extent,
            outputs.ToEquatableArray(),
            inputGradients.ToEquatableArray());
    }

    /// <summary>
    /// Small states leave vector lanes empty: heads fill them instead. A state without axes does, and one whose only axis is summed over; where
    /// there is no state, outputs without axes do.
    /// </summary>
    private static bool HeadsFillLanes(SequenceProgram program)
    {
        if (program.Components.Count == 0)
        {
            return program.Source.Outputs.All(o => o.Axes.Count == 0);
        }

        var summed = new HashSet<string>(program.Source.Nodes.Where(n => n.Op is Op.Sum).Select(n => n.Axis!));
        return program.Components.All(c => c.HasHistory && c.States.All(s =>
        {
            EquatableArray<string> axes = program.Source.States[s].Axes;
            return axes.Count == 0 || (c is ElementwiseComponent or CoupledComponent && axes.Count == 1 && summed.Contains(axes[0]));
        }));
    }

    /// <summary>The nests that put a value for each state after the token where the states stand.</summary>
    private Stage PerToken(SequentialComponent component, EquatableArray<int> next) => _scheduler.Schedule(
        component.States.Select((s, i) => new Root(next[i], _source.States[s].Axes, SlotKind.Next, s, "")).ToList(), out _, perToken: true);

    private (bool Time, bool Head) LeafExtent(Node leaf)
    {
        if (leaf.Op == Op.TokenIndex)
        {
            return (true, false);
        }

        if (leaf.Op != Op.Input)
        {
            return (true, true);
        }

        InputInfo input = _source.Inputs[leaf.Index];
        return (!input.SharedAcrossTime, !input.SharedAcrossHeads);
    }

    private void AddLeafSlots()
    {
        // Inputs come first, so that slot i holds input i.
        for (int i = 0; i < _source.Inputs.Count; i++)
        {
            InputInfo input = _source.Inputs[i];
            int leaf = _graph.Input(i, input.Axes, input.Name);
            _scheduler.AddSlot(SlotKind.Input, i, input.Name, input.Axes, !input.SharedAcrossTime, !input.SharedAcrossHeads, leaf);
        }

        foreach (Node index in _source.Nodes.Where(n => n.Op == Op.TokenIndex))
        {
            _scheduler.AddSlot(SlotKind.TokenIndex, index.Index, index.Name!, default, true, false, _graph.TokenIndex(index.Name!, index.Index));
        }

        foreach (int s in _program.Components.Where(c => c.HasHistory).SelectMany(c => c.States))
        {
            StateInfo state = _source.States[s];
            string name = Identifier.Capital(state.Name);
            _scheduler.AddSlot(SlotKind.Previous, s, state.Name + "Previous", state.Axes, true, true, _graph.State(s, state.Axes, state.Name));
            _scheduler.AddSlot(SlotKind.PreviousGradient, s, "d" + name + "Previous", state.Axes, true, true);
            AddGivenSlot(GivenKind.Next, s, SlotKind.Next, state.Axes);
            AddGivenSlot(GivenKind.NextGradient, s, SlotKind.NextGradient, state.Axes);
        }

        // A direction stands where its state stands.
        foreach (LinearComponent linear in _program.Components.OfType<LinearComponent>())
        {
            for (int i = 0; i < linear.States.Count; i++)
            {
                _scheduler.Alias(linear.Directions[i], SlotKind.Previous, linear.States[i]);
            }
        }

        for (int g = 0; g < _program.Givens.Count; g++)
        {
            Given given = _program.Givens[g];
            int id = _program.NodeOf(g);
            if (given.Kind is GivenKind.Read or GivenKind.OperandGradient)
            {
                _scheduler.AddSlot(SlotKind.Engine, 0, given.Name, _graph[id].Axes, true, true, id);
            }
            else if (given.Kind == GivenKind.OutputGradient)
            {
                _scheduler.AddSlot(SlotKind.OutputGradient, given.Index, given.Name, _graph[id].Axes, true, true, id);
            }
        }
    }

    private void AddGivenSlot(GivenKind kind, int state, SlotKind slot, EquatableArray<string> axes)
    {
        int node = _program.NodeOf(kind, state, state);
        string name = _source.States[state].Name;
        string unique = slot == SlotKind.Next ? name + "Next" : "d" + Identifier.Capital(name) + "Next";
        _scheduler.AddSlot(slot, state, unique, axes, true, true, node < 0 ? null : node);
    }

    private int SlotOfGiven(GivenKind kind, int component, int index) =>
        _scheduler.SlotOf(_program.NodeOf(kind, component, index))!.Value;

    private static IEnumerable<int> ForwardNodes(Component component) =>
        component is LinearComponent linear ? linear.Next.Concat(linear.Transition)
        : component is SequentialComponent sequential ? sequential.Next
        : component.Operands.Select(o => o.Node);

    private static IEnumerable<int> AdjointNodes(ComponentAdjoint adjoint) =>
        adjoint.Reads.Concat(adjoint.Previous).Concat(adjoint.Next).Concat(adjoint.Recurrent).Append(adjoint.Slope?.Node).Where(n => n is not null).Select(n => n!.Value);

    private static IEnumerable<Root> OperandRoots(Component component) =>
        component.Operands.Select(o => new Root(o.Node, o.Axes, SlotKind.Local, 0, o.Name));

    /// <summary>What a sequential update needs that does not depend on its states is computed for all tokens at once.</summary>
    private IEnumerable<Root> Hoisted(Component component) => component is SequentialComponent sequential
        ? Hoist(
            ForwardNodes(sequential),
            sequential.States.Select(s => _graph.State(s, _source.States[s].Axes, _source.States[s].Name)).Concat(sequential is LinearComponent l ? l.Directions : []))
        : component is ElementwiseComponent or CoupledComponent ? HoistSmall(component) : [];

    /// <summary>What is costly and varies with less than an elementwise state does is computed once, not at every element.</summary>
    private List<Root> HoistSmall(Component component)
    {
        int rank = _source.States[component.States[0]].Axes.Count;
        var hoisted = new List<Root>();
        var seen = new HashSet<int>();
        foreach (Operand operand in component.Operands)
        {
            Visit(operand.Node);
        }

        return hoisted;

        void Visit(int id)
        {
            Node node = _graph[id];
            if (!seen.Add(id) || node.Arguments.Count == 0 || _scheduler.SlotOf(id) is not null || !_scheduler.Extent(id).Time)
            {
                return;
            }

            bool isSmall = node.Axes.Count < rank || (_headsAsLanes && !_scheduler.Extent(id).Head);
            if (isSmall && Scheduler.IsCostly(node.Op))
            {
                hoisted.Add(new Root(id, node.Axes, SlotKind.Local, 0, node.Name ?? "given"));
                return;
            }

            foreach (int argument in node.Arguments)
            {
                Visit(argument);
            }
        }
    }

    private IEnumerable<Root> HoistedAdjoint(int c) => _program.Components[c] is SequentialComponent sequential
        ? Hoist(
            _adjoint.Components[c].Recurrent.Where(n => n is not null).Select(n => n!.Value),
            Enumerable.Range(0, _graph.Nodes.Count).Where(n =>
                _graph[n].Op == Op.Given && _program.Givens[_graph[n].Index] is { Kind: GivenKind.NextGradient } given && sequential.States.Contains(given.Index)))
        : [];

    private List<Root> Hoist(IEnumerable<int> nodes, IEnumerable<int> carried)
    {
        int[] leaves = carried.ToArray();
        var hoisted = new List<Root>();
        var seen = new HashSet<int>();
        foreach (int node in nodes)
        {
            Visit(node);
        }

        return hoisted;

        void Visit(int id)
        {
            Node node = _graph[id];
            if (!seen.Add(id) || node.Arguments.Count == 0 || _scheduler.SlotOf(id) is not null)
            {
                return;
            }

            if (!AffineSplit.Depends(_graph, id, leaves))
            {
                if (_scheduler.Extent(id).Time)
                {
                    hoisted.Add(new Root(id, node.Axes, SlotKind.Local, 0, node.Name ?? "given"));
                }

                return;
            }

            foreach (int argument in node.Arguments)
            {
                Visit(argument);
            }
        }
    }

    private IEnumerable<(Root Root, int Position)> ReadGradientRoots(int c) => _program.Components[c] is MemoryComponent memory
        ? _adjoint.Components[c].Reads
            .Select((node, i) => (node, i))
            .Where(p => p.node is not null)
            .Select(p => (new Root(p.node!.Value, memory.ValueAxes, SlotKind.Local, 0, "d" + _program.Givens.First(g => g.Kind == GivenKind.Read && g.Component == memory.State && g.Index == p.i).Name), p.i))
        : [];

    private IEnumerable<Root> StateGradientRoots(int c)
    {
        ComponentAdjoint adjoint = _adjoint.Components[c];
        return Roots(c, adjoint.Previous, SlotKind.PreviousGradient).Concat(Roots(c, adjoint.Next, SlotKind.NextGradient));
    }

    private IEnumerable<Root> SlopeRoot(int c) => _adjoint.Components[c].Slope is { } slope ? [new Root(slope.Node, slope.Axes, SlotKind.Local, 0, slope.Name)] : [];

    private IEnumerable<Root> RecurrentGradientRoots(int c) => Roots(c, _adjoint.Components[c].Recurrent, SlotKind.PreviousGradient);

    private IEnumerable<Root> Roots(int c, IReadOnlyList<int?> nodes, SlotKind kind)
    {
        for (int i = 0; i < nodes.Count; i++)
        {
            if (nodes[i] is { } node)
            {
                int state = _program.Components[c].States[i];
                yield return new Root(node, _source.States[state].Axes, kind, state, "", Accumulate: true);
            }
        }
    }
}
