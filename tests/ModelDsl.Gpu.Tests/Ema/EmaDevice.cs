using ILGPU;
using ILGPU.Runtime;
using ModelDsl.Kernels.Gpu;

namespace ModelDsl.Gpu.Tests.Ema;

/// <summary>The device code of the moving average. An element is a head of the unit and a channel; threads share out elements.</summary>
internal static class EmaDevice
{
    // The order of the table: inputs, initial state, output, final state, and the gradients.
    private const int X = 0, A = 1, W = 2, G = 3, H0 = 4, Y = 5, H = 6, DY = 7, DH = 8, DX = 9, DA = 10, DW = 11, DG = 12, DH0 = 13;

    /// <summary>Elements in a unit, at most.</summary>
    public static int Elements(KernelShape s) => s.Heads * s.Axis0;

    public static void Forward<L>(KernelArguments a, SpecializedValue<KernelShape> shape)
        where L : unmanaged, ILane<L>
    {
        KernelShape s = shape.Value;
        for (int task = Grid.IdxX; task < a.Tasks; task += Grid.DimX)
        {
            int line = task / (a.Chunks / a.ChunksPerTask), first = task % (a.Chunks / a.ChunksPerTask);
            for (int e = Group.IdxX; e < Used(a, s, line); e += s.Threads)
            {
                float h = a.Scan != 0 ? a.Memory[Boundary(a, line, first) + e] : State(a, s, H0, line, e);
                for (int chunk = first; chunk < first + a.ChunksPerTask; chunk++)
                {
                    if (a.Scan == 0 && a.Boundaries >= 0)
                    {
                        a.Memory[Boundary(a, line, chunk) + e] = h;
                    }

                    for (int t = chunk * s.Chunk; t < End(a, s, chunk); t++)
                    {
                        h = (At(a, s, A, line, t, e, 0) * h) + (At(a, s, W, line, t, e, 1) * At(a, s, X, line, t, e, 1));
                        Put(a, s, Y, line, t, e, At(a, s, G, line, t, e, 1) * h);
                    }
                }

                if (first + a.ChunksPerTask == a.Chunks)
                {
                    Put(a, s, H, line, 0, e, h);
                }
            }
        }
    }

    public static void Backward<L>(KernelArguments a, SpecializedValue<KernelShape> shape)
        where L : unmanaged, ILane<L>
    {
        KernelShape s = shape.Value;
        if (a.Component >= 0)
        {
            Offsets(a, s);
            return;
        }

        ArrayView<float> frame = Team.Frame(a, s), tile = Team.Tile(a, s);
        for (int task = Grid.IdxX; task < a.Tasks; task += Grid.DimX)
        {
            int line = task / (a.Chunks / a.ChunksPerTask), first = task % (a.Chunks / a.ChunksPerTask);
            int used = Used(a, s, line), elements = Elements(s), part = a.Scan != 0 ? first : 0;
            for (int e = Group.IdxX; e < used; e += s.Threads)
            {
                // The gradient of the state and the sum of the weights' gradient stand behind the chunk's states.
                frame[(s.Chunk * elements) + e] = a.Scan != 0 ? a.Memory[BoundaryGradient(a, line, first + 1) + e] : State(a, s, DH, line, e);
                Put(a, s, DW, line, part, e, 0f);
            }

            for (int chunk = first + a.ChunksPerTask - 1; chunk >= first; chunk--)
            {
                Replay(a, s, frame, line, chunk);
                for (int t = End(a, s, chunk) - 1; t >= chunk * s.Chunk; t--)
                {
                    for (int e = Group.IdxX; e < used; e += s.Threads)
                    {
                        float before = frame[((t - (chunk * s.Chunk)) * elements) + e];
                        float decay = At(a, s, A, line, t, e, 0), w = At(a, s, W, line, t, e, 1), x = At(a, s, X, line, t, e, 1);
                        float dy = At(a, s, DY, line, t, e, 1);
                        float dh = frame[(s.Chunk * elements) + e] + (At(a, s, G, line, t, e, 1) * dy);
                        Put(a, s, DX, line, t, e, dh * w);
                        Put(a, s, DW, line, part, e, At(a, s, DW, line, part, e, 1) + (dh * x));
                        tile[e] = dh * before;
                        tile[elements + e] = dy * ((decay * before) + (w * x));
                        frame[(s.Chunk * elements) + e] = decay * dh;
                    }

                    Group.Barrier();
                    for (int head = Group.IdxX; head < used / s.Axis0; head += s.Threads)
                    {
                        float sum = 0f;
                        for (int c = 0; c < s.Axis0; c++)
                        {
                            sum += tile[(head * s.Axis0) + c];
                        }

                        DeviceTensor da = DeviceTensor.At(a.Table, DA);
                        if (da.Start >= 0)
                        {
                            a.Memory[da.Origin(Batch(a, line), t, FirstHead(a, line) + head, a.Heads)] = sum;
                        }
                    }

                    for (int c = Group.IdxX; c < s.Axis0; c += s.Threads)
                    {
                        float sum = 0f;
                        for (int head = 0; head < used / s.Axis0; head++)
                        {
                            sum += tile[elements + (head * s.Axis0) + c];
                        }

                        // A sum over the heads of the unit: its place goes by the unit.
                        DeviceTensor dg = DeviceTensor.At(a.Table, DG);
                        if (dg.Start >= 0)
                        {
                            a.Memory[dg.Start + (Batch(a, line) * dg.BatchStride) + (t * dg.TimeStride) + (line % a.Units * dg.HeadStride) + c] = sum;
                        }
                    }

                    Group.Barrier();
                }
            }

            for (int e = Group.IdxX; e < used && first == 0; e += s.Threads)
            {
                Put(a, s, DH0, line, 0, e, frame[(s.Chunk * elements) + e]);
            }

            Group.Barrier();
        }
    }

    public static void Summarise<L>(KernelArguments a, SpecializedValue<KernelShape> shape)
        where L : unmanaged, ILane<L>
    {
        KernelShape s = shape.Value;
        for (int task = Grid.IdxX; task < a.Tasks; task += Grid.DimX)
        {
            int line = task / a.Chunks, chunk = task % a.Chunks, at = a.Summaries + (task * a.SummaryLength);
            for (int e = Group.IdxX; e < Used(a, s, line); e += s.Threads)
            {
                float transition = 1f, offset = 0f;
                for (int t = chunk * s.Chunk; t < End(a, s, chunk); t++)
                {
                    float decay = At(a, s, A, line, t, e, 0);
                    transition *= decay;
                    offset = (decay * offset) + (At(a, s, W, line, t, e, 1) * At(a, s, X, line, t, e, 1));
                }

                a.Memory[at + e] = transition;
                a.Memory[at + (a.SummaryLength / 2) + e] = offset;
            }
        }
    }

    /// <summary>What a chunk adds to the gradient of the states before it.</summary>
    private static void Offsets(KernelArguments a, KernelShape s)
    {
        for (int task = Grid.IdxX; task < a.Tasks; task += Grid.DimX)
        {
            int line = task / a.Chunks, chunk = task % a.Chunks, at = a.Summaries + (task * a.SummaryLength) + (a.SummaryLength / 2);
            for (int e = Group.IdxX; e < Used(a, s, line); e += s.Threads)
            {
                float dh = 0f;
                for (int t = End(a, s, chunk) - 1; t >= chunk * s.Chunk; t--)
                {
                    dh = At(a, s, A, line, t, e, 0) * (dh + (At(a, s, G, line, t, e, 1) * At(a, s, DY, line, t, e, 1)));
                }

                a.Memory[at + e] = dh;
            }
        }
    }

    public static void Advance<L>(KernelArguments a, SpecializedValue<KernelShape> shape)
        where L : unmanaged, ILane<L>
    {
        KernelShape s = shape.Value;
        for (int line = Grid.IdxX; line < a.Tasks; line += Grid.DimX)
        {
            for (int e = Group.IdxX; e < Used(a, s, line); e += s.Threads)
            {
                float h = State(a, s, H0, line, e);
                a.Memory[Boundary(a, line, 0) + e] = h;
                for (int chunk = 0; chunk < a.Chunks; chunk++)
                {
                    int at = a.Summaries + (((line * a.Chunks) + chunk) * a.SummaryLength) + e;
                    h = (a.Memory[at] * h) + a.Memory[at + (a.SummaryLength / 2)];
                    a.Memory[Boundary(a, line, chunk + 1) + e] = h;
                }
            }
        }
    }

    public static void Retreat<L>(KernelArguments a, SpecializedValue<KernelShape> shape)
        where L : unmanaged, ILane<L>
    {
        KernelShape s = shape.Value;
        for (int line = Grid.IdxX; line < a.Tasks; line += Grid.DimX)
        {
            for (int e = Group.IdxX; e < Used(a, s, line); e += s.Threads)
            {
                float dh = State(a, s, DH, line, e);
                a.Memory[BoundaryGradient(a, line, a.Chunks) + e] = dh;
                for (int chunk = a.Chunks - 1; chunk >= 0; chunk--)
                {
                    int at = a.Summaries + (((line * a.Chunks) + chunk) * a.SummaryLength) + e;
                    dh = (a.Memory[at] * dh) + a.Memory[at + (a.SummaryLength / 2)];
                    a.Memory[BoundaryGradient(a, line, chunk) + e] = dh;
                }
            }
        }
    }

    /// <summary>The states before each token of a chunk, in the frame. Every thread writes what it reads again, so there is no barrier.</summary>
    private static void Replay(KernelArguments a, KernelShape s, ArrayView<float> frame, int line, int chunk)
    {
        for (int e = Group.IdxX; e < Used(a, s, line); e += s.Threads)
        {
            float h = a.Memory[Boundary(a, line, chunk) + e];
            for (int t = chunk * s.Chunk; t < End(a, s, chunk); t++)
            {
                frame[((t - (chunk * s.Chunk)) * Elements(s)) + e] = h;
                h = (At(a, s, A, line, t, e, 0) * h) + (At(a, s, W, line, t, e, 1) * At(a, s, X, line, t, e, 1));
            }
        }
    }

    private static int Batch(KernelArguments a, int line) => line / a.Units;

    private static int FirstHead(KernelArguments a, int line) => line % a.Units * a.UnitHeads;

    private static int Used(KernelArguments a, KernelShape s, int line)
    {
        int left = a.Heads - FirstHead(a, line);
        return (left < a.UnitHeads ? left : a.UnitHeads) * s.Axis0;
    }

    private static int End(KernelArguments a, KernelShape s, int chunk)
    {
        int end = (chunk + 1) * s.Chunk;
        return end < a.Time ? end : a.Time;
    }

    private static int Boundary(KernelArguments a, int line, int chunk) => a.Boundaries + (((line * (a.Chunks + 1)) + chunk) * a.StateLength);

    private static int BoundaryGradient(KernelArguments a, int line, int chunk) => a.BoundaryGradients + (((line * (a.Chunks + 1)) + chunk) * a.StateLength);

    private static float State(KernelArguments a, KernelShape s, int tensor, int line, int e) =>
        DeviceTensor.At(a.Table, tensor).Start < 0 ? 0f : At(a, s, tensor, line, 0, e, 1);

    private static float At(KernelArguments a, KernelShape s, int tensor, int line, int t, int e, int hasChannel)
    {
        DeviceTensor at = DeviceTensor.At(a.Table, tensor);
        return at.Start < 0 ? 0f : a.Memory[at.Origin(Batch(a, line), t, FirstHead(a, line) + (e / s.Axis0), a.Heads) + (hasChannel * (e % s.Axis0))];
    }

    private static void Put(KernelArguments a, KernelShape s, int tensor, int line, int t, int e, float value)
    {
        DeviceTensor at = DeviceTensor.At(a.Table, tensor);
        if (at.Start >= 0)
        {
            a.Memory[at.Origin(Batch(a, line), t, FirstHead(a, line) + (e / s.Axis0), a.Heads) + (e % s.Axis0)] = value;
        }
    }
}
