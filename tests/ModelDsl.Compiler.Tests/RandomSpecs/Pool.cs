namespace ModelDsl.Compiler.Tests.RandomSpecs;

/// <summary>A value that statements may use again.</summary>
/// <param name="Type">Its C# type.</param>
/// <param name="Text">A local, a parameter, or a state as it stands where the text is used.</param>
/// <param name="States">The states that it is made of.</param>
internal sealed record PooledValue(string Type, string Text, IReadOnlyCollection<string> States)
{
    /// <summary>Whether it is between zero and one, as multipliers are.</summary>
    public bool IsShare { get; init; }
}

/// <summary>
/// The values that a spec has so far, and which of them a state may use without waiting for itself: what stands between states is what decides which modes are legal, so specs
/// that cross states at will would nearly all have the recurrent mode alone.
/// </summary>
internal sealed class Pool(Choices choices)
{
    private readonly List<PooledValue> _values = [];

    /// <summary>For each state, those that its updates use.</summary>
    private readonly Dictionary<string, HashSet<string>> _sources = [];

    public void Declare(string state) => _sources.Add(state, []);

    public PooledValue Last => _values[^1];

    public void Add(PooledValue value) => _values.Add(value);

    /// <summary>A value of a type that a state may use in any function; null if there is none.</summary>
    /// <param name="type">The C# type.</param>
    /// <param name="state">The state whose update or read asks for it; null for what no state waits for.</param>
    /// <param name="isShare">Whether it must be between zero and one.</param>
    public PooledValue? Take(string type, string? state, bool isShare = false)
    {
        // Now and then a state uses what it likes: then states wait for each other, and few modes are left.
        bool any = state is null || choices.OneIn(20);
        PooledValue[] fitting = [.. _values.Where(v => v.Type == type && (!isShare || v.IsShare) && (any || !v.States.Any(s => DependsOn(s, state!))))];
        if (fitting.Length == 0)
        {
            return null;
        }

        PooledValue taken = fitting[choices.Below(fitting.Length)];
        if (state is not null)
        {
            _sources[state].UnionWith(taken.States.Where(s => s != state));
        }

        return taken;
    }

    /// <summary>Says that the update of a state uses another one.</summary>
    public void Uses(string state, IEnumerable<string> others) => _sources[state].UnionWith(others.Where(s => s != state));

    private bool DependsOn(string state, string other)
    {
        var seen = new HashSet<string>();
        return Visit(state);

        bool Visit(string s) => s == other || (seen.Add(s) && _sources[s].Any(Visit));
    }
}
