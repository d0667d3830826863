using System.Runtime.Intrinsics;

namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// Runs states that are affine in each other, element by element: h_i = sum_j a_ij * h_j + b_i. The transition of a chunk is a product of small
/// matrices, one for each element.
/// </summary>
internal sealed unsafe class CoupledEngine(CoupledPlan plan, KernelPlan kernel) : CarriedEngine(plan.States, kernel)
{
    /// <summary>Numbers in double precision that fill a vector.</summary>
    private const int HalfLanes = Simd.Lanes / 2;

    private readonly CoupledPlan _plan = plan;
    private readonly int _count = plan.States.Length;

    public override void Forward(Frame frame, Mode mode)
    {
        Enter(frame);
        if (mode == Mode.Quadratic)
        {
            Quadratic(frame);
        }
        else
        {
            Scan(frame);
        }

        Leave(frame);
    }

    public override void Backward(Frame frame, Mode mode, float** starts)
    {
        int width = Width(frame);
        Span<Vector512<float>> carry = stackalloc Vector512<float>[_count];
        Span<Vector512<float>> before = stackalloc Vector512<float>[_count];
        for (int lane = 0; lane < width; lane += Simd.Lanes)
        {
            int lanes = width - lane;
            for (int i = 0; i < _count; i++)
            {
                carry[i] = Simd.LoadPartial(frame.StateGradient(States[i]) + lane, lanes) + Load(frame, HistoryGradients[i], frame.Tokens, lane, lanes);
            }

            for (int t = frame.Tokens - 1; t >= 0; t--)
            {
                for (int j = 0; j < _count; j++)
                {
                    before[j] = Load(frame, HistoryGradients[j], t, lane, lanes);
                }

                for (int i = 0; i < _count; i++)
                {
                    Store(frame, _plan.Inputs[i].Gradient, t, lane, lanes, carry[i]);
                    for (int j = 0; j < _count; j++)
                    {
                        OperandPlan a = _plan.Multipliers[(i * _count) + j];
                        if (a.Slot >= 0)
                        {
                            Store(frame, a.Gradient, t, lane, lanes, carry[i] * Load(frame, Histories[j], t, lane, lanes));
                            before[j] += Load(frame, a.Slot, t, lane, lanes) * carry[i];
                        }
                    }
                }

                before.CopyTo(carry);
            }

            for (int i = 0; i < _count; i++)
            {
                Simd.StorePartial(frame.StateGradient(States[i]) + lane, carry[i], lanes);
            }
        }
    }

    /// <summary>Every number of the matrices is the sum of two: see <see cref="ElementwiseChunk.Total(int, int, float*, nint, float*, float*)"/>.</summary>
    public override nint TransitionLength(Frame frame) => 2 * RestOf(frame);

    public override void Summarise(Frame frame, float* transition, float* offset)
    {
        int width = Width(frame);
        nint rest = RestOf(frame);
        Span<Vector512<double>> product = stackalloc Vector512<double>[_count * _count];
        for (int lane = 0; lane < width; lane += HalfLanes)
        {
            product.Clear();
            for (int i = 0; i < _count; i++)
            {
                product[(i * _count) + i] = Vector512<double>.One;
            }

            for (int t = 0; t < frame.Tokens; t++)
            {
                MultiplyFromLeft(frame, t, lane, width - lane, product);
            }

            for (int e = 0; e < product.Length; e++)
            {
                float* target = transition + (e * frame.StateLength(States[0])) + lane;
                for (int l = 0; l < Math.Min(HalfLanes, width - lane); l++)
                {
                    target[l] = (float)product[e][l];
                    target[l + rest] = (float)(product[e][l] - target[l]);
                }
            }
        }

        foreach (int history in Histories)
        {
            Frame.Clear(frame.Slot(history), frame.Row(history));
        }

        Scan(frame);
        for (int i = 0; i < _count; i++)
        {
            Copy(frame.Slot(Histories[i]) + (frame.Tokens * frame.Row(Histories[i])), offset, frame.Row(Histories[i]));
            offset += frame.StateLength(States[i]);
        }
    }

    public override void Advance(Frame frame, float* transition, float* offset, float** states) => Apply(frame, transition, offset, states, transposed: false);

    public override void Retreat(Frame frame, float* transition, float* offset, float** states) => Apply(frame, transition, offset, states, transposed: true);

    private nint RestOf(Frame frame) => (nint)_count * _count * frame.StateLength(States[0]);

    private int Width(Frame frame) => (int)frame.Row(Histories[0]);

    private void Apply(Frame frame, float* transition, float* offset, float** states, bool transposed)
    {
        nint length = frame.StateLength(States[0]);
        nint rest = RestOf(frame);
        Span<double> old = stackalloc double[_count];
        for (nint e = 0; e < length; e++)
        {
            for (int i = 0; i < _count; i++)
            {
                old[i] = states[i][e];
            }

            for (int i = 0; i < _count; i++)
            {
                double sum = offset[(i * length) + e];
                for (int j = 0; j < _count; j++)
                {
                    int entry = transposed ? (j * _count) + i : (i * _count) + j;
                    float* number = transition + (entry * length) + e;
                    sum += ((double)*number + number[rest]) * old[j];
                }

                states[i][e] = (float)sum;
            }
        }
    }

    private void Scan(Frame frame)
    {
        int width = Width(frame);
        Span<Vector512<float>> state = stackalloc Vector512<float>[_count];
        Span<Vector512<float>> next = stackalloc Vector512<float>[_count];
        for (int lane = 0; lane < width; lane += Simd.Lanes)
        {
            int lanes = width - lane;
            for (int i = 0; i < _count; i++)
            {
                state[i] = Load(frame, Histories[i], 0, lane, lanes);
            }

            for (int t = 0; t < frame.Tokens; t++)
            {
                for (int i = 0; i < _count; i++)
                {
                    next[i] = Load(frame, _plan.Inputs[i].Slot, t, lane, lanes);
                    for (int j = 0; j < _count; j++)
                    {
                        int a = _plan.Multipliers[(i * _count) + j].Slot;
                        next[i] = a < 0 ? next[i] : Simd.MultiplyAdd(Load(frame, a, t, lane, lanes), state[j], next[i]);
                    }

                    Store(frame, Histories[i], t + 1, lane, lanes, next[i]);
                }

                next.CopyTo(state);
            }
        }
    }

    /// <summary>Every token by itself: products of matrices going back in time, the attention form.</summary>
    private void Quadratic(Frame frame)
    {
        int width = Width(frame);
        Span<Vector512<float>> product = stackalloc Vector512<float>[_count * _count];
        Span<Vector512<float>> sum = stackalloc Vector512<float>[_count];
        for (int lane = 0; lane < width; lane += Simd.Lanes)
        {
            int lanes = width - lane;
            for (int t = 0; t < frame.Tokens; t++)
            {
                sum.Clear();
                SetIdentity(product);
                for (int s = t; s >= 0; s--)
                {
                    for (int i = 0; i < _count; i++)
                    {
                        for (int j = 0; j < _count; j++)
                        {
                            sum[i] += product[(i * _count) + j] * Load(frame, _plan.Inputs[j].Slot, s, lane, lanes);
                        }
                    }

                    MultiplyFromRight(frame, s, lane, lanes, product);
                }

                for (int i = 0; i < _count; i++)
                {
                    for (int j = 0; j < _count; j++)
                    {
                        sum[i] += product[(i * _count) + j] * Load(frame, Histories[j], 0, lane, lanes);
                    }

                    Store(frame, Histories[i], t + 1, lane, lanes, sum[i]);
                }
            }
        }
    }

    private void SetIdentity(Span<Vector512<float>> matrix)
    {
        matrix.Clear();
        for (int i = 0; i < _count; i++)
        {
            matrix[(i * _count) + i] = Vector512<float>.One;
        }
    }

    /// <summary>matrix = a_t matrix, for half as many lanes as elsewhere.</summary>
    private void MultiplyFromLeft(Frame frame, int t, int lane, int lanes, Span<Vector512<double>> matrix)
    {
        Span<Vector512<double>> column = stackalloc Vector512<double>[_count], multipliers = stackalloc Vector512<double>[_count * _count];
        for (int e = 0; e < multipliers.Length; e++)
        {
            multipliers[e] = Vector512.WidenLower(Load(frame, _plan.Multipliers[e].Slot, t, lane, Math.Min(lanes, HalfLanes)));
        }

        for (int c = 0; c < _count; c++)
        {
            for (int i = 0; i < _count; i++)
            {
                column[i] = Vector512<double>.Zero;
                for (int j = 0; j < _count; j++)
                {
                    column[i] += multipliers[(i * _count) + j] * matrix[(j * _count) + c];
                }
            }

            for (int i = 0; i < _count; i++)
            {
                matrix[(i * _count) + c] = column[i];
            }
        }
    }

    /// <summary>matrix = matrix a_t.</summary>
    private void MultiplyFromRight(Frame frame, int t, int lane, int lanes, Span<Vector512<float>> matrix)
    {
        Span<Vector512<float>> row = stackalloc Vector512<float>[_count];
        for (int r = 0; r < _count; r++)
        {
            for (int j = 0; j < _count; j++)
            {
                row[j] = Vector512<float>.Zero;
                for (int i = 0; i < _count; i++)
                {
                    row[j] += matrix[(r * _count) + i] * Load(frame, _plan.Multipliers[(i * _count) + j].Slot, t, lane, lanes);
                }
            }

            row.CopyTo(matrix.Slice(r * _count, _count));
        }
    }

    private static Vector512<float> Load(Frame frame, int slot, int t, int lane, int lanes) =>
        slot < 0 ? Vector512<float>.Zero : Simd.LoadPartial(frame.Slot(slot) + (t * frame.Row(slot)) + lane, lanes);

    private static void Store(Frame frame, int slot, int t, int lane, int lanes, Vector512<float> value)
    {
        if (slot >= 0)
        {
            Simd.StorePartial(frame.Slot(slot) + (t * frame.Row(slot)) + lane, value, lanes);
        }
    }
}
