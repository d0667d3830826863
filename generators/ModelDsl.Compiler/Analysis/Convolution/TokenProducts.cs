using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>
/// Gathers what tokens bring in products, so that what parameters make of it stands apart whichever way the product was written:
/// <code>
/// (b * x) * s   -->   b * (x * s)
/// </code>
/// </summary>
internal sealed class TokenProducts
{
    private readonly GraphBuilder _graph;
    private readonly StepGraph _source;
    private readonly List<bool> _varies = [], _hasState = [];
    private bool _isChanged;

    private TokenProducts(StepGraph source)
    {
        _source = source;
        _graph = new GraphBuilder(source.Axes.Select(a => a.Name));
    }

    /// <summary>The step with its products gathered; the step itself where there is nothing to gather.</summary>
    /// <param name="source">The step.</param>
    /// <param name="origin">For each node of the result, the node of the step that it came from.</param>
    public static StepGraph Gather(StepGraph source, out IReadOnlyList<int> origin)
    {
        var products = new TokenProducts(source);
        List<int> origins = [];
        int[] values = new int[source.Nodes.Count];
        for (int id = 0; id < values.Length; id++)
        {
            Node node = source.Nodes[id];
            values[id] = node.Op switch
            {
                Op.Input => products._graph.Input(node.Index, node.Axes, node.Name!),
                Op.State => products._graph.State(node.Index, node.Axes, node.Name!),
                Op.Multiply => products.Multiply(values[node.Arguments[0]], values[node.Arguments[1]]),
                _ => products._graph.Rebuild(node, node.Arguments.Select(a => values[a]).ToArray()),
            };
            products.Learn();
            if (node.Name is { } name)
            {
                products._graph.SetName(values[id], name);
            }

            while (origins.Count < products._graph.Nodes.Count)
            {
                origins.Add(id);
            }
        }

        origin = products._isChanged ? origins : [.. Enumerable.Range(0, values.Length)];
        return !products._isChanged ? source : source with
        {
            Nodes = products._graph.Nodes.ToEquatableArray(),
            NextStates = source.NextStates.Select(n => values[n]).ToEquatableArray(),
            Outputs = source.Outputs.Select(o => o with { Node = values[o.Node] }).ToEquatableArray(),
        };
    }

    private int Multiply(int x, int y)
    {
        if (!IsOfTokens(x) || !IsOfTokens(y))
        {
            return _graph.Multiply(x, y);
        }

        (int? Constant, int Token) first = Parts(x), second = Parts(y);
        if (first.Constant is null && second.Constant is null)
        {
            return _graph.Multiply(x, y);
        }

        _isChanged = true;
        int tokens = _graph.Multiply(first.Token, second.Token);
        int constant = first.Constant is { } a && second.Constant is { } b ? _graph.Multiply(a, b) : first.Constant ?? second.Constant!.Value;
        return _graph.Multiply(constant, tokens);
    }

    /// <summary>The factors of a product of which one is of parameters and constants alone.</summary>
    private (int? Constant, int Token) Parts(int id)
    {
        if (_graph[id] is { Op: Op.Multiply, Arguments: var factors })
        {
            if (IsConstant(factors[0]))
            {
                return (factors[0], factors[1]);
            }

            if (IsConstant(factors[1]))
            {
                return (factors[1], factors[0]);
            }
        }

        return (null, id);
    }

    private bool IsOfTokens(int id) => _varies[id] && !_hasState[id];

    private bool IsConstant(int id) => !_varies[id] && !_hasState[id];

    /// <summary>The same of new nodes as <see cref="TokenDependence"/> knows of those of a step.</summary>
    private void Learn()
    {
        for (int id = _varies.Count; id < _graph.Nodes.Count; id++)
        {
            Node node = _graph[id];
            _hasState.Add(node.Op == Op.State || node.Arguments.Any(a => _hasState[a]));
            _varies.Add(node.Arguments.Count == 0 ? TokenDependence.LeafVaries(_source, node) : node.Arguments.Any(a => _varies[a]));
        }
    }
}
