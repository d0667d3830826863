namespace ModelDsl.Compiler.Graph;

/// <summary>
/// Builds the nodes of a step graph. Equal nodes are made once, constants are folded, and multiplying by one or adding zero
/// leaves no trace, so that what is emitted later holds no line that a reader would not have written.
/// </summary>
public sealed class GraphBuilder
{
    private readonly List<Node> _nodes = [];
    private readonly Dictionary<Node, int> _ids = [];
    private readonly Dictionary<string, int> _axisOrder = [];

    /// <param name="axes">All axis names, in the order in which broadcast results list them. More may be added by <see cref="AddAxis"/>.</param>
    public GraphBuilder(IEnumerable<string> axes)
    {
        foreach (string axis in axes)
        {
            AddAxis(axis);
        }
    }

    public IReadOnlyList<Node> Nodes => _nodes;

    public IEnumerable<string> AxisNames => _axisOrder.OrderBy(a => a.Value).Select(a => a.Key);

    public Node this[int id] => _nodes[id];

    public void AddAxis(string axis)
    {
        if (!_axisOrder.ContainsKey(axis))
        {
            _axisOrder.Add(axis, _axisOrder.Count);
        }
    }

    public int Input(int index, IEnumerable<string> axes, string name) =>
        Add(new Node(Op.Input, default, axes.ToEquatableArray(), Index: index, Name: name));

    public int State(int index, IEnumerable<string> axes, string name) =>
        Add(new Node(Op.State, default, axes.ToEquatableArray(), Index: index, Name: name));

    public int Given(int index, IEnumerable<string> axes, string name) =>
        Add(new Node(Op.Given, default, axes.ToEquatableArray(), Index: index, Name: name));

    public int Constant(double value) => Add(new Node(Op.Constant, default, default, Value: value));

    public int Extent(string axis) => Add(new Node(Op.Extent, default, default, Axis: axis));

    public int TokenIndex(string name, int within = 0) => Add(new Node(Op.TokenIndex, default, default, Index: within, Name: name));

    /// <summary>Names a value after the local that holds it, unless it has a name or is a leaf.</summary>
    public void SetName(int id, string name)
    {
        Node node = _nodes[id];
        if (node.Name is null && node.Op is not (Op.Constant or Op.Input or Op.State or Op.Given or Op.Extent or Op.TokenIndex))
        {
            _nodes[id] = node with { Name = name };
        }
    }

    public int Unary(Op op, int x)
    {
        if (_nodes[x].Op == Op.Constant && Fold(op, _nodes[x].Value) is { } folded)
        {
            return Constant(folded);
        }

        if (op == Op.Negate && _nodes[x].Op == Op.Negate)
        {
            return _nodes[x].Arguments[0];
        }

        return Add(new Node(op, EquatableArray.Of(x), _nodes[x].Axes));
    }

    public int Binary(Op op, int x, int y)
    {
        Node a = _nodes[x], b = _nodes[y];
        if (a.Op == Op.Constant && b.Op == Op.Constant && Fold(op, a.Value, b.Value) is { } folded)
        {
            return Constant(folded);
        }

        bool scalarY = b.Axes.Count == 0 || b.Axes.All(a.Axes.Contains);
        bool scalarX = a.Axes.Count == 0 || a.Axes.All(b.Axes.Contains);
        switch (op)
        {
            case Op.Add when IsConstant(y, 0): return x;
            case Op.Add when IsConstant(x, 0): return y;
            case Op.Add when b.Op == Op.Negate: return Binary(Op.Subtract, x, b.Arguments[0]);
            case Op.Subtract when IsConstant(y, 0): return x;
            case Op.Subtract when IsConstant(x, 0): return Unary(Op.Negate, y);
            case Op.Subtract when b.Op == Op.Negate: return Binary(Op.Add, x, b.Arguments[0]);
            case Op.Multiply when IsConstant(y, 1): return x;
            case Op.Multiply when IsConstant(x, 1): return y;
            case Op.Multiply when IsConstant(y, -1): return Unary(Op.Negate, x);
            case Op.Multiply when IsConstant(x, -1): return Unary(Op.Negate, y);
            case Op.Multiply when IsConstant(y, 0) && scalarY && a.Axes.Count == 0: return y;
            case Op.Multiply when IsConstant(x, 0) && scalarX && b.Axes.Count == 0: return x;
            case Op.Divide when IsConstant(y, 1): return x;
        }

        return Add(new Node(op, EquatableArray.Of(x, y), Union(a.Axes, b.Axes)));
    }

    public int Where(int condition, int x, int y) =>
        Add(new Node(Op.Where, EquatableArray.Of(condition, x, y), Union(Union(_nodes[condition].Axes, _nodes[x].Axes), _nodes[y].Axes)));

    /// <summary>A reduction over an axis; a value that does not vary along it is summed by multiplying.</summary>
    public int Reduce(Op op, int x, string axis) => !_nodes[x].Axes.Contains(axis)
        ? op == Op.Sum ? Multiply(x, Extent(axis)) : x
        : Add(new Node(op, EquatableArray.Of(x), _nodes[x].Axes.Where(a => a != axis).ToEquatableArray(), Axis: axis));

    public int Element(int x, string axis, int index) => !_nodes[x].Axes.Contains(axis)
        ? x
        : Add(new Node(Op.Element, EquatableArray.Of(x), _nodes[x].Axes.Where(a => a != axis).ToEquatableArray(), Index: index, Axis: axis));

    public int Place(int x, string axis, int index) =>
        Add(new Node(Op.Place, EquatableArray.Of(x), Union(_nodes[x].Axes, EquatableArray.Of(axis)), Index: index, Axis: axis));

    public int Rename(int x, string axis, string newAxis) => axis == newAxis || !_nodes[x].Axes.Contains(axis)
        ? x
        : Add(new Node(Op.Rename, EquatableArray.Of(x), _nodes[x].Axes.Select(a => a == axis ? newAxis : a).ToEquatableArray(), Axis: axis, NewAxis: newAxis));

    public int QuarterTurn(int x, string axis) =>
        Add(new Node(Op.QuarterTurn, EquatableArray.Of(x), Union(_nodes[x].Axes, EquatableArray.Of(axis)), Axis: axis));

    public int Shift(int x, string axis, int offset) => offset == 0 || IsConstant(x, 0)
        ? x
        : Add(new Node(Op.Shift, EquatableArray.Of(x), Union(_nodes[x].Axes, EquatableArray.Of(axis)), Index: offset, Axis: axis));

    public int Add(int x, int y) => Binary(Op.Add, x, y);

    public int Subtract(int x, int y) => Binary(Op.Subtract, x, y);

    public int Multiply(int x, int y) => Binary(Op.Multiply, x, y);

    public int Divide(int x, int y) => Binary(Op.Divide, x, y);

    public int Negate(int x) => Unary(Op.Negate, x);

    /// <summary>The product of two values, summed over one axis.</summary>
    public int Dot(int x, int y, string axis) => Reduce(Op.Sum, Multiply(x, y), axis);

    /// <summary>The operation of a node of another graph, on arguments of this one.</summary>
    public int Rebuild(Node node, IReadOnlyList<int> arguments) => node.Op switch
    {
        Op.Constant => Constant(node.Value),
        Op.Extent => Extent(node.Axis!),
        Op.TokenIndex => TokenIndex(node.Name!, node.Index),
        Op.Sum or Op.MaxOver => Reduce(node.Op, arguments[0], node.Axis!),
        Op.Where => Where(arguments[0], arguments[1], arguments[2]),
        Op.Element => Element(arguments[0], node.Axis!, node.Index),
        Op.Place => Place(arguments[0], node.Axis!, node.Index),
        Op.Rename => Rename(arguments[0], node.Axis!, node.NewAxis!),
        Op.QuarterTurn => QuarterTurn(arguments[0], node.Axis!),
        Op.Shift => Shift(arguments[0], node.Axis!, node.Index),
        _ => arguments.Count == 1 ? Unary(node.Op, arguments[0]) : Binary(node.Op, arguments[0], arguments[1]),
    };

    public bool IsConstant(int id, double value) => _nodes[id].Op == Op.Constant && _nodes[id].Value == value;

    private EquatableArray<string> Union(EquatableArray<string> a, EquatableArray<string> b)
    {
        if (b.All(a.Contains))
        {
            return a;
        }

        return a.All(b.Contains) ? b : a.Concat(b).Distinct().OrderBy(axis => _axisOrder[axis]).ToEquatableArray();
    }

    private int Add(Node node)
    {
        // The name is for readers: two values that differ in nothing else are one.
        Node key = node with { Name = null };
        if (!_ids.TryGetValue(key, out int id))
        {
            id = _nodes.Count;
            _nodes.Add(node);
            _ids.Add(key, id);
        }

        return id;
    }

    private static double? Fold(Op op, double x) => op switch
    {
        Op.Negate => -x,
        Op.Exp => Math.Exp(x),
        Op.Log when x > 0 => Math.Log(x),
        Op.Sqrt when x >= 0 => Math.Sqrt(x),
        Op.Rsqrt when x > 0 => 1 / Math.Sqrt(x),
        Op.Abs => Math.Abs(x),
        Op.Detach => x,
        _ => null,
    };

    private static double? Fold(Op op, double x, double y) => op switch
    {
        Op.Add => x + y,
        Op.Subtract => x - y,
        Op.Multiply => x * y,
        Op.Divide when y != 0 => x / y,
        Op.Max => Math.Max(x, y),
        Op.Min => Math.Min(x, y),
        _ => null,
    };
}
