namespace ModelDsl.Kernels.Cpu;

/// <summary>The matrices of one frame that do not depend on time, packed for the products of a whole unit.</summary>
internal sealed unsafe class MatrixStore(KernelPlan plan)
{
    private readonly AlignedBuffer _memory = new();
    private readonly PackedMatrix[] _matrices = new PackedMatrix[plan.Matrices.Length];

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
            _matrices[i] = new PackedMatrix(memory, Depth(frame, matrix), Columns(frame, matrix));
            memory += Count(frame, matrix.Outer) * PackedMatrix.Length(_matrices[i].Depth, _matrices[i].Columns);
        }
    }

    /// <summary>Packs the matrices of the forward pass or those of its adjoint.</summary>
    public void Pack(Frame frame, bool adjoint)
    {
        for (int i = 0; i < _matrices.Length; i++)
        {
            if (plan.Matrices[i].IsAdjoint == adjoint)
            {
                Pack(frame, plan.Matrices[i], _matrices[i]);
            }
        }
    }

    private void Pack(Frame frame, MatrixPlan matrix, PackedMatrix target)
    {
        float* source = frame.Slot(matrix.Slot) + (matrix.FixedAxis < 0 ? 0 : matrix.FixedIndex * Stride(frame, matrix.Slot, matrix.FixedAxis));
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
        nint stride = 1;
        for (int i = axes.Length - 1; axes[i] != axis; i--)
        {
            stride *= i == axes.Length - 1 ? Simd.Pad(frame.Size(axes[i])) : frame.Size(axes[i]);
        }

        return stride;
    }
}
