namespace ModelDsl.Kernels.Cpu;

/// <summary>The matrices of one frame that do not depend on time, packed for the products of a whole unit.</summary>
internal sealed unsafe class MatrixStore(KernelPlan plan)
{
    /// <summary>Products of up to so many rows in all do not pay for packing a matrix: it is read, written and read again, instead of read for each.</summary>
    private const int FewRows = 2;

    /// <summary>Multiply-adds that take some tenths of a millisecond, in which a thread can wake up.</summary>
    private const long WorthATeam = 20_000_000;

    private readonly AlignedBuffer _memory = new();
    private readonly PackedMatrix[] _panels = new PackedMatrix[plan.Matrices.Length];
    private readonly PackedMatrix[] _matrices = new PackedMatrix[plan.Matrices.Length];

    // For each input that is read where the caller has it: where that is, and the strides of the slot's axes.
    private readonly float*[] _sources = new float*[plan.Slots.Length];
    private readonly nint[][] _strides = [.. plan.Slots.Select(slot => new nint[slot.Axes.Length])];

    public PackedMatrix this[int id] => _matrices[id];

    /// <summary>Makes room for matrices of the frame's sizes.</summary>
    public void Lay(Frame frame)
    {
        nint total = 0;
        foreach (MatrixPlan matrix in plan.Matrices)
        {
            total += Count(frame, matrix.Outer) * PackedMatrix.Length(Depth(frame, matrix), Columns(frame, matrix));
        }

        float* memory = _memory.Reserve(total);

        // What lies beyond the sizes of axes is zero from here on.
        Frame.Clear(memory, total);
        for (int i = 0; i < _matrices.Length; i++)
        {
            MatrixPlan matrix = plan.Matrices[i];
            _panels[i] = new PackedMatrix(memory, Depth(frame, matrix), Columns(frame, matrix));
            memory += Count(frame, matrix.Outer) * PackedMatrix.Length(_panels[i].Depth, _panels[i].Columns);
        }
    }

    /// <summary>Says where the caller has an input that is a matrix and nothing else.</summary>
    /// <param name="input">The input.</param>
    /// <param name="origin">Its first element for the unit.</param>
    /// <param name="declaredAxes">The axes of the view, in its order.</param>
    /// <param name="view">Its strides.</param>
    public void ReadFrom(int input, float* origin, int[] declaredAxes, in TensorView view)
    {
        _sources[input] = origin;
        int[] axes = plan.Slots[input].Axes;
        for (int i = 0; i < axes.Length; i++)
        {
            _strides[input][i] = view.AxisStride(Array.IndexOf(declaredAxes, axes[i]));
        }
    }

    /// <summary>Whether the products of a unit take so long that threads can be called to help.</summary>
    /// <param name="rows">How many rows each matrix will be multiplied by.</param>
    public bool AreWorthATeam(int rows)
    {
        long elements = 0;
        foreach (PackedMatrix matrix in _panels)
        {
            elements += matrix.Depth >= TeamProduct.WorthFetching ? (long)matrix.Depth * matrix.Columns : 0;
        }

        return rows > FewRows && elements * rows >= WorthATeam;
    }

    /// <summary>Packs the matrices of the forward pass or those of its adjoint.</summary>
    /// <param name="frame">Where they come from.</param>
    /// <param name="adjoint">Which of both.</param>
    /// <param name="rows">How many rows each of them will be multiplied by.</param>
    public void Pack(Frame frame, bool adjoint, int rows)
    {
        for (int i = 0; i < _matrices.Length; i++)
        {
            MatrixPlan matrix = plan.Matrices[i];
            if (matrix.IsAdjoint != adjoint)
            {
                continue;
            }

            if (rows <= FewRows && AsItLies(frame, matrix, _panels[i]) is { } asItLies)
            {
                _matrices[i] = asItLies;
                continue;
            }

            _matrices[i] = _panels[i] with { Team = frame.Team };
            Pack(frame, matrix, _matrices[i]);
        }
    }

    /// <summary>A matrix whose rows, or whose columns, lie one after the other at equal distances, as a product can read it; else null.</summary>
    private PackedMatrix? AsItLies(Frame frame, MatrixPlan matrix, PackedMatrix panels)
    {
        // A product reads whole vectors of columns.
        if (matrix.Outer.Length > 0 || matrix.Depth.Length != 1 || frame.Size(matrix.Columns[^1]) % Simd.Lanes != 0)
        {
            return null;
        }

        nint rowStride = Stride(frame, matrix.Slot, matrix.Depth[0]), columnStride = Stride(frame, matrix.Slot, matrix.Columns[^1]), expected = columnStride;
        for (int i = matrix.Columns.Length - 1; i >= 0; i--)
        {
            if (Stride(frame, matrix.Slot, matrix.Columns[i]) != expected)
            {
                return null;
            }

            expected *= frame.Size(matrix.Columns[i]);
        }

        // A row that stands for all rows of a view has no stride, which would say that there are panels.
        return rowStride == 1 || (columnStride == 1 && rowStride != 0) ? new PackedMatrix(Corner(frame, matrix), panels.Depth, panels.Columns, rowStride, columnStride) : null;
    }

    private float* Corner(Frame frame, MatrixPlan matrix) =>
        Source(frame, matrix.Slot) + (matrix.FixedAxis < 0 ? 0 : matrix.FixedIndex * Stride(frame, matrix.Slot, matrix.FixedAxis));

    private float* Source(Frame frame, int slot) => IsWithCaller(slot) ? _sources[slot] : frame.Slot(slot);

    private bool IsWithCaller(int slot) => plan.MultipliedOnly.AsSpan().Contains(slot);

    private void Pack(Frame frame, MatrixPlan matrix, PackedMatrix target)
    {
        float* source = Corner(frame, matrix);
        int last = frame.Size(matrix.Depth[^1]), columns = frame.Size(matrix.Columns[^1]);
        nint lastStride = Stride(frame, matrix.Slot, matrix.Depth[^1]), columnStride = Stride(frame, matrix.Slot, matrix.Columns[^1]);
        for (int part = 0; part < Count(frame, matrix.Outer); part++)
        {
            PackedMatrix one = target.Part(part);
            float* corner = source + Offset(frame, matrix.Slot, matrix.Outer, part);
            for (int group = 0; group < Count(frame, matrix.Depth.AsSpan()[..^1]); group++)
            {
                float* rows = corner + Offset(frame, matrix.Slot, matrix.Depth.AsSpan()[..^1], group);
                for (int block = 0; block < Count(frame, matrix.Columns.AsSpan()[..^1]); block++)
                {
                    float* first = rows + Offset(frame, matrix.Slot, matrix.Columns.AsSpan()[..^1], block);
                    one.Set(group * DepthStride(frame, matrix), last, block * Simd.Pad(columns), columns, first, lastStride, columnStride);
                }
            }
        }
    }

    /// <summary>Rows of a matrix from one index of its last depth axis but one to the next: rows of the left factor are padded.</summary>
    private static int DepthStride(Frame frame, MatrixPlan matrix) => Simd.Pad(frame.Size(matrix.Depth[^1]));

    private static int Depth(Frame frame, MatrixPlan matrix)
    {
        int groups = Count(frame, matrix.Depth.AsSpan()[..^1]), last = frame.Size(matrix.Depth[^1]);
        return ((groups - 1) * DepthStride(frame, matrix)) + last;
    }

    private static int Columns(Frame frame, MatrixPlan matrix) =>
        Count(frame, matrix.Columns.AsSpan()[..^1]) * Simd.Pad(frame.Size(matrix.Columns[^1]));

    private static int Count(Frame frame, ReadOnlySpan<int> axes)
    {
        int count = 1;
        foreach (int axis in axes)
        {
            count *= frame.Size(axis);
        }

        return count;
    }

    /// <summary>Where the element at an index, counted through all the axes, lies in a slot.</summary>
    private nint Offset(Frame frame, int slot, ReadOnlySpan<int> axes, int index)
    {
        nint offset = 0;
        for (int i = axes.Length - 1; i >= 0; i--)
        {
            offset += index % frame.Size(axes[i]) * Stride(frame, slot, axes[i]);
            index /= frame.Size(axes[i]);
        }

        return offset;
    }

    private nint Stride(Frame frame, int slot, int axis)
    {
        int[] axes = plan.Slots[slot].Axes;
        if (IsWithCaller(slot))
        {
            return _strides[slot][Array.IndexOf(axes, axis)];
        }

        nint stride = 1;
        for (int i = axes.Length - 1; axes[i] != axis; i--)
        {
            stride *= i == axes.Length - 1 ? Simd.Pad(frame.Size(axes[i])) : frame.Size(axes[i]);
        }

        return stride;
    }
}
