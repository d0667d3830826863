using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Lowering;

/// <summary>
/// Names of values in generated code: what the spec calls them, else what an engine wants them as, else what they are: "qDotK", "expG".
/// </summary>
internal sealed class NodeNames(GraphBuilder graph)
{
    private readonly Dictionary<int, string> _preferred = [];

    public void Prefer(IEnumerable<Operand> operands)
    {
        foreach (Operand operand in operands.Where(o => !_preferred.ContainsKey(o.Node)))
        {
            _preferred.Add(operand.Node, operand.Name);
        }
    }

    public string Of(int id, string? wantedAs = null) => graph[id].Name ?? (_preferred.TryGetValue(id, out string? name) ? name : wantedAs) ?? Describe(id);

    private string Describe(int id)
    {
        Node node = graph[id];
        string First() => Short(node.Arguments[0]) ?? "value";
        switch (node.Op)
        {
            case Op.Sum when graph[node.Arguments[0]] is { Op: Op.Multiply } product:
                return Short(product.Arguments[0]) is { } a && Short(product.Arguments[1]) is { } b ? $"{a}Dot{Identifier.Capital(b)}" : "sumOver" + node.Axis;
            case Op.Sum: return "sumOver" + node.Axis;
            case Op.MaxOver: return "maxOver" + node.Axis;
            case Op.Multiply or Op.Add or Op.Subtract or Op.Divide or Op.Where: return "value";
            default: return char.ToLowerInvariant(node.Op.ToString()[0]) + node.Op.ToString().Substring(1) + (node.Arguments.Count == 1 ? Identifier.Capital(First()) : "");
        }
    }

    /// <summary>The name of a value that has one of its own.</summary>
    private string? Short(int id) => graph[id].Name ?? (_preferred.TryGetValue(id, out string? name) ? name : null);
}
