using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>
/// A matrix that is made of memories after the token: W = sum_p (keyFactor_p (x) valueFactor_p) * S_p + sum_j key_j (x) write_j. Where it is read with keys, its memories are read
/// instead; so it is made after the last token of a chunk alone, for whoever carries on from there.
/// </summary>
/// <param name="KeyAxis">The key axis, which its memories have, too.</param>
/// <param name="Parts">The memories and what scales them.</param>
/// <param name="Terms">The outer products.</param>
public sealed record FormedComponent(int State, string KeyAxis, IReadOnlyList<FormedPart> Parts, IReadOnlyList<FormedTerm> Terms)
    : Component(EquatableArray.Of(State))
{
    public override bool HasHistory => false;

    public override IReadOnlyList<Operand> Operands =>
        Parts.SelectMany(p => new[] { p.KeyFactor, p.ValueFactor }).Where(o => o is not null).Select(o => o!)
            .Concat(Terms.SelectMany(t => new[] { t.Key, t.Write })).ToList();

    public static FormedComponent Of(SequenceProgram program, int state, MemoryForm form)
    {
        StateInfo info = program.Source.States[state];
        string key = form.KeyAxes[0];
        EquatableArray<string> valueAxes = info.Axes.Where(a => a != key).ToEquatableArray();
        string Number(int index) => form.Terms.Count > 1 ? index.ToString(System.Globalization.CultureInfo.InvariantCulture) : "";
        return new FormedComponent(
            state,
            key,
            form.Parts.Select(p =>
            {
                string name = $"{info.Name}From{Identifier.Capital(program.Source.States[p.State].Name)}";
                return new FormedPart(
                    p.State,
                    p.KeyFactor is { } k ? new Operand(k, program.Graph[k].Axes, name) : null,
                    p.ValueFactor is { } v ? new Operand(v, valueAxes, name + "Values") : null);
            }).ToList(),
            form.Terms.Select((t, j) => new FormedTerm(
                new Operand(t.Key, form.KeyAxes, info.Name + "Key" + Number(j)), new Operand(t.Write, valueAxes, info.Name + "Value" + Number(j)))).ToList());
    }
}

/// <param name="State">The memory.</param>
/// <param name="KeyFactor">Over the key axis, or one per token; null for one.</param>
/// <param name="ValueFactor">Over the value axes; null for one.</param>
public sealed record FormedPart(int State, Operand? KeyFactor, Operand? ValueFactor);

/// <param name="Key">Over the key axis.</param>
/// <param name="Write">Over the value axes.</param>
public sealed record FormedTerm(Operand Key, Operand Write);
