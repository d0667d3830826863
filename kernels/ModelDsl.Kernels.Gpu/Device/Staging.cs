using ILGPU;

namespace ModelDsl.Kernels.Gpu;

/// <summary>
/// Copies between a tensor of a call and rows of a frame or tile: [tokens, n0, n1, n2, lanes], the lanes padded with zeros in the rows. Strides are those of the
/// tensor; the rows are dense but for the padding. All threads share the work. A barrier must follow before what was read is used. A tensor that is absent
/// is read as zeros and not written.
/// </summary>
public static class Staging
{
    /// <summary>Reads rows whose innermost axis is a named one.</summary>
    /// <param name="a">The call.</param>
    /// <param name="s">The kernel's shape.</param>
    /// <param name="tensor">The tensor's position in the table.</param>
    /// <param name="batch">The sequence.</param>
    /// <param name="token">The first token.</param>
    /// <param name="tokens">How many; 1 for a tensor without time.</param>
    /// <param name="head">The first head (or unit, for what is kept for each unit).</param>
    /// <param name="heads">Heads (or units) of the sequence.</param>
    /// <param name="rows">Where the rows are.</param>
    /// <param name="at">The first of them.</param>
    /// <param name="lanes">Size of the innermost axis in the rows.</param>
    /// <param name="laneStride">Its stride in the tensor.</param>
    /// <param name="n2">Size of the axis around it, 1 if there is none.</param>
    /// <param name="stride2">Its stride in the tensor.</param>
    /// <param name="n1">The same for the next axis.</param>
    /// <param name="stride1">Its stride in the tensor.</param>
    /// <param name="n0">The same for the outermost axis.</param>
    /// <param name="stride0">Its stride in the tensor.</param>
    public static void Read<L>(
        KernelArguments a, KernelShape s, int tensor, int batch, int token, int tokens, int head, int heads, ArrayView<float> rows, int at, int lanes, int laneStride,
        int n2 = 1, int stride2 = 0, int n1 = 1, int stride1 = 0, int n0 = 1, int stride0 = 0)
        where L : unmanaged, ILane<L>
    {
        DeviceTensor t = DeviceTensor.At(a.Table, tensor);
        ReadRows<L>(s, a.Memory, t.Origin(batch, token, head, heads), t.TimeStride, rows, at, tokens, KernelShape.Pad(lanes), lanes, laneStride, n2, stride2, n1, stride1, n0, stride0);
    }

    /// <summary>Reads rows whose innermost axis is the heads of a unit: heads of a grouped tensor are one and the same there.</summary>
    /// <inheritdoc cref="Read"/>
    public static void ReadHeads<L>(
        KernelArguments a, KernelShape s, int tensor, int batch, int token, int tokens, int head, int heads, ArrayView<float> rows, int at, int lanes,
        int n2 = 1, int stride2 = 0, int n1 = 1, int stride1 = 0, int n0 = 1, int stride0 = 0)
        where L : unmanaged, ILane<L>
    {
        DeviceTensor t = DeviceTensor.At(a.Table, tensor);
        ReadRows<L>(
            s, a.Memory, t.Origin(batch, token, head, heads), t.TimeStride, rows, at, tokens, s.Heads, lanes, t.Heads == heads ? t.HeadStride : 0,
            n2, stride2, n1, stride1, n0, stride0);
    }

    /// <summary>Reads one number for each token: tokens fill the lanes.</summary>
    /// <inheritdoc cref="Read"/>
    public static void ReadTokens<L>(
        KernelArguments a, KernelShape s, int tensor, int batch, int token, int tokens, int head, int heads, ArrayView<float> rows, int at)
        where L : unmanaged, ILane<L>
    {
        DeviceTensor t = DeviceTensor.At(a.Table, tensor);
        ReadRows<L>(s, a.Memory, t.Origin(batch, token, head, heads), 0, rows, at, 1, 0, tokens, t.TimeStride, 1, 0, 1, 0, 1, 0);
    }

    /// <summary>Counts tokens: the position of each in its sequence, zero beyond the last.</summary>
    /// <param name="s">The kernel's shape.</param>
    /// <param name="first">The position of the first token.</param>
    /// <param name="tokens">How many.</param>
    /// <param name="rows">Where the numbers go.</param>
    /// <param name="at">The first of them.</param>
    public static void CountTokens(KernelShape s, int first, int tokens, ArrayView<float> rows, int at)
    {
        for (int t = Group.IdxX; t < KernelShape.Pad(tokens); t += s.Threads)
        {
            rows[at + t] = t < tokens ? first + t : 0f;
        }
    }

    /// <summary>Counts tokens within their mini-batches: the position of each, zero beyond the last.</summary>
    /// <param name="s">The kernel's shape.</param>
    /// <param name="first">The position of the first token, counted from the start of a mini-batch.</param>
    /// <param name="miniBatch">Tokens of a mini-batch.</param>
    /// <param name="tokens">How many.</param>
    /// <param name="rows">Where the numbers go.</param>
    /// <param name="at">The first of them.</param>
    public static void CountTokensOfMiniBatch(KernelShape s, int first, int miniBatch, int tokens, ArrayView<float> rows, int at)
    {
        for (int t = Group.IdxX; t < KernelShape.Pad(tokens); t += s.Threads)
        {
            rows[at + t] = t < tokens ? (first + t) % miniBatch : 0f;
        }
    }

    /// <summary>Writes rows whose innermost axis is a named one.</summary>
    /// <inheritdoc cref="Read"/>
    public static void Write<L>(
        KernelArguments a, KernelShape s, int tensor, int batch, int token, int tokens, int head, int heads, ArrayView<float> rows, int at, int lanes, int laneStride,
        int n2 = 1, int stride2 = 0, int n1 = 1, int stride1 = 0, int n0 = 1, int stride0 = 0)
        where L : unmanaged, ILane<L>
    {
        DeviceTensor t = DeviceTensor.At(a.Table, tensor);
        WriteRows<L>(s, a.Memory, t.Origin(batch, token, head, heads), t.TimeStride, rows, at, tokens, KernelShape.Pad(lanes), lanes, laneStride, n2, stride2, n1, stride1, n0, stride0);
    }

    /// <summary>Writes rows whose innermost axis is the heads of a unit.</summary>
    /// <inheritdoc cref="Read"/>
    public static void WriteHeads<L>(
        KernelArguments a, KernelShape s, int tensor, int batch, int token, int tokens, int head, int heads, ArrayView<float> rows, int at, int lanes,
        int n2 = 1, int stride2 = 0, int n1 = 1, int stride1 = 0, int n0 = 1, int stride0 = 0)
        where L : unmanaged, ILane<L>
    {
        DeviceTensor t = DeviceTensor.At(a.Table, tensor);
        WriteRows<L>(s, a.Memory, t.Origin(batch, token, head, heads), t.TimeStride, rows, at, tokens, s.Heads, lanes, t.HeadStride, n2, stride2, n1, stride1, n0, stride0);
    }

    /// <summary>Writes one number for each token.</summary>
    /// <inheritdoc cref="Read"/>
    public static void WriteTokens<L>(
        KernelArguments a, KernelShape s, int tensor, int batch, int token, int tokens, int head, int heads, ArrayView<float> rows, int at)
        where L : unmanaged, ILane<L>
    {
        DeviceTensor t = DeviceTensor.At(a.Table, tensor);
        WriteRows<L>(s, a.Memory, t.Origin(batch, token, head, heads), 0, rows, at, 1, 0, tokens, t.TimeStride, 1, 0, 1, 0, 1, 0);
    }

    private static void ReadRows<L>(
        KernelShape s, ArrayView<float> memory, int origin, int time, ArrayView<float> target, int at, int tokens, int width, int lanes, int laneStride,
        int n2, int stride2, int n1, int stride1, int n0, int stride0)
        where L : unmanaged, ILane<L>
    {
        for (int row = Team.Row(s); row < tokens * n0 * n1 * n2; row += Team.Rows(s))
        {
            int source = origin + Offset(row, time, n2, stride2, n1, stride1, n0, stride0);
            for (int i = Team.Column(s) * L.Width; i < lanes; i += s.Columns * L.Width)
            {
                L value = origin < 0 ? L.Broadcast(0f)
                    : laneStride == 1 && lanes % L.Width == 0 ? L.Load(memory, source + i)
                    : L.Gather(memory, source + (i * laneStride), laneStride, i, lanes);
                L.Store(target, at + (row * width) + i, value, i, lanes);
            }
        }
    }

    private static void WriteRows<L>(
        KernelShape s, ArrayView<float> memory, int origin, int time, ArrayView<float> source, int at, int tokens, int width, int lanes, int laneStride,
        int n2, int stride2, int n1, int stride1, int n0, int stride0)
        where L : unmanaged, ILane<L>
    {
        int rows = origin < 0 ? 0 : tokens * n0 * n1 * n2;
        for (int row = Team.Row(s); row < rows; row += Team.Rows(s))
        {
            int target = origin + Offset(row, time, n2, stride2, n1, stride1, n0, stride0);
            for (int i = Team.Column(s) * L.Width; i < lanes; i += s.Columns * L.Width)
            {
                L.Scatter(memory, target + (i * laneStride), laneStride, L.Load(source, at + (row * width) + i), i, lanes);
            }
        }
    }

    private static int Offset(int row, int time, int n2, int stride2, int n1, int stride1, int n0, int stride0)
    {
        int i2 = row % n2, rest = row / n2;
        int i1 = rest % n1, outer = rest / n1;
        return (outer / n0 * time) + (outer % n0 * stride0) + (i1 * stride1) + (i2 * stride2);
    }
}
