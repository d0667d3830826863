using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>
/// The response of states that are updated element by element, as a sum of powers: with M what a token makes of the states, b what an impulse puts into them and c
/// how they are read (vectors and matrices of the states that depend on each other, for every element),
/// <code>
/// response[0] = first
/// response[l] = sum over elements, c^T M^(l - 1) b
/// </code>
/// so that it takes two short sequences of powers and a product of matrices instead of a token after the other. What a delay line (<see cref="DelayLine"/>) holds is read where it stands.
/// </summary>
/// <param name="Coefficients">From parameters to the elements of M, b, c and first; without states.</param>
/// <param name="Terms">The response of each term of the split.</param>
public sealed record ResponsePowers(StepPart Coefficients, EquatableArray<PowerTerm> Terms)
{
    /// <summary>More states than these that depend on each other are left to the recurrence itself.</summary>
    private const int MostCoupled = 4;

    /// <summary>The powers of a split's response; null if its states mix elements, or the like.</summary>
    public static ResponsePowers? Of(StepPart response, IReadOnlyList<ResponseTerm> terms)
    {
        StepGraph source = response.Graph;
        var part = new PartBuilder(source);
        int[] states = source.States.Select((s, i) => part.Graph.State(i, s.Axes, s.Name)).ToArray();
        for (int s = 0; s < states.Length; s++)
        {
            part.Leaves[(Op.State, s)] = states[s];
        }

        // Behind the part's own inputs are the signals.
        int[] signals = Enumerable.Range(response.Inputs.Count, source.Inputs.Count - response.Inputs.Count).Select(i => part.Graph.Input(i, source.Inputs[i].Axes, source.Inputs[i].Name)).ToArray();
        var coefficients = new PowerCoefficients(part.Graph, [.. states, .. signals]);
        var updates = new IReadOnlyDictionary<MovedLeaf, int>?[states.Length];
        for (int s = 0; s < states.Length; s++)
        {
            updates[s] = coefficients.Of(part.Copy(source.NextStates[s]), source.States[s].Axes, summed: []);
        }

        IReadOnlyDictionary<MovedLeaf, int>?[] reads = source.Outputs.Select(o => coefficients.Of(
            part.Copy(o.Node), o.Axes, [.. source.States.SelectMany(s => s.Axes).Distinct().Except(o.Axes)])).ToArray();
        if (updates.Contains(null) || reads.Contains(null))
        {
            return null;
        }

        DelayLine?[] lines = states.Select((state, s) => DelayLine.Of(part.Graph, state, updates[s]!)).ToArray();
        int[] others = Enumerable.Range(0, states.Length).Where(s => lines[s] is null).ToArray();

        // What a delay line holds goes into no other state, and is read by sums along the line; nothing else moves.
        if (!others.All(s => updates[s]!.Keys.All(l => l.Axis is null && Line(l) is null))
            || !reads.Zip(source.Outputs, (form, read) => form!.Keys.All(l => Line(l) is { } line ? !read.Axes.Contains(line.Axis) && (l.Axis ?? line.Axis) == line.Axis : l.Axis is null)).All(fits => fits)
            || Groups(source.States, others, states, updates!) is not { } groups)
        {
            return null;
        }

        var outputs = new List<PartOutput>();
        PowerTerm[] sums = terms.Select(term =>
        {
            var signal = new MovedLeaf(signals[term.Signal]);
            IReadOnlyDictionary<MovedLeaf, int> read = reads[term.Read]!;
            EquatableArray<string> axes = source.Outputs[term.Read].Axes;
            PowerGroup[] powers = groups.Where(g => g.Any(s => updates[s]!.ContainsKey(signal)) && g.Any(s => read.ContainsKey(new(states[s])))).Select(g => new PowerGroup(
                source.States[g[0]].Axes.Except(axes).ToEquatableArray(),
                g.SelectMany(to => g.Select(from => Output(updates[to]!, new(states[from]), "transition"))).ToEquatableArray(),
                g.Select(s => Output(updates[s]!, signal, "entry")).ToEquatableArray(),
                g.Select(s => Output(read, new(states[s]), "read")).ToEquatableArray())).ToArray();
            PowerMove[] moves = read.Keys.Select(l => (Leaf: l, Line: Line(l))).Where(m => m.Line?.Entries.ContainsKey(signal) == true).Select(m => new PowerMove(
                m.Line!.Axis,
                source.States[Array.IndexOf(states, m.Leaf.Leaf)].Axes.Except(axes).Where(a => a != m.Line.Axis).ToEquatableArray(),
                m.Line.Start,
                m.Line.Step,
                m.Leaf.Offset,
                Output(m.Line.Entries, signal, "entry"),
                Output(read, m.Leaf, "read"))).ToArray();
            return new PowerTerm(Output(read, signal, "first"), powers.ToEquatableArray(), moves.ToEquatableArray());
        }).ToArray();
        StepPart finished = part.Finish(source.Name + "Coefficients", outputs);

        // The inputs of the response, as inputs of the whole step.
        return new ResponsePowers(finished with { Inputs = finished.Inputs.Select(i => response.Inputs[i]).ToEquatableArray() }, sums.ToEquatableArray());

        DelayLine? Line(MovedLeaf leaf) => lines.FirstOrDefault(l => l?.State == leaf.Leaf);

        int Output(IReadOnlyDictionary<MovedLeaf, int> form, MovedLeaf leaf, string name)
        {
            if (!form.TryGetValue(leaf, out int node))
            {
                return -1;
            }

            int index = outputs.FindIndex(o => o.Node == node);
            if (index < 0)
            {
                index = outputs.Count;
                outputs.Add(new PartOutput(node, part.Graph[node].Axes, Identifier.Unique(name, used => outputs.Any(o => o.Name == used) || source.Inputs.Any(i => i.Name == used))));
            }

            return index;
        }
    }

    /// <summary>Of some states those that depend on each other, one way or both; null if there are too many in a group, or if their axes differ.</summary>
    private static int[][]? Groups(EquatableArray<StateInfo> infos, int[] some, int[] states, IReadOnlyDictionary<MovedLeaf, int>[] updates)
    {
        int[] group = Enumerable.Range(0, states.Length).ToArray();
        foreach (int to in some)
        {
            foreach (int from in some.Where(s => updates[to].ContainsKey(new(states[s]))))
            {
                (int kept, int joined) = (group[to], group[from]);
                group = group.Select(g => g == joined ? kept : g).ToArray();
            }
        }

        int[][] groups = some.GroupBy(s => group[s]).Select(g => g.ToArray()).ToArray();
        return groups.All(g => g.Length <= MostCoupled && g.All(s => infos[s].Axes.OrderBy(a => a).SequenceEqual(infos[g[0]].Axes.OrderBy(a => a)))) ? groups : null;
    }
}

/// <summary>The response of a read to a signal. Coefficients are outputs of <see cref="ResponsePowers.Coefficients"/>, or -1 for zero.</summary>
/// <param name="First">What is read of the impulse at its own token.</param>
/// <param name="Groups">What comes after it, by way of states that depend on each other.</param>
/// <param name="Moves">What comes after it, by way of delay lines.</param>
public sealed record PowerTerm(int First, EquatableArray<PowerGroup> Groups, EquatableArray<PowerMove> Moves);

/// <param name="Summed">The axes of the states that the read has not.</param>
/// <param name="Transition">M, row by row: what a state becomes of each state.</param>
/// <param name="Entry">b, for each state.</param>
/// <param name="Read">c, for each state.</param>
public sealed record PowerGroup(EquatableArray<string> Summed, EquatableArray<int> Transition, EquatableArray<int> Entry, EquatableArray<int> Read);

/// <summary>What a delay line holds of an impulse, as it is read: after l tokens it stands at Start + Step (l - 1).</summary>
/// <param name="Axis">The line's.</param>
/// <param name="Summed">The other axes of the state that the read has not.</param>
/// <param name="Start">Where it enters; -1 for everywhere.</param>
/// <param name="Step">How far a token moves it.</param>
/// <param name="Offset">How much further it stands for the read.</param>
/// <param name="Entry">What enters.</param>
/// <param name="Read">What the read multiplies it by, where it stands.</param>
public sealed record PowerMove(string Axis, EquatableArray<string> Summed, int Start, int Step, int Offset, int Entry, int Read);
