using ILGPU;
using ModelDsl.Kernels.Gpu;

namespace ModelDsl.Gpu.Tests.Ema;

/// <summary>
/// A moving average written by hand against the contract between the runtime and generated code: h = a h + w x, y = g h, with a number a
/// for each token and head, weights w for each head, and gains g for each token that all heads share.
/// </summary>
/// <param name="device">The device.</param>
/// <param name="headsAsLanes">Whether a unit is a block of heads, or one head.</param>
internal class EmaKernel(GpuDevice device, bool headsAsLanes) : GpuRecurrenceKernel(s_description, PlanOf(headsAsLanes), device)
{
    private static readonly RecurrenceDescription s_description = new(
        "Ema",
        "elementwise",
        "h = a h + w x; y = g h",
        [new AxisDescription("Channel", null)],
        [
            new InputDescription("x", [0], Across.None), new InputDescription("a", [], Across.None),
            new InputDescription("w", [0], Across.Time), new InputDescription("g", [0], Across.Heads),
        ],
        [new TensorDescription("h", [0])],
        [new TensorDescription("y", [0])],
        [
            new ModeDescription(Mode.Recurrent, true, "always", ""), new ModeDescription(Mode.Chunkwise, true, "linear", ""),
            new ModeDescription(Mode.ParallelScan, true, "linear", ""), new ModeDescription(Mode.Quadratic, false, "written by hand without it", ""),
        ]);

    protected override GpuEntries Entries<L>() => new(
        EmaDevice.Forward<L>, EmaDevice.Backward<L>, EmaDevice.Summarise<L>, EmaDevice.Advance<L>, EmaDevice.Retreat<L>);

    protected override int FrameLength(KernelShape shape, bool adjoint) => KernelShape.Pad((shape.Chunk + 1) * EmaDevice.Elements(shape));

    protected override int TileLength(KernelShape shape, bool adjoint) => adjoint ? KernelShape.Pad(2 * EmaDevice.Elements(shape)) : KernelShape.Padding;

    protected override int StateLength(KernelShape shape) => KernelShape.Pad(EmaDevice.Elements(shape));

    protected override int SummaryLength(KernelShape shape, int component) => 2 * KernelShape.Pad(EmaDevice.Elements(shape));

    private static GpuPlan PlanOf(bool headsAsLanes) => new()
    {
        HeadsAsLanes = headsAsLanes,
        InputGradients = [new(true, true), new(true, true), new(false, true), new(true, false)],
        Components = 1,
    };
}
