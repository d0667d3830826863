using ModelDsl.Kernels.Gpu;

namespace ModelDsl.Gpu.Tests.Ema;

/// <summary>A call of the moving average with random tensors, and what it should give, computed in double precision.</summary>
internal sealed unsafe class EmaCase
{
    private readonly HostTensor[] _all;

    /// <param name="shape">The sizes.</param>
    /// <param name="groups">Heads that the decays have.</param>
    /// <param name="headsBeforeTime">Whether sequences lie [batch, head, time, channel] in memory.</param>
    /// <param name="gap">Unused elements at the end of every row.</param>
    public EmaCase(SequenceShape shape, int groups = 0, bool headsBeforeTime = false, int gap = 0)
    {
        Shape = shape;
        (int b, int t, int h, int c) = (shape.Batch, shape.Time, shape.Heads, shape.AxisSizes[0]);
        groups = groups == 0 ? h : groups;
        HostTensor Sequence(int heads, int channels, bool hasHead, int seed) =>
            new(b, t, heads, channels, hasTime: true, hasHead, hasChannel: channels > 0, headsBeforeTime, gap, seed);
        HostTensor State(int seed) => new(b, 1, h, c, hasTime: false, hasHead: true, hasChannel: true, false, gap, seed);
        X = Sequence(h, c, true, 1);
        A = Sequence(groups, 0, true, 2);
        W = new HostTensor(1, 1, h, c, hasTime: false, hasHead: true, hasChannel: true, false, gap, 3, hasBatch: false);
        G = Sequence(1, c, false, 4);
        H0 = State(5);
        Y = Sequence(h, c, true, -1);
        H = State(-1);
        DY = Sequence(h, c, true, 6);
        DH = State(7);
        DX = X.Same();
        DA = A.Same();
        DW = W.Same();
        DG = G.Same();
        DH0 = H0.Same();
        _all = [X, A, W, G, H0, Y, H, DY, DH, DX, DA, DW, DG, DH0];
    }

    public SequenceShape Shape { get; }

    public HostTensor X { get; }

    public HostTensor A { get; }

    public HostTensor W { get; }

    public HostTensor G { get; }

    public HostTensor H0 { get; }

    public HostTensor Y { get; }

    public HostTensor H { get; }

    public HostTensor DY { get; }

    public HostTensor DH { get; }

    public HostTensor DX { get; }

    public HostTensor DA { get; }

    public HostTensor DW { get; }

    public HostTensor DG { get; }

    public HostTensor DH0 { get; }

    public void Forward(IRecurrenceKernel kernel, RunOptions options, RecurrenceTape? tape = null) =>
        kernel.Forward(Shape, [X.View, A.View, W.View, G.View], [H0.View], [Y.View], [H.View], options, tape);

    public void Backward(IRecurrenceKernel kernel, RunOptions options, RecurrenceTape? tape = null) =>
        kernel.Backward(
            Shape, [X.View, A.View, W.View, G.View], [H0.View], [DY.View], [DH.View], [DX.View, DA.View, DW.View, DG.View], [DH0.View], options, tape);

    /// <summary>Everything that a call may write, as bits.</summary>
    public float[] Results => [.. new[] { Y, H, DX, DA, DW, DG, DH0 }.SelectMany(tensor => tensor.Memory)];

    /// <summary>All memory of the case, with the gaps.</summary>
    public float[] Everything => [.. _all.SelectMany(tensor => tensor.Memory)];

    /// <summary>Compares outputs and final states with the definition.</summary>
    public void CheckForward()
    {
        Reference reference = new(this);
        Y.ShouldBe(reference.Y, "y");
        H.ShouldBe(reference.H, "h");
    }

    /// <summary>Compares gradients with the definition's.</summary>
    public void CheckBackward()
    {
        Reference reference = new(this);
        DX.ShouldBe(reference.DX, "dx");
        DA.ShouldBe(reference.DA, "da");
        DW.ShouldBe(reference.DW, "dw");
        DG.ShouldBe(reference.DG, "dg");
        DH0.ShouldBe(reference.DH0, "dh0");
    }

    /// <summary>The definition and its gradient, token by token in double precision. Numbers go by the place of the element in the tensor.</summary>
    private sealed class Reference
    {
        public readonly Dictionary<long, double> Y = [], H = [], DX = [], DA = [], DW = [], DG = [], DH0 = [];

        public Reference(EmaCase e)
        {
            for (int b = 0; b < e.Shape.Batch; b++)
            {
                for (int h = 0; h < e.Shape.Heads; h++)
                {
                    for (int c = 0; c < e.Shape.AxisSizes[0]; c++)
                    {
                        Run(e, b, h, c);
                    }
                }
            }
        }

        private void Run(EmaCase e, int b, int h, int c)
        {
            int time = e.Shape.Time, heads = e.Shape.Heads;
            double[] states = new double[time + 1];
            states[0] = e.H0[b, 0, h, c, heads];
            for (int t = 0; t < time; t++)
            {
                states[t + 1] = (e.A[b, t, h, 0, heads] * states[t]) + (e.W[b, t, h, c, heads] * e.X[b, t, h, c, heads]);
                Y[e.Y.At(b, t, h, c, heads)] = e.G[b, t, h, c, heads] * states[t + 1];
            }

            H[e.H.At(b, 0, h, c, heads)] = states[time];
            double dh = e.DH[b, 0, h, c, heads];
            for (int t = time - 1; t >= 0; t--)
            {
                double dy = e.DY[b, t, h, c, heads];
                dh += e.G[b, t, h, c, heads] * dy;
                Add(DG, e.DG.At(b, t, h, c, heads), dy * states[t + 1]);
                Add(DX, e.DX.At(b, t, h, c, heads), dh * e.W[b, t, h, c, heads]);
                Add(DW, e.DW.At(b, t, h, c, heads), dh * e.X[b, t, h, c, heads]);
                Add(DA, e.DA.At(b, t, h, 0, heads), dh * states[t]);
                dh *= e.A[b, t, h, 0, heads];
            }

            DH0[e.DH0.At(b, 0, h, c, heads)] = dh;
        }

        private static void Add(Dictionary<long, double> sums, long at, double value) => sums[at] = sums.GetValueOrDefault(at) + value;
    }
}
