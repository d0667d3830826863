using System.Collections.Concurrent;
using System.Reflection;
using ModelDsl.Kernels.Gpu;
using ModelDsl.Kernels.Gpu.Ptx;
using ModelDsl.Layers;

namespace ModelDsl.Gpu.Tables;

/// <summary>The kernels that shipped recurrences would launch on an NVIDIA device, in every mode, forward and backward, compiled to PTX. Nothing is launched.</summary>
internal static class ShippedKernels
{
    // The quadratic form launches the chunkwise kernels with one chunk.
    private static readonly Mode[] s_modes = [Mode.Recurrent, Mode.Chunkwise, Mode.ParallelScan];

    private static readonly Lazy<IReadOnlyList<PtxRow>> s_rows = new(Compile);

    /// <summary>All of them, by name of the recurrence. Compiled once: it takes half a minute or more.</summary>
    public static IReadOnlyList<PtxRow> Rows => s_rows.Value;

    /// <summary>The names of the recurrences.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Specs.Select(type => type.Name)];

    // A layer with given kernels has none of its own but those of its parts.
    private static IEnumerable<Type> Specs => typeof(SimpleGatedLinearAttention).Assembly.GetTypes()
        .Where(type => type.IsAssignableTo(typeof(IGpuRecurrence)) && type.IsValueType && !DescriptionOf(type).IsConvolution)
        .OrderBy(type => type.Name, StringComparer.Ordinal);

    /// <summary>The kernels of the parts of a spec's convolution mode.</summary>
    public static IEnumerable<PtxEntry> Parts(GpuDevice device, Type spec, PtxTarget target)
    {
        GpuRecurrenceKernel kernel = On(device, spec);
        return PtxEntry.Of(kernel, target, ShapeOf(kernel.Description), new RunOptions(Mode.Convolution), withGradient: true);
    }

    /// <summary>The kernels of one recurrence, with the modes that launch them. Modes share kernels.</summary>
    public static IEnumerable<(string Modes, PtxEntry Entry)> Entries(GpuDevice device, string name, PtxTarget target)
    {
        GpuRecurrenceKernel kernel = On(device, Specs.Single(type => type.Name == name));
        RecurrenceDescription description = kernel.Description;
        SequenceShape shape = ShapeOf(description);
        return s_modes.Where(description.IsLegal)
            .SelectMany(mode => PtxEntry.Of(kernel, target, shape, new RunOptions(mode), withGradient: true).Select(entry => (mode, entry)))
            .GroupBy(launch => (launch.entry.Name, launch.entry.Shape))
            .Select(group => (string.Join(", ", group.Select(launch => launch.mode)), group.First().entry));
    }

    private static SequenceShape ShapeOf(RecurrenceDescription description) =>
        new(1, 1024, 256, [.. description.Axes.Select(a => a.FixedSize ?? ShippedSpecs.Size(a.Name))]);

    private static RecurrenceDescription DescriptionOf(Type spec) => (RecurrenceDescription)spec.GetProperty("Description", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;

    private static List<PtxRow> Compile()
    {
        using GpuDevice device = GpuDevice.Open(GpuKind.Emulator);
        (string Modes, PtxEntry Entry)[] entries = [.. Names.SelectMany(name => Entries(device, name, PtxTarget.Sm80))];
        var rows = new PtxRow[entries.Length];

        // A context of ILGPU grows with what it compiles: each takes a part.
        Parallel.ForEach(
            Partitioner.Create(0, entries.Length, Math.Max(1, entries.Length / (4 * Environment.ProcessorCount))),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            range =>
            {
                using PtxCompiler compiler = new(PtxTarget.Sm80);
                for (int i = range.Item1; i < range.Item2; i++)
                {
                    rows[i] = new PtxRow(entries[i].Modes, entries[i].Entry, PtxReport.Of(compiler.Compile(entries[i].Entry.Method, entries[i].Entry.Shape)));
                }
            });
        return [.. rows];
    }

    private static GpuRecurrenceKernel On(GpuDevice device, Type spec) =>
        typeof(ShippedKernels).GetMethod(nameof(Create), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(spec).CreateDelegate<Func<GpuDevice, GpuRecurrenceKernel>>()(device);

    // A static member of an interface is reached through a type parameter.
    private static GpuRecurrenceKernel Create<T>(GpuDevice device)
        where T : IGpuRecurrence => T.On(device);
}
