using Microsoft.CodeAnalysis;
using ModelDsl.Compiler.Graph;
using ModelDsl.Generators.Diagnostics;

namespace ModelDsl.Generators.Parsing;

internal sealed partial class StepInterpreter
{
    /// <summary>What the states hold before the token; a complex one has two.</summary>
    private readonly List<int> _stateLeaves = [];
    private readonly List<StaleCopy> _copies = [];

    /// <summary>The copies of states that Stale asks for, in order of their first use: states of their own, after those of the spec.</summary>
    public IReadOnlyList<StaleCopy> Copies => _copies;

    /// <summary>The copy of a state from before the mini-batch. A state that has moved on has none: what is meant would hang on the order of statements.</summary>
    private int Stale(int argument, SyntaxNode call)
    {
        if (!_stateLeaves.Contains(argument))
        {
            throw SpecException.At(call, Rules.StaleOfNoState, _copies.Any(c => c.Node == argument)
                ? "what stands here is as it stood then already. Call Stale once"
                : StateUnder(argument) is { } moved
                ? $"what stands here is '{moved}' after it has changed. Call Stale before '{moved}' is assigned, and keep the result in a local"
                : "what stands here is no state of the recurrence. Write the name of a field marked [State]");
        }

        Node state = _graph[argument];
        if (_copies.Find(c => c.Of == state.Index) is { } known)
        {
            return known.Node;
        }

        string name = state.Name!, unique = Identifier.Unique("Stale" + Identifier.Capital(name), _names.Contains);
        _names.Add(unique);
        int node = _graph.State(_stateLeaves.Count + _copies.Count, state.Axes, unique);
        Locate(call.GetLocation());
        _copies.Add(new StaleCopy(state.Index, unique, node));
        return node;
    }

    /// <summary>A state that a value is made of, or null.</summary>
    private string? StateUnder(int node) => _graph[node] is { Op: Op.State, Name: var name }
        ? name
        : _graph[node].Arguments.Select(StateUnder).FirstOrDefault(n => n is not null);

    /// <param name="Of">Which state of the spec.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Node">Its leaf.</param>
    internal sealed record StaleCopy(int Of, string Name, int Node);
}
