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

    /// <summary>The member of the spec's kernel that puts the parts together.</summary>
    public static void WritePlan(SourceWriter writer, CompiledSplit split) => ConvolutionEmitter.WritePlan(writer, split, part => $"new {part}GpuKernel(Device)");
}
