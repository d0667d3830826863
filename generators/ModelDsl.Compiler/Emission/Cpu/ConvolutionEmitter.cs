using System.Globalization;
using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Emission.Cpu;

/// <summary>Writes what the convolution mode needs of a spec: the kernels of its three parts, and which of its tensors are whose.</summary>
internal static class ConvolutionEmitter
{
    /// <summary>The kernels of the parts, and of parts of these.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="whole">The class of what is in parts.</param>
    /// <param name="split">The parts.</param>
    public static void WriteParts(SourceWriter writer, string whole, CompiledSplit split)
    {
        IEnumerable<(CompiledPart Part, string What)> parts = split.Powers is { } powers ? split.Parts.Append((powers.Coefficients, CompiledPowers.What)) : split.Parts;
        foreach ((CompiledPart part, string what, int i) in parts.Select((p, i) => (p.Part, p.What, i)))
        {
            if (i > 0)
            {
                writer.Line();
            }

            KernelEmitter.WritePart(writer, part, string.Format(CultureInfo.InvariantCulture, what, $"<see cref=\"{whole}\"/>"));
            if (part.Split is not null)
            {
                writer.Line();
                WriteParts(writer, part.Spec.Graph.Name + "Kernel", part.Split);
            }
        }
    }

    /// <summary>The member of the spec's kernel that puts the parts together.</summary>
    public static void WritePlan(SourceWriter writer, CompiledSplit split) => WritePlan(writer, split, part => $"new {part}Kernel()", split.Powers);

    /// <summary>The member of a kernel of any target that puts the parts together.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="split">The parts.</param>
    /// <param name="kernel">Makes the kernel of a part from its name.</param>
    /// <param name="powers">What responses are made of, if they are to be sums of powers.</param>
    public static void WritePlan(SourceWriter writer, CompiledSplit split, Func<string, string> kernel, CompiledPowers? powers = null)
    {
        writer.Line();
        writer.Line("// The step in three parts, for the convolution mode: what enters the states, what they make of it, what is made of that.");
        using (writer.Open($"protected override {RuntimeNames.ConvolutionPlan} MakeConvolution() => new()", "};"))
        {
            writer.Line($"Signals = {Part(split.Signals)},");
            writer.Line($"Response = {Part(split.Response)},");
            writer.Line($"Readout = {Part(split.Readout)},");
            if (powers is not null)
            {
                writer.Line();
                writer.Line("// Responses are sums of powers: what is read at once; then for states that depend on each other the summed axes, transition, entry and read.");
                if (powers.Terms.Any(t => t.Moves.Count > 0))
                {
                    writer.Line("// What delay lines hold, too: the line's axis, the summed ones, where it enters, how far a token moves it and the read finds it moved, entry and read.");
                }

                writer.Line($"Coefficients = {Part(powers.Coefficients)},");
                writer.Line($"Powers = [{string.Join(", ", powers.Terms.Select(t => Power(t, powers.Coefficients.Spec.Graph)))}],");
                writer.Line();
            }

            writer.Line($"Terms = [{string.Join(", ", split.Terms.Select(t => $"new({Int(t.Signal)}, {Int(t.Read)})"))}],");
            if (split.SignalInputs is { } inputs)
            {
                writer.Line($"SignalInputs = [{Ints(inputs)}],");
            }

            if (split.ReadOutputs is { } outputs)
            {
                writer.Line($"ReadOutputs = [{Ints(outputs)}],");
            }
        }

        string Part(CompiledPart part) => $"new({kernel(part.Spec.Graph.Name)}, [{Ints(part.Inputs)}]{(part.States.Count == 0 ? "" : $", [{Ints(part.States)}]")})";
    }

    /// <summary>A sum of powers: what is read of an impulse at its own token, for each group of states the summed axes, transition, entry and read, and what delay lines hold.</summary>
    private static string Power(PowerTerm term, StepGraph graph)
    {
        string[] axes = [.. graph.Axes.Select(a => a.Name)];
        IEnumerable<string> groups = term.Groups.Select(g => $"new([{Axes(g.Summed)}], [{Ints(g.Transition)}], [{Ints(g.Entry)}], [{Ints(g.Read)}])");
        IEnumerable<string> moves = term.Moves.Select(
            m => $"new({Int(Array.IndexOf(axes, m.Axis))}, [{Axes(m.Summed)}], {Int(m.Start)}, {Int(m.Step)}, {Int(m.Offset)}, {Int(m.Entry)}, {Int(m.Read)})");
        return $"new({Int(term.First)}, [{string.Join(", ", groups)}]{(term.Moves.Count == 0 ? "" : $", [{string.Join(", ", moves)}]")})";

        string Axes(EquatableArray<string> names) => Ints(names.Select(a => Array.IndexOf(axes, a)).ToEquatableArray());
    }

    private static string Ints(EquatableArray<int> values) => string.Join(", ", values.Select(Int));

    private static string Int(int value) => value.ToString(CultureInfo.InvariantCulture);
}
