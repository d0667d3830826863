namespace ModelDsl.Kernels.Gpu;

/// <summary>
/// The gradient of an input where several units, chunks or sequences add to the same elements (inputs shared across heads or time, grouped
/// heads): each leaves its part on the device, and the parts are added here in a fixed order, so that the bits are always the same.
/// </summary>
internal sealed unsafe class GradientParts
{
    private readonly TensorView _view;
    private readonly CopyAxis[] _parts;
    private readonly CopyAxis[] _target;

    /// <param name="view">The caller's gradient.</param>
    /// <param name="tensor">The parts on the device, or none if the gradient is zero.</param>
    /// <param name="sizes">The sizes of the caller's gradient.</param>
    /// <param name="parts">How many parts there are of a sequence's rows, where tokens are added already; 0 if there is a row for each token.</param>
    public GradientParts(TensorView view, CallTensor tensor, TensorSizes sizes, int parts)
    {
        _view = view;
        Tensor = tensor;
        int heads = Math.Max(view.Heads, 1);
        _target =
        [
            new(sizes.Batch, view.BatchStride, 0), new(sizes.Time, view.TimeStride, 0), new(heads, view.HeadStride, 0), .. sizes.Axes(view),
        ];
        if (!tensor.IsPresent)
        {
            _parts = [];
            return;
        }

        // A gradient without tokens has no sequences either: all of them add to the same rows.
        DeviceTensor device = tensor.Device;
        int batches = (int)(tensor.Length / device.BatchStride), group = device.Heads / heads;
        _parts =
        [
            new(batches, parts == 0 ? view.BatchStride : 0, device.BatchStride),
            parts == 0 ? new(sizes.Time, view.TimeStride, device.TimeStride) : new(parts, 0, device.TimeStride),
            new(heads, view.HeadStride, (nint)device.HeadStride * group),
            new(group, 0, device.HeadStride),
            .. sizes.Axes(view),
        ];
    }

    /// <summary>Where the parts are on the device; absent if the gradient is zero.</summary>
    public CallTensor Tensor { get; }

    /// <summary>Overwrites the caller's gradient with the sum of the parts.</summary>
    /// <param name="packed">The parts.</param>
    public void Add(float* packed)
    {
        HostCopy.Clear(_view.Pointer, _target);
        if (Tensor.IsPresent)
        {
            HostCopy.Add(_view.Pointer, packed, _parts);
        }
    }
}
