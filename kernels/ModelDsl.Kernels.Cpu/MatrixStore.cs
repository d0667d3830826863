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

            if (rows <= FewRows && LiesRowByRow(matrix))
            {
                _matrices[i] = new PackedMatrix(Corner(frame, matrix), _panels[i].Depth, _panels[i].Columns, Stride(frame, matrix.Slot, matrix.Depth[0]));
                continue;
            }

            _matrices[i] = _panels[i] with { Team = frame.Team };
            Pack(frame, matrix, _matrices[i]);
        }
    }

    /// <summary>Whether a matrix is one block of memory, with the columns side by side as a product has them.</summary>
    private bool LiesRowByRow(MatrixPlan matrix)
    {
        int[] axes = plan.Slots[matrix.Slot].Axes;
        return matrix.Outer.Length == 0 && matrix.Depth.Length == 1 && matrix.FixedAxis < 0 && axes[0] == matrix.Depth[0] && axes.AsSpan(1).SequenceEqual(matrix.Columns);
    }

    private float* Corner(Frame frame, MatrixPlan matrix) =>
        frame.Slot(matrix.Slot) + (matrix.FixedAxis < 0 ? 0 : matrix.FixedIndex * Stride(frame, matrix.Slot, matrix.FixedAxis));

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
        nint stride = 1;
        for (int i = axes.Length - 1; axes[i] != axis; i--)
        {
            stride *= i == axes.Length - 1 ? Simd.Pad(frame.Size(axes[i])) : frame.Size(axes[i]);
        }

        return stride;
    }
}
