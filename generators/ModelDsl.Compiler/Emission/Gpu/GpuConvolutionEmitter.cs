using System.Globalization;
using ModelDsl.Compiler.Emission.Cpu;

namespace ModelDsl.Compiler.Emission.Gpu;

/// <summary>Writes what the convolution mode needs of a spec on devices: the kernels of its three parts, and how they are put together.</summary>
internal static class GpuConvolutionEmitter
{
    /// <summary>The kernels of the parts.</summary>
    public static void WriteParts(SourceWriter writer, string spec, IEnumerable<(CompiledPart Part, string What)> parts)
    {
        foreach ((CompiledPart part, string what, int i) in parts.Select((p, i) => (p.Part, p.What, i)))
        {
            if (i > 0)
            {
                writer.Line();
            }

            GpuKernelEmitter.WritePart(writer, part, string.Format(CultureInfo.InvariantCulture, what, $"<see cref=\"{spec}\"/>"));
        }
    }

    /// <summary>The kernel of a layer with given kernels, those of its parts, and the member of the spec that makes one for a device.</summary>
    public static void WriteLayer(SourceWriter writer, RecurrenceSpec spec, CompiledKernels layer)
    {
        string name = spec.Graph.Name;
        GpuKernelEmitter.WriteOn(writer, name);
        writer.Line();
        writer.Line($"/// <summary>The kernel of <see cref=\"{name}\"/> for devices that ILGPU reaches: a convolution with kernels that it gives itself.</summary>");
        using (writer.Open($"internal sealed class {name}GpuKernel({RuntimeNames.GpuDevice} device) : {RuntimeNames.GpuGivenKernelLayer}({spec.QualifiedName}.Description, device)"))
        {
            GivenKernelEmitter.WritePlan(writer, spec, layer, $"protected override {RuntimeNames.GivenKernelPlan} MakeKernels() => new()", part => $"new {part}GpuKernel(Device)");
        }

        writer.Line();
        WriteParts(writer, name, layer.Parts);
    }

    /// <summary>The member of the spec's kernel that puts the parts together.</summary>
    public static void WritePlan(SourceWriter writer, CompiledSplit split) => ConvolutionEmitter.WritePlan(writer, split, part => $"new {part}GpuKernel(Device)");
}
