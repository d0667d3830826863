using System.Globalization;
using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Emission.Cpu;

/// <summary>Writes what the convolution mode needs of a spec: the kernels of its three parts, and which of its tensors are whose.</summary>
internal static class ConvolutionEmitter
{
    /// <summary>The kernels of the parts.</summary>
    public static void WriteParts(SourceWriter writer, string spec, CompiledSplit split)
    {
        foreach ((CompiledPart part, string what, int i) in split.Parts.Select((p, i) => (p.Part, p.What, i)))
        {
            if (i > 0)
            {
                writer.Line();
            }

            KernelEmitter.WritePart(writer, part, string.Format(CultureInfo.InvariantCulture, what, $"<see cref=\"{spec}\"/>"));
        }
    }

    /// <summary>The member of the spec's kernel that puts the parts together.</summary>
    public static void WritePlan(SourceWriter writer, CompiledSplit split) => WritePlan(writer, split, part => $"new {part}Kernel()");

    /// <summary>The member of a kernel of any target that puts the parts together.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="split">The parts.</param>
    /// <param name="kernel">Makes the kernel of a part from its name.</param>
    public static void WritePlan(SourceWriter writer, CompiledSplit split, Func<string, string> kernel)
    {
        writer.Line();
        writer.Line("// The step in three parts, for the convolution mode: what enters the states, what they make of it, what is made of that.");
        using (writer.Open($"protected override {RuntimeNames.ConvolutionPlan} MakeConvolution() => new()", "};"))
        {
            writer.Line($"Signals = {Part(split.Signals)},");
            writer.Line($"Response = {Part(split.Response)},");
            writer.Line($"Readout = {Part(split.Readout)},");
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

        string Part(CompiledPart part) => $"new({kernel(part.Spec.Graph.Name)}, [{Ints(part.Inputs)}])";
    }

    private static string Ints(EquatableArray<int> values) => string.Join(", ", values.Select(Int));

    private static string Int(int value) => value.ToString(CultureInfo.InvariantCulture);
}
