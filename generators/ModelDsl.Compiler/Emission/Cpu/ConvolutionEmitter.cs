using System.Globalization;
using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Emission.Cpu;

/// <summary>Writes what the convolution mode needs of a spec: the kernels of its three parts, and which of its tensors are whose.</summary>
internal static class ConvolutionEmitter
{
    /// <summary>The kernels of the parts.</summary>
    public static void WriteParts(SourceWriter writer, string spec, CompiledSplit split)
    {
        KernelEmitter.WritePart(writer, split.Signals, $"What enters the states of <see cref=\"{spec}\"/>, for its convolution mode.");
        writer.Line();
        KernelEmitter.WritePart(writer, split.Response, $"What the states of <see cref=\"{spec}\"/> make of it: a time-invariant linear recurrence.");
        writer.Line();
        KernelEmitter.WritePart(writer, split.Readout, $"What <see cref=\"{spec}\"/> makes of what is read from its states.");
    }

    /// <summary>The member of the spec's kernel that puts the parts together.</summary>
    public static void WritePlan(SourceWriter writer, CompiledSplit split)
    {
        writer.Line();
        writer.Line("// The step in three parts, for the convolution mode: what enters the states, what they make of it, what is made of that.");
        using (writer.Open($"protected override {RuntimeNames.ConvolutionPlan} MakeConvolution() => new()", "};"))
        {
            writer.Line($"Signals = {Part(split.Signals)},");
            writer.Line($"Response = {Part(split.Response)},");
            writer.Line($"Readout = {Part(split.Readout)},");
            writer.Line($"Terms = [{string.Join(", ", split.Terms.Select(t => $"new({Int(t.Signal)}, {Int(t.Read)})"))}],");
        }
    }

    private static string Part(CompiledPart part) => $"new(new {part.Spec.Graph.Name}Kernel(), [{Ints(part.Inputs)}])";

    private static string Ints(EquatableArray<int> values) => string.Join(", ", values.Select(Int));

    private static string Int(int value) => value.ToString(CultureInfo.InvariantCulture);
}
