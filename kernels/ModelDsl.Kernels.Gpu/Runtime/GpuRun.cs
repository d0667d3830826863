using ILGPU;
using ILGPU.Runtime;

namespace ModelDsl.Kernels.Gpu;

/// <summary>Runs a call on the device: sends its tensors, launches its kernels in the order that the mode asks for, and fetches the results.</summary>
/// <param name="call">The call.</param>
/// <param name="forward">The shape of kernels that go forward.</param>
/// <param name="backward">The shape of kernels that go backward.</param>
internal sealed class GpuRun(GpuCall call, KernelShape forward, KernelShape backward)
{
    private readonly GpuRecurrenceKernel _kernel = call.Kernel;
    private readonly GpuDevice _device = call.Kernel.Device;
    private readonly GpuPlacement _forwardPlacement = call.Plan.Forward;
    private readonly GpuPlacement _backwardPlacement = call.Plan.Backward ?? call.Plan.Forward;
    private readonly GpuWork _work = new(call.Kernel.Description, null, call.Plan, call.Shape);
    private readonly int _stateLength = call.Kernel.States(forward);
    private KernelArguments _arguments;

    private bool IsScan => call.Plan.Mode == Mode.ParallelScan;

    private long BoundaryLength => (long)call.Lines * (call.Plan.Chunks + 1) * _stateLength;

    /// <summary>Runs forward. Keeps the states at the boundaries of chunks, if there is a tape.</summary>
    public void Forward(RecurrenceTape? tape)
    {
        Prepare(withBoundaries: tape is not null || IsScan, withBackward: false);
        LaunchForward();
        _device.Memory.Finish(GpuOperation.Finish, _work);
        KeptStates? kept = tape is null ? null : Keep();
        call.Fetch(_device.Memory, _work);
        tape?.Keep(kept);
    }

    /// <summary>Runs backward, from the tape's states if they fit.</summary>
    public void Backward(RecurrenceTape? tape)
    {
        GpuEntries entries = _kernel.EntryPoints(call.Plan.Lanes);
        Prepare(withBoundaries: true, withBackward: true);
        if ((tape?.Kept as KeptStates)?.For(call, BoundaryLength) is { } kept)
        {
            _device.Do(GpuOperation.Upload, _work, () => Boundaries.CopyFrom(_device.Accelerator.DefaultStream, kept));
        }
        else if (_stateLength > 0)
        {
            LaunchForward();
        }

        if (IsScan)
        {
            for (int component = _kernel.Plan.Components - 1; component >= 0; component--)
            {
                Launch(nameof(GpuEntries.Summarise), entries.Summarise, PerChunk, component);
                Launch(nameof(GpuEntries.Backward), entries.Backward, PerChunk, component, adjoint: true);
                Launch(nameof(GpuEntries.Retreat), entries.Retreat, PerLine, component, adjoint: true);
            }
        }

        Launch(nameof(GpuEntries.Backward), entries.Backward, IsScan ? PerChunk : PerLine, adjoint: true);
        _device.Memory.Finish(GpuOperation.Finish, _work);
        call.Fetch(_device.Memory, _work);
    }

    private int PerLine => call.Lines;

    private int PerChunk => call.Lines * call.Plan.Chunks;

    private ArrayView<float> Boundaries => _device.Memory.Tensors.SubView(_arguments.Boundaries, BoundaryLength);

    /// <summary>Makes room on the device, and sends what kernels read.</summary>
    private void Prepare(bool withBoundaries, bool withBackward)
    {
        long boundaries = withBoundaries ? call.Keep(BoundaryLength) : -1;
        long boundaryGradients = withBackward && IsScan ? call.Keep(BoundaryLength) : -1;
        int summaryLength = IsScan ? Enumerable.Range(0, _kernel.Plan.Components).Select(component => _kernel.Summary(forward, component)).DefaultIfEmpty().Max() : 0;
        long summaries = IsScan ? call.Keep((long)PerChunk * summaryLength) : -1;
        if (call.Length > int.MaxValue - (1 << 16))
        {
            throw new GpuException(
                $"{_work}: the call needs {call.Length} floats on the device; kernels count to {int.MaxValue}. Run fewer sequences at once, or a longer chunk (fewer states are kept).");
        }

        long scratch = Math.Max(Scratch(_forwardPlacement), withBackward ? Scratch(_backwardPlacement) : 0);
        int[] table = call.Table;
        DeviceMemory memory = _device.Memory;
        memory.Reserve(_work, call.Length, scratch, table.Length);
        memory.SendTable(_work, table);
        call.Send(memory, _work);
        _arguments = new KernelArguments
        {
            Memory = memory.Tensors,
            Table = memory.Table,
            Scratch = memory.Scratch,
            Time = call.Shape.Time,
            FirstToken = call.FirstToken,
            MiniBatch = call.MiniBatches.Size,
            FirstInMiniBatch = call.MiniBatches.First,
            Heads = call.Shape.Heads,
            Units = call.Plan.Units,
            UnitHeads = call.Plan.UnitHeads,
            Chunks = call.Plan.Chunks,
            Boundaries = (int)boundaries,
            BoundaryGradients = (int)boundaryGradients,
            Summaries = (int)summaries,
            StateLength = _stateLength,
        };
    }

    private void LaunchForward()
    {
        GpuEntries entries = _kernel.EntryPoints(call.Plan.Lanes);
        if (IsScan)
        {
            for (int component = 0; component < _kernel.Plan.Components; component++)
            {
                Launch(nameof(GpuEntries.Summarise), entries.Summarise, PerChunk, component);
                Launch(nameof(GpuEntries.Advance), entries.Advance, PerLine, component);
            }
        }

        Launch(nameof(GpuEntries.Forward), entries.Forward, IsScan ? PerChunk : PerLine);
    }

    /// <summary>Launches a kernel.</summary>
    /// <param name="name">The name of its entry point.</param>
    /// <param name="entry">The entry point.</param>
    /// <param name="tasks">How many tasks its groups share out.</param>
    /// <param name="component">The component that it works on; -1 for kernels that work on all.</param>
    /// <param name="adjoint">Whether it goes backward.</param>
    private void Launch(string name, Action<KernelArguments, SpecializedValue<KernelShape>>? entry, int tasks, int component = -1, bool adjoint = false)
    {
        GpuWork work = _work with { Entry = name };
        if (entry is null)
        {
            throw new GpuException($"{work}: the generated code has no such kernel, though mode {call.Plan.Mode} is legal. This is an error of the generator.");
        }

        KernelShape shape = adjoint ? backward : forward;
        GpuPlacement placement = adjoint ? _backwardPlacement : _forwardPlacement;
        KernelArguments arguments = _arguments with
        {
            Tasks = tasks,
            Scan = IsScan ? 1 : 0,
            Component = component,
            ChunksPerTask = tasks == PerLine ? call.Plan.Chunks : 1,
            SummaryLength = component < 0 ? 0 : _kernel.Summary(shape, component),
        };
        _device.Kernels.Launch(work, entry, Math.Min(tasks, placement.MaximumGroups), arguments, shape);
    }

    private long Scratch(GpuPlacement placement) => (long)placement.ScratchLength * Math.Min(IsScan ? PerChunk : PerLine, placement.MaximumGroups);

    /// <summary>Copies the states at the boundaries to memory that outlives the call.</summary>
    private KeptStates Keep()
    {
        MemoryBuffer1D<float, Stride1D.Dense> kept = _device.Memory.Rent(_work, BoundaryLength);
        _device.Do(GpuOperation.Download, _work, () => kept.View.AsContiguous().SubView(0, BoundaryLength).CopyFrom(_device.Accelerator.DefaultStream, Boundaries));
        return new KeptStates(_kernel, call.Shape, call.Plan, kept);
    }
}
