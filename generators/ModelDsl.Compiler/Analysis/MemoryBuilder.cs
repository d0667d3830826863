using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>Makes the normal form of a memory from the updates of its states and its reads, or says why there is none.</summary>
/// <param name="states">Its states: one, or several that feed each other.</param>
/// <param name="updates">For each of them what it is after the token.</param>
internal sealed class MemoryBuilder(SequenceProgram program, Rewriter rewriter, EquatableArray<string> keyAxes, EquatableArray<int> states, IReadOnlyList<MemoryForm> updates)
{
    private readonly GraphBuilder _graph = program.Graph;
    private readonly StateInfo _state = program.Source.States[states[0]];
    private readonly List<int> _reads = rewriter.Reads.TryGetValue(states[0], out List<int>? reads) ? reads : [];
    private readonly List<EquatableArray<int>> _readKeys = rewriter.ReadKeys.TryGetValue(states[0], out List<EquatableArray<int>>? keys) ? keys : [];

    private EquatableArray<string> ValueAxes => _state.Axes.Where(a => !keyAxes.Contains(a)).ToEquatableArray();

    /// <summary>What engines take: as many reads and writes per token as MemoryOperands in ModelDsl.Kernels.Cpu.</summary>
    private const int MaximumReadsOrWrites = 8;

    public MemoryComponent Build()
    {
        if (_reads.Count == 0)
        {
            throw new NotAMemoryException(states[0], NextNode, $"nothing is read from '{_state.Name}' over {string.Join(" and ", keyAxes)}", isOtherAxis: true);
        }

        List<(EquatableArray<int> Key, int Write)> terms = Terms();
        if (Math.Max(_reads.Count, terms.Count) > MaximumReadsOrWrites)
        {
            throw Refuse($"a token reads it with {Number(_reads.Count)} key{(_reads.Count == 1 ? "" : "s")} and writes to it {Number(terms.Count)} times, but at most {Number(MaximumReadsOrWrites)} of each run in parallel");
        }

        foreach (EquatableArray<int> key in _readKeys)
        {
            RequireFree(key, "a key that it is read with depends on what was read from it");
        }

        List<MemoryWrite> writes = terms.Select((t, j) => Write(t.Key, t.Write, j, terms.Count)).ToList();
        int?[] keyDecays = updates.Select((_, p) => Carried(p, p)?.KeyFactor).ToArray();
        int?[] valueDecays = updates.SelectMany(u => u.Parts).Where(IsCarried).Select(p => p.ValueFactor).Distinct().DefaultIfEmpty().ToArray();
        if (valueDecays.Length > 1)
        {
            throw Refuse(AreCarriedOver ? "its states are carried over to each other along values, not along keys alone" : "its states decay differently along values");
        }

        (int Cosine, int Sine)? turn = null;
        if (AreCarriedOver)
        {
            (int modulus, int cosine, int sine) = ComplexDecay();
            turn = (cosine, sine);
            keyDecays = keyDecays.Select(_ => _graph.IsConstant(modulus, 1) ? (int?)null : modulus).ToArray();
            if (!writes.Any(w => w.Feedback.Any(f => f is not null)))
            {
                throw Refuse("nothing that is read from it is written");
            }
        }

        RequireFree(keyDecays.Concat(valueDecays).Append(turn?.Cosine).Where(d => d is not null).Select(d => d!.Value), "its decay depends on what was read from it");
        return new MemoryComponent(
            states,
            keyAxes,
            ValueAxes,
            _readKeys.Select((key, i) => Key(key, "Query", i, _readKeys.Count)).ToList(),
            writes,
            Decays(keyDecays).ToList(),
            valueDecays[0] is { } valueDecay ? new Operand(valueDecay, ValueAxes, Name("ValueDecay")) : null,
            turn is { } t ? new MemoryTurn(Phase(t.Cosine, "Cosine"), Phase(t.Sine, "Sine")) : null);
    }

    private Operand Phase(int node, string role) => new(node, _graph[node].Axes.Count == 0 ? default : keyAxes, Name(role));

    private int NextNode => program.Source.NextStates[states[0]];

    private bool IsCarried(ScaledMemory part) => part.KeyFactor is not { } factor || !_graph.IsConstant(factor, 0);

    private bool AreCarriedOver => updates.Where((u, p) => u.Parts.Any(q => q.State != states[p] && IsCarried(q))).Any();

    /// <summary>What of a state is carried over to another one.</summary>
    private ScaledMemory? Carried(int to, int from) => updates[to].Parts.FirstOrDefault(p => p.State == states[from]);

    /// <summary>
    /// Two states that are carried over to each other, element by element, as a complex number times m (cos + i sin): (m cos, -m sin; m sin, m cos). The phases of a chunk
    /// add up to turns that lose nothing, whatever the modulus is, also zero.
    /// </summary>
    private (int Modulus, int Cosine, int Sine) ComplexDecay()
    {
        int Factor(int to, int from) => Carried(to, from) is { } part ? part.KeyFactor ?? _graph.Constant(1) : _graph.Constant(0);
        if (states.Count != 2)
        {
            throw Refuse("a complex decay turns two of its states, but more than two feed each other");
        }

        return PolarForm.Of(_graph, [Factor(0, 0), Factor(0, 1), Factor(1, 0), Factor(1, 1)], out bool isComplex)
            ?? throw Refuse(isComplex
                ? "its complex decay is given by its parts, not by modulus and phase (as Polar, Exp, or a product of such), which chunks need: a phase has no gradient for the parts where both are zero"
                : "its states are carried over to each other in another way than a complex decay does");
    }

    private IEnumerable<Operand> Decays(int?[] decays)
    {
        if (decays.All(d => d is null))
        {
            return [];
        }

        // One number for each token, whatever the state.
        return decays.Distinct().Count() == 1 && decays[0] is { } decay && _graph[decay].Axes.Count == 0
            ? [new Operand(decay, default, Name("Decay"))]
            : decays.Select((d, p) => new Operand(d ?? _graph.Constant(1), keyAxes, program.Source.States[states[p]].Name + "Decay"));
    }

    /// <summary>
    /// The outer products: what is written to several states is written once, with a key that has a part for each. A complex product k w, for one, is two writes:
    /// wRe with (kRe, kIm), and wIm with (-kIm, kRe).
    /// </summary>
    private List<(EquatableArray<int> Key, int Write)> Terms()
    {
        if (states.Count == 1)
        {
            return [.. updates[0].Terms.Select(t => (EquatableArray.Of(t.Key), t.Write))];
        }

        var terms = new List<(int[] Key, int Write)>();
        for (int p = 0; p < states.Count; p++)
        {
            foreach (OuterTerm term in updates[p].Terms)
            {
                (bool isNegative, int write) = PolarForm.Signed(_graph, term.Write);
                int key = isNegative ? _graph.Negate(term.Key) : term.Key;
                int known = terms.FindIndex(t => t.Write == write);
                if (known < 0)
                {
                    known = terms.Count;
                    terms.Add(([.. states.Select(_ => -1)], write));
                }

                terms[known].Key[p] = terms[known].Key[p] < 0 ? key : _graph.Add(terms[known].Key[p], key);
            }
        }

        return [.. terms.Select(t => (t.Key.ToEquatableArray(), t.Write))];
    }

    private MemoryKey Key(EquatableArray<int> nodes, string role, int index, int count) => new(nodes.Select((node, p) =>
        node < 0 ? null : new Operand(node, keyAxes, program.Source.States[states[p]].Name + role + (count > 1 ? Number(index) : ""))).ToList());

    private MemoryWrite Write(EquatableArray<int> key, int write, int index, int count)
    {
        RequireFree(key, "a key that it is written with depends on what was read from it");
        AffineSplit.Form form = AffineSplit.Of(_graph, write, _reads, out _)
            ?? throw Refuse("what is written is not linear, value by value, in what was read");
        RequireFree(form.Coefficients.Values, "what is written is not linear in what was read");
        return new MemoryWrite(
            Key(key, "Key", index, count),
            _graph.IsConstant(form.Base, 0) ? null : new Operand(form.Base, ValueAxes, Name("Value", index, count)),
            _reads.Select((read, i) => Feedback(form, read, Name("Feedback", index, count) + (_reads.Count > 1 ? "Of" + Number(i) : ""))).ToList());
    }

    private Operand? Feedback(AffineSplit.Form form, int read, string name) =>
        form.Coefficients.TryGetValue(read, out int c) && !_graph.IsConstant(c, 0)
            ? new Operand(c, _graph[c].Axes.Count == 0 ? default : ValueAxes, name)
            : null;

    private void RequireFree(IEnumerable<int> nodes, string reason)
    {
        if (nodes.Any(node => node >= 0 && AffineSplit.Depends(_graph, node, _reads)))
        {
            throw Refuse(reason);
        }
    }

    private NotAMemoryException Refuse(string reason) => new(states[0], NextNode, $"'{_state.Name}' read over {string.Join(" and ", keyAxes)}: {reason}");

    private string Name(string role) => _state.Name + role;

    private string Name(string role, int index, int count) => _state.Name + role + (count > 1 ? Number(index) : "");

    private static string Number(int index) => index.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
