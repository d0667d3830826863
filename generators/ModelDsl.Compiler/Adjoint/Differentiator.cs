using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Adjoint;

/// <summary>Reverse-mode differentiation of a sequence program: pulls gradients back, from the outputs and then from one component after the other, last first.</summary>
public sealed class Differentiator
{
    private readonly SequenceProgram _program;
    private readonly GraphBuilder _graph;

    /// <summary>The gradient that has reached each leaf so far.</summary>
    private readonly Dictionary<int, int> _leafGradients = [];

    private Differentiator(SequenceProgram program)
    {
        _program = program;
        _graph = program.Graph;
    }

    public static AdjointProgram Differentiate(SequenceProgram program) => new Differentiator(program).Differentiate();

    private AdjointProgram Differentiate()
    {
        StepGraph source = _program.Source;
        PullBack(_program.Outputs.Select((node, o) =>
            (node, _program.AddGiven(GivenKind.OutputGradient, -1, o, source.Outputs[o].Axes, "d" + source.Outputs[o].Name))));
        var adjoints = new ComponentAdjoint[_program.Components.Count];
        for (int c = adjoints.Length - 1; c >= 0; c--)
        {
            adjoints[c] = Differentiate(c);
        }

        // The leaf of an input exists once; asking for it again finds it.
        int?[] inputs = source.Inputs.Select((input, i) => Gradient(_graph.Input(i, input.Axes, input.Name))).ToArray();
        return new AdjointProgram(_program, adjoints, inputs);
    }

    private ComponentAdjoint Differentiate(int c)
    {
        Component component = _program.Components[c];
        StepGraph source = _program.Source;
        int?[] reads = component is MemoryComponent memory
            ? memory.Reads.Select((_, i) => Gradient(_program.NodeOf(GivenKind.Read, memory.State, i))).ToArray()
            : [];
        int?[] previous = [], next = [], recurrent = [];
        ElementwiseComponent? curved = component is ElementwiseComponent { Semiring.IsReal: false } elementwise ? elementwise : null;
        int[] operands = component.Operands
            .Select((o, i) => curved is not null && o != curved.Input ? -1 : _program.AddGiven(GivenKind.OperandGradient, c, i, o.Axes, "d" + Identifier.Capital(o.Name)))
            .ToArray();
        if (component.HasHistory)
        {
            previous = component.States.Select(s => TakeGradient(StateLeaf(s))).ToArray();
            next = component.States.Select(s => Gradient(_program.NodeOf(GivenKind.Next, s, s))).ToArray();
        }

        Operand? slope = null;
        if (curved is not null)
        {
            slope = new Operand(Slope(curved), source.States[curved.State].Axes, source.States[curved.State].Name + "Slope");

            // What the engine makes the gradient of the input is that of the whole update; back to the state before the token goes the engine itself.
            PullBack([(curved.Next, operands[operands.Length - 1])]);
            TakeGradient(StateLeaf(curved.State));
        }
        else
        {
            PullBack(component.Operands.Select((o, i) => (o.Node, operands[i])));
        }

        if (component is SequentialComponent sequential)
        {
            PullBack(sequential.States.Select((s, i) =>
                (sequential.Next[i], _program.AddGiven(GivenKind.NextGradient, s, s, source.States[s].Axes, "d" + Identifier.Capital(source.States[s].Name) + "Next"))));
            recurrent = sequential.States.Select(s => TakeGradient(StateLeaf(s))).ToArray();
        }

        return new ComponentAdjoint(reads, previous, next, recurrent, operands, slope);
    }

    /// <summary>The derivative of a state's update by the state: element by element, since the update is.</summary>
    private int Slope(ElementwiseComponent component)
    {
        KeyValuePair<int, int>[] before = [.. _leafGradients];
        _leafGradients.Clear();
        PullBack([(component.Next, _graph.Constant(1))]);
        int slope = Gradient(StateLeaf(component.State)) ?? _graph.Constant(0);
        _leafGradients.Clear();
        foreach (KeyValuePair<int, int> leaf in before)
        {
            _leafGradients.Add(leaf.Key, leaf.Value);
        }

        return slope;
    }

    private int StateLeaf(int state) => _graph.State(state, _program.Source.States[state].Axes, _program.Source.States[state].Name);

    private int? Gradient(int leaf) => _leafGradients.TryGetValue(leaf, out int gradient) ? gradient : null;

    private int? TakeGradient(int leaf)
    {
        int? gradient = Gradient(leaf);
        _leafGradients.Remove(leaf);
        return gradient;
    }

    private void PullBack(IEnumerable<(int Node, int Gradient)> seeds)
    {
        var gradients = new SortedDictionary<int, int>();
        foreach ((int node, int gradient) in seeds)
        {
            // An operand may be spread over more axes than its node has.
            Accumulate(gradients, node, Unspread(gradient, _graph[gradient].Axes, _graph[node].Axes));
        }

        while (gradients.Count > 0)
        {
            int id = gradients.Keys.Last();
            int dy = gradients[id];
            gradients.Remove(id);
            Node node = _graph[id];
            if (node.Op is Op.Input or Op.State or Op.Given)
            {
                Accumulate(_leafGradients, id, dy);
                continue;
            }

            int?[] contributions = Derivatives.Of(_graph, id, dy);
            for (int i = 0; i < contributions.Length; i++)
            {
                int argument = node.Arguments[i];
                if (contributions[i] is { } contribution && !_graph.IsConstant(contribution, 0) && _graph[argument].Op is not (Op.Constant or Op.Extent or Op.TokenIndex))
                {
                    Accumulate(gradients, argument, Unspread(contribution, node.Axes, _graph[argument].Axes, node));
                }
            }
        }
    }

    private void Accumulate(IDictionary<int, int> gradients, int node, int gradient) =>
        gradients[node] = gradients.TryGetValue(node, out int other) ? _graph.Add(other, gradient) : gradient;

    /// <summary>The adjoint of spreading a value with axes <paramref name="to"/> over the axes <paramref name="from"/>: a sum over those that it lacks.</summary>
    private int Unspread(int gradient, EquatableArray<string> from, EquatableArray<string> to, Node? node = null)
    {
        if (node is { Op: Op.Rename or Op.Place or Op.Element })
        {
            return gradient;
        }

        foreach (string axis in from.Concat(_graph[gradient].Axes).Distinct().Where(axis => !to.Contains(axis)))
        {
            gradient = _graph.Reduce(Op.Sum, gradient, axis);
        }

        return gradient;
    }
}
