using System.Globalization;
using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Emission.Cpu;

/// <summary>Writes the kernel class of a layer with given kernels, and those of its parts.</summary>
internal static class GivenKernelEmitter
{
    public static void Write(SourceWriter writer, RecurrenceSpec spec, CompiledKernels layer)
    {
        string name = spec.Graph.Name;
        writer.Line($"/// <summary>The kernel of <see cref=\"{name}\"/> for the CPU: a convolution with kernels that it gives itself.</summary>");
        using (writer.Open($"internal sealed class {name}Kernel() : {RuntimeNames.GivenKernelLayer}({spec.QualifiedName}.Description, Plan)"))
        {
            WritePlan(writer, spec, layer, $"private static {RuntimeNames.GivenKernelPlan} Plan {{ get; }} = new()", part => $"new {part}Kernel()");
        }

        foreach ((CompiledPart part, string what) in layer.Parts)
        {
            writer.Line();
            KernelEmitter.WritePart(writer, part, string.Format(CultureInfo.InvariantCulture, what, $"<see cref=\"{name}\"/>"));
        }
    }

    /// <summary>The member of a kernel of any target that puts the parts together.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="spec">The layer.</param>
    /// <param name="layer">Its parts.</param>
    /// <param name="member">The member, up to what it is.</param>
    /// <param name="kernel">Makes the kernel of a part from its name.</param>
    public static void WritePlan(SourceWriter writer, RecurrenceSpec spec, CompiledKernels layer, string member, Func<string, string> kernel)
    {
        using (writer.Open(member, "};"))
        {
            writer.Line($"Signals = {Part(layer.Signals)},");
            if (layer.Kernels is { } kernels)
            {
                writer.Line($"Kernels = {Part(kernels)},");
            }

            if (layer.Transfers is { } transfers)
            {
                writer.Line($"Transfers = {Part(transfers)},");
            }

            if (layer.DelayAxis is { } axis)
            {
                writer.Line($"DelayAxis = {AxisIndex(spec.Graph, axis)},");
            }

            writer.Line($"Readout = {Part(layer.Readout)},");
            writer.Line($"Terms = [{string.Join(", ", layer.Terms.Select(t => $"new({Int(t.Signal)}, {(t.ByFrequency ? "true" : "false")}, [{string.Join(", ", t.Axes.Select(a => AxisIndex(spec.Graph, a)))}])"))}],");
        }

        string Part(CompiledPart part) => $"new({kernel(part.Spec.Graph.Name)}, [{string.Join(", ", part.Inputs.Select(Int))}])";
    }

    private static string AxisIndex(StepGraph graph, string axis) => Int(graph.Axes.ToList().FindIndex(a => a.Name == axis));

    private static string Int(int value) => value.ToString(CultureInfo.InvariantCulture);
}
