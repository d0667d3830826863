using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>Makes the normal form of a memory from its update and its reads, or says why there is none.</summary>
internal sealed class MemoryBuilder(SequenceProgram program, Rewriter rewriter, EquatableArray<string> keyAxes, MemoryForm update, int nextNode)
{
    private readonly GraphBuilder _graph = program.Graph;
    private readonly ScaledMemory _carried = update.Parts[0];
    private readonly StateInfo _state = program.Source.States[update.Parts[0].State];
    private readonly List<int> _reads = rewriter.Reads.TryGetValue(update.Parts[0].State, out List<int>? reads) ? reads : [];
    private readonly List<int> _readKeys = rewriter.ReadKeys.TryGetValue(update.Parts[0].State, out List<int>? keys) ? keys : [];

    private EquatableArray<string> ValueAxes => _state.Axes.Where(a => !keyAxes.Contains(a)).ToEquatableArray();

    /// <summary>What engines take: as many reads and writes per token as MemoryOperands in ModelDsl.Kernels.Cpu.</summary>
    private const int MaximumReadsOrWrites = 8;

    public MemoryComponent Build()
    {
        if (_reads.Count == 0)
        {
            throw new NotAMemoryException(_carried.State, nextNode, $"nothing is read from '{_state.Name}' over {string.Join(" and ", keyAxes)}", isOtherAxis: true);
        }

        if (Math.Max(_reads.Count, update.Terms.Count) > MaximumReadsOrWrites)
        {
            throw Refuse($"a token reads it with {Number(_reads.Count)} key{(_reads.Count == 1 ? "" : "s")} and writes to it {Number(update.Terms.Count)} times, but at most {Number(MaximumReadsOrWrites)} of each run in parallel");
        }

        foreach (int key in _readKeys)
        {
            RequireFree(key, "a key that it is read with depends on what was read from it");
        }

        var writes = update.Terms.Select(Write).ToList();
        if (_carried.KeyFactor is { } k)
        {
            RequireFree(k, "its decay depends on what was read from it");
        }

        if (_carried.ValueFactor is { } v)
        {
            RequireFree(v, "its decay depends on what was read from it");
        }

        return new MemoryComponent(
            _carried.State,
            keyAxes,
            ValueAxes,
            _readKeys.Select((key, i) => new Operand(key, keyAxes, Name("Query", i, _readKeys.Count))).ToList(),
            writes,
            _carried.KeyFactor is { } keyDecay ? new Operand(keyDecay, _graph[keyDecay].Axes.Count == 0 ? default : keyAxes, Name("Decay")) : null,
            _carried.ValueFactor is { } valueDecay ? new Operand(valueDecay, ValueAxes, Name("ValueDecay")) : null);
    }

    private MemoryWrite Write(OuterTerm term, int index)
    {
        RequireFree(term.Key, "a key that it is written with depends on what was read from it");
        int count = update.Terms.Count;
        AffineSplit.Form form = AffineSplit.Of(_graph, term.Write, _reads, out _)
            ?? throw Refuse("what is written is not linear, value by value, in what was read");
        foreach (int coefficient in form.Coefficients.Values)
        {
            RequireFree(coefficient, "what is written is not linear in what was read");
        }

        return new MemoryWrite(
            new Operand(term.Key, keyAxes, Name("Key", index, count)),
            _graph.IsConstant(form.Base, 0) ? null : new Operand(form.Base, ValueAxes, Name("Value", index, count)),
            _reads.Select((read, i) => Feedback(form, read, Name("Feedback", index, count) + (_reads.Count > 1 ? "Of" + Number(i) : ""))).ToList());
    }

    private Operand? Feedback(AffineSplit.Form form, int read, string name) =>
        form.Coefficients.TryGetValue(read, out int c) && !_graph.IsConstant(c, 0)
            ? new Operand(c, _graph[c].Axes.Count == 0 ? default : ValueAxes, name)
            : null;

    private void RequireFree(int node, string reason)
    {
        if (AffineSplit.Depends(_graph, node, _reads))
        {
            throw Refuse(reason);
        }
    }

    private NotAMemoryException Refuse(string reason) => new(_carried.State, nextNode, $"'{_state.Name}' read over {string.Join(" and ", keyAxes)}: {reason}");

    private string Name(string role) => _state.Name + role;

    private string Name(string role, int index, int count) => _state.Name + role + (count > 1 ? Number(index) : "");

    private static string Number(int index) => index.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
