namespace ModelDsl.Kernels.Gpu;

/// <summary>A tensor of a call: the caller's view of it, and its place in the device's memory.</summary>
internal sealed unsafe class CallTensor
{
    /// <summary>From this many floats on a tensor without gaps is copied straight from and to the caller's memory; smaller ones travel together.</summary>
    private const int WorthItsOwnCopy = 16 * 1024;

    private readonly TensorView _view;
    private readonly CopyAxis[] _axes;

    private CallTensor(TensorView view, DeviceTensor device, long length, CopyAxis[] axes)
    {
        _view = view;
        Device = device;
        Length = length;
        _axes = axes;
    }

    /// <summary>No tensor.</summary>
    public static CallTensor Absent { get; } = new(default, new DeviceTensor { Start = -1, Heads = 1 }, 0, []);

    /// <summary>Its entry in the table. Its start is set by <see cref="PlaceAt"/>.</summary>
    public DeviceTensor Device { get; private set; }

    /// <summary>Floats on the device.</summary>
    public long Length { get; }

    /// <summary>Whether there is one.</summary>
    public bool IsPresent => Length > 0;

    /// <summary>Whether it is copied straight from or to the caller's memory.</summary>
    public bool IsDirect => Length >= WorthItsOwnCopy && HostCopy.IsOneRun(_axes);

    /// <summary>The caller's memory.</summary>
    public float* Host => _view.Pointer;

    /// <summary>A tensor that the device holds as the caller does, less gaps and repetitions.</summary>
    /// <param name="view">The caller's view.</param>
    /// <param name="sizes">The sizes of the call, as far as the tensor has them.</param>
    /// <param name="heads">Heads on the device: those of the view, or of the sequence.</param>
    /// <param name="repeats">Whether elements that the view repeats are held once.</param>
    /// <param name="headsFillLanes">Whether neighbouring heads are worked on together, and so lie beside each other.</param>
    public static CallTensor Mirror(TensorView view, TensorSizes sizes, int heads, bool repeats, bool headsFillLanes)
    {
        if (view.IsNull)
        {
            return Absent;
        }

        if (DeviceAddress.Is(view))
        {
            return Resident(view, sizes, heads);
        }

        int viewHeads = Math.Max(view.Heads, 1), group = heads / viewHeads;
        Dimension batch = new(sizes.Batch, view.BatchStride, repeats), time = new(sizes.Time, view.TimeStride, repeats);
        Dimension head = new(heads, view.HeadStride, repeats && group == 1);
        nint volume = sizes.Volume;

        // The caller's order keeps memory without gaps in one piece; it has a say unless the kernel wants neighbouring heads.
        Dimension[] order = [batch, time, head];
        if (!headsFillLanes)
        {
            order = [.. order.OrderByDescending(dimension => dimension.Stride)];
        }

        foreach (Dimension dimension in Enumerable.Reverse(order))
        {
            dimension.Packed = dimension.Count > 1 ? volume : 0;
            volume *= dimension.Count;
        }

        CopyAxis[] axes = HostCopy.Simplify(
        [
            new(batch.Count, batch.Stride, batch.Packed),
            new(time.Count, time.Stride, time.Packed),
            new(head.Count / group, head.Stride, head.Packed * group),
            new(group, 0, head.Packed),
            .. sizes.Axes(view),
        ]);
        return new CallTensor(
            view,
            new DeviceTensor { BatchStride = (int)batch.Packed, TimeStride = (int)time.Packed, HeadStride = (int)head.Packed, Heads = heads },
            volume,
            axes);
    }

    /// <summary>A tensor that lies on the device already, and stays there. It is not copied, and so has no length.</summary>
    private static CallTensor Resident(TensorView view, TensorSizes sizes, int heads)
    {
        nint packed = sizes.Volume;
        for (int i = 0; i < sizes.AxisSizes.Length; i++)
        {
            packed /= sizes.AxisSizes[i];
            if (view.AxisStride(i) != packed)
            {
                throw new ArgumentException("The named axes of a tensor on the device must be dense and in the order of their declaration.", nameof(view));
            }
        }

        return new CallTensor(
            view,
            new DeviceTensor
            {
                Start = (int)DeviceAddress.Offset(view.Data), BatchStride = (int)view.BatchStride, TimeStride = (int)view.TimeStride, HeadStride = (int)view.HeadStride, Heads = heads,
            },
            0,
            []);
    }

    /// <summary>The parts of a gradient that are still to be added: [batch, time, heads or units, axes...].</summary>
    /// <param name="sizes">The sizes of the call and the gradient's axes; its time is the number of parts where tokens are added already.</param>
    /// <param name="rows">Heads, or units.</param>
    public static CallTensor Parts(TensorSizes sizes, int rows)
    {
        long volume = sizes.Volume, time = rows * volume, batch = sizes.Time * time;
        return new CallTensor(
            default,
            new DeviceTensor { BatchStride = (int)batch, TimeStride = (int)time, HeadStride = (int)volume, Heads = rows },
            sizes.Batch * batch,
            []);
    }

    /// <summary>Gives it its place.</summary>
    public void PlaceAt(long start) => Device = Device with { Start = (int)start };

    /// <summary>From the caller's memory to packed memory.</summary>
    public void Pack(float* packed) => HostCopy.Pack(_view.Pointer, packed, _axes);

    /// <summary>From packed memory to the caller's.</summary>
    public void Unpack(float* packed) => HostCopy.Unpack(_view.Pointer, packed, _axes);

    /// <summary>A dimension of a tensor; one that repeats is held once.</summary>
    private sealed class Dimension(int size, nint stride, bool repeats)
    {
        public int Count => repeats && Stride == 0 ? 1 : size;

        public nint Stride => stride;

        public nint Packed { get; set; }
    }
}

/// <summary>The sizes of a tensor of a call.</summary>
/// <param name="Batch">Sequences; 1 if the tensor has none.</param>
/// <param name="Time">Tokens; 1 if the tensor has none.</param>
/// <param name="AxisSizes">The sizes of its named axes.</param>
internal readonly record struct TensorSizes(int Batch, int Time, int[] AxisSizes)
{
    /// <summary>Elements of a token and head.</summary>
    public int Volume => AxisSizes.Aggregate(1, (product, size) => product * size);

    /// <summary>The named axes, dense in declared order in packed memory.</summary>
    public IEnumerable<CopyAxis> Axes(TensorView view)
    {
        nint packed = Volume;
        for (int i = 0; i < AxisSizes.Length; i++)
        {
            packed /= AxisSizes[i];
            yield return new CopyAxis(AxisSizes[i], view.AxisStride(i), packed);
        }
    }
}
