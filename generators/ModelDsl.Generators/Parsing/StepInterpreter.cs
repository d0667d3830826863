using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ModelDsl.Compiler.Graph;
using ModelDsl.Generators.Diagnostics;

namespace ModelDsl.Generators.Parsing;

/// <summary>
/// Runs Step on symbols instead of numbers: what it computes on the way is the graph. Loops unroll, helpers inline and constant
/// conditions choose simply by being run.
/// </summary>
/// <remarks>
/// Helpers may not be recursive, so at any time there is at most one activation of each method, and one table holds the locals of all.
/// </remarks>
internal sealed partial class StepInterpreter
{
    /// <summary>Iterations of all loops of a spec together: more would make unreadable code of what should be an axis.</summary>
    private const int MaxIterations = 1024;

    private readonly Compilation _compilation;
    private readonly DiagnosticBag _diagnostics;
    private readonly GraphBuilder _graph;
    private readonly AxisTable _axes;
    private readonly CancellationToken _cancellation;
    private readonly Dictionary<ISymbol, Value> _variables = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ITypeSymbol, ITypeSymbol> _typeArguments = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ISymbol, StateSlot> _states = new(SymbolEqualityComparer.Default);
    private readonly Stack<IMethodSymbol> _calls = new();
    private readonly HashSet<string> _names = [];
    private readonly List<Location> _locations = [];
    private readonly Dictionary<int, (Location Location, double Exponent)> _exponentials = [];
    private Value? _returned;
    private int _iterations;

    public StepInterpreter(
        Compilation compilation, DiagnosticBag diagnostics, GraphBuilder graph, AxisTable axes, CancellationToken cancellation)
    {
        _compilation = compilation;
        _diagnostics = diagnostics;
        _graph = graph;
        _axes = axes;
        _cancellation = cancellation;
    }

    /// <summary>Where each node of the graph stands in the source.</summary>
    public IReadOnlyList<Location> Locations => _locations;

    /// <summary>Constants that were written as Exp of a positive constant, with where.</summary>
    public IReadOnlyDictionary<int, (Location Location, double Exponent)> PositiveExponentials => _exponentials;

    public void DeclareState(IFieldSymbol field, StateInfo info, int index)
    {
        int node = _graph.State(index, info.Axes, info.Name);
        Locate(field.Locations[0]);
        _names.Add(info.Name);
        _states.Add(field, new StateSlot(field, node));
    }

    public void DeclareInput(IParameterSymbol parameter, InputInfo info, int index)
    {
        int node = _graph.Input(index, info.Axes, info.Name);
        Locate(parameter.Locations[0]);
        _names.Add(info.Name);
        _variables.Add(parameter, new NodeValue(node));
    }

    /// <param name="parameter">The parameter.</param>
    /// <param name="within">0 for the position in the sequence, 1 for that in the mini-batch.</param>
    public void DeclareTokenIndex(IParameterSymbol parameter, int within)
    {
        int node = _graph.TokenIndex(parameter.Name, within);
        Locate(parameter.Locations[0]);
        _names.Add(parameter.Name);
        _variables.Add(parameter, new NodeValue(node));
    }

    /// <summary>Runs Step; null if it did not come to a value, which has been reported.</summary>
    public Value? Run(IMethodSymbol step, IOperation body)
    {
        _calls.Push(step);
        Flow flow = Execute(body);
        return flow == Flow.Return ? _returned : null;
    }

    /// <summary>The node that holds a state after the token.</summary>
    public int NextState(IFieldSymbol field) => _states[field].Node;

    public bool IsAssigned(IFieldSymbol field) => _states[field].LastAssignment is not null;

    /// <summary>The node of a value that stands where a tensor of a type is expected. C# has checked that the axes are the same; this holds the parser to it.</summary>
    public int ToNode(Value value, ITypeSymbol type, SyntaxNode syntax)
    {
        int node = ToNode(value, syntax);
        Resolve(type).IsTensor(out var markers);
        string[] expected = markers.Select(m => _axes.NameOf(Resolve(m))).ToArray();
        EquatableArray<string> actual = _graph[node].Axes;
        return expected.Length == actual.Count && expected.All(actual.Contains)
            ? node
            : throw new InvalidOperationException(
                $"A value with axes [{string.Join(", ", actual)}] stands where [{string.Join(", ", expected)}] is expected, at '{syntax}'.");
    }

    private int ToNode(Value value, SyntaxNode syntax)
    {
        switch (value)
        {
            case NodeValue { Node: var node }:
                return node;
            case ConstantValue { Value: var constant } when Constants.IsNumber(constant):
                int id = _graph.Constant(Constants.ToDouble(constant));
                Locate(syntax.GetLocation());
                return id;
            case PoisonValue:
                throw SpecException.Silent();
            default:
                throw SpecException.At(syntax, Rules.UnsupportedExpression, "this value where a tensor is expected", "Write a Scalar, a Tensor or a number");
        }
    }

    /// <summary>Nodes made since the last call stand at a location: the innermost expression that makes a node is evaluated first.</summary>
    private void Locate(Location location)
    {
        while (_locations.Count < _graph.Nodes.Count)
        {
            _locations.Add(location);
        }
    }

    /// <summary>Type parameters of the helpers that are being inlined stand for the types that they were called with.</summary>
    private ITypeSymbol Resolve(ITypeSymbol type)
    {
        if (_typeArguments.TryGetValue(type, out ITypeSymbol? argument))
        {
            return argument;
        }

        return type is INamedTypeSymbol { IsGenericType: true, IsUnboundGenericType: false } named && _typeArguments.Count > 0
            ? named.OriginalDefinition.Construct(named.TypeArguments.Select(Resolve).ToArray())
            : type;
    }

    private void NameValue(Value value, string name)
    {
        if (value is NodeValue { Node: var node } && _graph[node] is { Name: null, Arguments.Count: > 0 })
        {
            name = UniqueName.For(name, _names.Contains);
            _names.Add(name);
            _graph.SetName(node, name);
        }
    }

    private enum Flow
    {
        Next,
        Break,
        Continue,
        Return,
    }

    /// <summary>What a state holds, and whether anyone has read it since it was assigned.</summary>
    private sealed class StateSlot(IFieldSymbol field, int node)
    {
        public IFieldSymbol Field { get; } = field;

        /// <summary>Its leaf: what it holds before the token.</summary>
        public int Incoming { get; } = node;

        public int Node { get; set; } = node;

        public Location? LastAssignment { get; set; }

        public bool IsRead { get; set; }
    }
}
