using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>For each node of a step: whether it uses a state, and whether it uses anything else that differs from token to token.</summary>
internal sealed class TokenDependence
{
    private readonly StepGraph _source;
    private readonly bool[] _hasState;
    private readonly bool[] _varies;

    public TokenDependence(StepGraph source)
    {
        _source = source;
        _hasState = source.Using(leaf => leaf.Op == Op.State);
        _varies = source.Using(leaf => LeafVaries(source, leaf));
    }

    public bool HasState(int id) => _hasState[id];

    /// <summary>Whether a value is the same for all tokens: made of parameters and constants.</summary>
    public bool IsConstant(int id) => !_hasState[id] && !_varies[id];

    /// <summary>What makes a value differ from token to token, by name.</summary>
    public string Varying(int id)
    {
        Node node = _source.Nodes[id];
        return node.Arguments.Count == 0
            ? node.Name ?? node.Op.ToString()
            : Varying(node.Arguments.First(a => _varies[a] || _hasState[a]));
    }

    /// <summary>Whether a leaf other than a state differs from token to token.</summary>
    public static bool LeafVaries(StepGraph source, Node leaf) => leaf.Op switch
    {
        Op.Constant or Op.Extent or Op.State => false,
        Op.Input => !source.Inputs[leaf.Index].SharedAcrossTime,
        _ => true,
    };
}
