namespace ModelDsl.Kernels.Gpu;

/// <summary>
/// The base of generated kernels of layers that are convolutions with kernels of their own. There is one mode, <see cref="Mode.Convolution"/>, and no kernel for the device
/// but those of the parts.
/// </summary>
/// <param name="description">What the layer computes.</param>
/// <param name="device">The device.</param>
public abstract class GpuGivenKernelLayer(RecurrenceDescription description, GpuDevice device) : GpuRecurrenceKernel(description, s_plan, device)
{
    private static readonly GpuPlan s_plan = new() { HeadsAsLanes = false, InputGradients = [], Components = 0 };
    private GivenKernelPlan? _kernels;

    /// <summary>The layer's parts, each a kernel for this device.</summary>
    protected abstract GivenKernelPlan MakeKernels();

    /// <inheritdoc/>
    protected sealed override GpuEntries Entries<L>() => new(null, null, null, null, null);

    /// <inheritdoc/>
    protected sealed override int FrameLength(KernelShape shape, bool adjoint) => 0;

    /// <inheritdoc/>
    protected sealed override int TileLength(KernelShape shape, bool adjoint) => 0;

    /// <inheritdoc/>
    protected sealed override int StateLength(KernelShape shape) => 0;

    /// <inheritdoc/>
    protected sealed override int SummaryLength(KernelShape shape, int component) => 0;

    internal override IEnumerable<IRecurrenceKernel> Parts =>
        [Kernels.Signals.Kernel, .. Kernels.Kernels is { } kernels ? [kernels.Kernel] : Array.Empty<IRecurrenceKernel>(), .. Kernels.Transfers is { } transfers ? [transfers.Kernel] : Array.Empty<IRecurrenceKernel>(), Kernels.Readout.Kernel];

    private GivenKernelPlan Kernels => _kernels ??= MakeKernels();

    private protected override ConvolutionShape ConvolutionShapeOf(SequenceShape shape) => GivenKernelRun.ShapeOf(Kernels, shape);

    private protected override GpuRecurrenceKernel MainPart => (GpuRecurrenceKernel)(Kernels.Kernels ?? Kernels.Transfers ?? Kernels.Signals).Kernel;

    private protected override void Convolve(ConvolutionEngine engine, ConvolutionCall call, RecurrenceTape? tape)
    {
        SequenceLengths.Of(Description, call.Options, call.Shape.Time);
        GivenKernelRun.Run(Description, Kernels, engine, call, tape);
    }
}
