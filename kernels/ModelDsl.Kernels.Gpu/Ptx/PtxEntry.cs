namespace ModelDsl.Kernels.Gpu.Ptx;

using Entry = Action<KernelArguments, ILGPU.Runtime.SpecializedValue<KernelShape>>;

/// <summary>A kernel that a call would launch on an NVIDIA device.</summary>
/// <param name="Recurrence">The recurrence's name.</param>
/// <param name="Name">The entry point's name in <see cref="GpuEntries"/>.</param>
/// <param name="Shape">What it is compiled for, as the runtime chooses it.</param>
/// <param name="Method">The entry point.</param>
public sealed record PtxEntry(string Recurrence, string Name, KernelShape Shape, Entry Method)
{
    /// <summary>The kernels of a call, each once, in the order of their launch; nothing is launched.</summary>
    /// <param name="kernel">The kernel, on a device whose threads compute one number at once: an NVIDIA one, or the emulator.</param>
    /// <param name="target">The device that is meant.</param>
    /// <param name="shape">The sizes of the call.</param>
    /// <param name="options">Its mode and chunk size.</param>
    /// <param name="withGradient">Whether it goes backward, too.</param>
    public static IReadOnlyList<PtxEntry> Of(GpuRecurrenceKernel kernel, PtxTarget target, SequenceShape shape, RunOptions options, bool withGradient)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        if (kernel.Device.Limits.IsCpu)
        {
            throw new ArgumentException($"{kernel.Description.Name} is on the {kernel.Device}, where a thread computes {Lanes8.Width} numbers at once: PTX is for threads that compute one.", nameof(kernel));
        }

        Mode mode = options.Mode == Mode.Auto ? kernel.Choose(shape, new CallNeeds(withGradient)) : options.Mode;
        if (mode == Mode.Convolution)
        {
            // Its parts are recurrences of their own; the transforms between them are the same for all.
            return [.. kernel.Parts.Cast<GpuRecurrenceKernel>().SelectMany(part => Of(part, target, shape, default, withGradient))];
        }

        (_, KernelShape forward, KernelShape backward) = new ShapePlanner(kernel, target.Limits).Plan(shape, mode, options.ChunkSize, shape.Heads, withGradient, kernel.Cuts(MiniBatches.Of(kernel.Description, options)));
        GpuEntries entries = kernel.EntryPoints(lanes: 1);
        List<PtxEntry> list = [];
        bool isScan = mode == Mode.ParallelScan;
        if (isScan)
        {
            // One kernel serves all components, which are an argument.
            Add(nameof(GpuEntries.Summarise), entries.Summarise, forward);
            Add(nameof(GpuEntries.Advance), entries.Advance, forward);
        }

        Add(nameof(GpuEntries.Forward), entries.Forward, forward);
        if (isScan && withGradient)
        {
            Add(nameof(GpuEntries.Retreat), entries.Retreat, backward);
        }

        if (withGradient)
        {
            // In a parallel scan it runs for each component first.
            Add(nameof(GpuEntries.Backward), entries.Backward, backward);
        }

        return list;

        void Add(string name, Entry? method, KernelShape of)
        {
            if (method is not null)
            {
                list.Add(new PtxEntry(kernel.Description.Name, name, of, method));
            }
        }
    }
}
