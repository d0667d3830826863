namespace ModelDsl.Compiler.Graph;

/// <summary>One token's step, as a graph over named axes. Nodes are in topological order: a node's arguments come before it.</summary>
/// <param name="Name">The name of the spec.</param>
/// <param name="Axes">The named axes, in the order in which they first appear (states first, then inputs, then the body).</param>
/// <param name="Inputs">The parameters of Step, in order.</param>
/// <param name="States">The states, in order of declaration.</param>
/// <param name="Nodes">The nodes. The node of input i and of state i are leaves that refer to them by <see cref="Node.Index"/>.</param>
/// <param name="NextStates">For each state, the node that holds it after the token.</param>
/// <param name="Outputs">What Step returns.</param>
/// <param name="MiniBatch">The tokens of a mini-batch where a call does not say; 0 if the step knows no mini-batches.</param>
public sealed record StepGraph(
    string Name,
    EquatableArray<AxisInfo> Axes,
    EquatableArray<InputInfo> Inputs,
    EquatableArray<StateInfo> States,
    EquatableArray<Node> Nodes,
    EquatableArray<int> NextStates,
    EquatableArray<OutputInfo> Outputs,
    int MiniBatch = 0)
{
    /// <summary>Whether the step convolves with kernels of its own.</summary>
    public bool IsConvolution => Nodes.Any(n => n.Op is Op.Convolve or Op.ConvolveByFrequency);

    /// <summary>For each node, whether it is one of some leaves or uses any of them.</summary>
    public bool[] Using(Func<Node, bool> isLeaf)
    {
        var uses = new bool[Nodes.Count];
        for (int id = 0; id < uses.Length; id++)
        {
            uses[id] = Nodes[id].Arguments.Count == 0 ? isLeaf(Nodes[id]) : Nodes[id].Arguments.Any(a => uses[a]);
        }

        return uses;
    }
}

/// <param name="Name">The name of the marker type.</param>
/// <param name="FixedSize">Its size if fixed by an attribute.</param>
public sealed record AxisInfo(string Name, int? FixedSize);

/// <param name="Axes">Axis names in declared order.</param>
/// <param name="SharedAcrossTime">Whether the input is a parameter.</param>
/// <param name="SharedAcrossHeads">Whether the input is the same for all heads.</param>
public sealed record InputInfo(string Name, EquatableArray<string> Axes, bool SharedAcrossTime, bool SharedAcrossHeads);

/// <param name="Axes">Axis names in declared order.</param>
/// <param name="StaleOf">
/// Which state this one is a copy of, made by the runtime before the first token of each mini-batch; null for a state of the spec's own. The step
/// itself leaves a copy as it is: its next state is its own leaf.
/// </param>
public sealed record StateInfo(string Name, EquatableArray<string> Axes, int? StaleOf = null);

/// <param name="Name">The name of the tuple element, or "output".</param>
/// <param name="Node">The node that holds it.</param>
/// <param name="Axes">Axis names in declared order.</param>
public sealed record OutputInfo(string Name, int Node, EquatableArray<string> Axes);

/// <param name="Op">What it computes.</param>
/// <param name="Arguments">Indices of earlier nodes.</param>
/// <param name="Axes">The axes of the result, in declared order (for broadcasts: the order of <see cref="StepGraph.Axes"/>).</param>
/// <param name="Index">Which input or state (leaves), or the constant index (<see cref="Op.Element"/>, <see cref="Op.Place"/>), or by how much (<see cref="Op.Shift"/>).</param>
/// <param name="Value">The value of a constant.</param>
/// <param name="Axis">The axis that the operation is about.</param>
/// <param name="NewAxis">For <see cref="Op.Rename"/>.</param>
/// <param name="Name">The name of the local that the spec gave this value, if any: generated code uses it.</param>
public sealed record Node(
    Op Op,
    EquatableArray<int> Arguments,
    EquatableArray<string> Axes,
    int Index = 0,
    double Value = 0,
    string? Axis = null,
    string? NewAxis = null,
    string? Name = null);
