using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ModelDsl.Compiler;
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
    private readonly ComplexArithmetic _complex;
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
        _complex = new ComplexArithmetic(graph);
        _axes = axes;
        _cancellation = cancellation;
    }

    /// <summary>Where each node of the graph stands in the source.</summary>
    public IReadOnlyList<Location> Locations => _locations;

    /// <summary>Constants that were written as Exp of a positive constant, with where.</summary>
    public IReadOnlyDictionary<int, (Location Location, double Exponent)> PositiveExponentials => _exponentials;

    /// <param name="field">The state.</param>
    /// <param name="parts">The state as the graph has it: itself, or its real and imaginary part.</param>
    /// <param name="index">Of the first part.</param>
    public void DeclareState(IFieldSymbol field, IReadOnlyList<StateInfo> parts, int index)
    {
        _names.UnionWith(parts.Select(p => p.Name));
        int[] leaves = parts.Select((part, i) => _graph.State(index + i, part.Axes, part.Name)).ToArray();
        _stateLeaves.AddRange(leaves);
        _states.Add(field, new StateSlot(field, Leaf(leaves)));
        Locate(field.Locations[0]);
    }

    /// <inheritdoc cref="DeclareState"/>
    public void DeclareInput(IParameterSymbol parameter, IReadOnlyList<InputInfo> parts, int index)
    {
        _names.UnionWith(parts.Select(p => p.Name));
        _variables.Add(parameter, Leaf(parts.Select((part, i) => _graph.Input(index + i, part.Axes, part.Name))));
        Locate(parameter.Locations[0]);
    }

    /// <param name="parameter">A parameter that no caller passes.</param>
    /// <param name="what">What it holds.</param>
    /// <param name="axes">Its axes.</param>
    public void DeclareSupplied(IParameterSymbol parameter, Supply what, EquatableArray<string> axes)
    {
        Value value = what switch
        {
            Supply.TokenIndex => new NodeValue(_graph.TokenIndex(parameter.Name)),
            Supply.MiniBatchIndex => new NodeValue(_graph.TokenIndex(parameter.Name, within: 1)),
            Supply.Lag => new NodeValue(_graph.Lag(parameter.Name)),
            Supply.SequenceLength => new NodeValue(_graph.SequenceLength(parameter.Name)),
            _ => new ComplexValue(_graph.Delay(0, axes, parameter.Name + "Re"), _graph.Delay(1, axes, parameter.Name + "Im")),
        };
        Locate(parameter.Locations[0]);
        _names.Add(parameter.Name);
        _variables.Add(parameter, value);
    }

    /// <summary>Runs Step; null if it did not come to a value, which has been reported.</summary>
    public Value? Run(IMethodSymbol step, IOperation body)
    {
        _calls.Push(step);
        Flow flow = Execute(body);
        return flow == Flow.Return ? _returned : null;
    }

    /// <summary>The nodes that hold a state after the token: one, or both parts.</summary>
    public IReadOnlyList<int> NextState(IFieldSymbol field) => NodesOf(_states[field].Value);

    public bool IsAssigned(IFieldSymbol field) => _states[field].LastAssignment is not null;

    /// <summary>
    /// The node of a value that stands where a tensor of a type is expected, or the nodes of both parts of a complex one. C# has checked
    /// that the axes are the same; this holds the parser to it.
    /// </summary>
    public IReadOnlyList<int> ToNodes(Value value, ITypeSymbol type, SyntaxNode syntax) => NodesOf(OfType(value, type, syntax));

    private Value OfType(Value value, ITypeSymbol type, SyntaxNode syntax)
    {
        Value converted = Resolve(type).IsComplex() ? _complex.Spread(ToComplex(value, syntax)) : new NodeValue(ToNode(value, syntax));
        Locate(syntax.GetLocation());
        Resolve(type).IsTensor(out var markers);
        string[] expected = markers.Select(m => _axes.NameOf(Resolve(m))).ToArray();
        foreach (int node in NodesOf(converted))
        {
            EquatableArray<string> actual = _graph[node].Axes;
            if (expected.Length != actual.Count || !expected.All(actual.Contains))
            {
                throw new InvalidOperationException(
                    $"A value with axes [{string.Join(", ", actual)}] stands where [{string.Join(", ", expected)}] is expected, at '{syntax}'.");
            }
        }

        return converted;
    }

    private ComplexValue ToComplex(Value value, SyntaxNode syntax) => value as ComplexValue ?? _complex.OfReal(ToNode(value, syntax));

    private static IReadOnlyList<int> NodesOf(Value value) => value switch
    {
        ComplexValue { Re: var re, Im: var im } => [re, im],
        NodeValue { Node: var node } => [node],
        _ => [],
    };

    private static Value Leaf(IEnumerable<int> nodes)
    {
        int[] parts = nodes.ToArray();
        return parts is [var re, var im] ? new ComplexValue(re, im) : new NodeValue(parts[0]);
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
        switch (value)
        {
            case NodeValue { Node: var node }:
                Name(node, name);
                break;
            case ComplexValue { Re: var re, Im: var im }:
                Name(re, name + "Re");
                Name(im, name + "Im");
                break;
        }

        void Name(int node, string wanted)
        {
            if (_graph[node] is { Name: null, Arguments.Count: > 0 })
            {
                string unique = Identifier.Unique(wanted, _names.Contains);
                _names.Add(unique);
                _graph.SetName(node, unique);
            }
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
    private sealed class StateSlot(IFieldSymbol field, Value value)
    {
        public IFieldSymbol Field { get; } = field;

        public Value Value { get; set; } = value;

        public Location? LastAssignment { get; set; }

        public bool IsRead { get; set; }
    }
}
