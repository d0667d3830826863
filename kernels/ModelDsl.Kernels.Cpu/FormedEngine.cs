using System.Runtime.Intrinsics;

namespace ModelDsl.Kernels.Cpu;

/// <summary>Makes a matrix of memories after the last token of a chunk, once their engines have run.</summary>
internal sealed unsafe class FormedEngine(FormedPlan plan, KernelPlan kernel) : Engine
{
    private readonly int _keyAxis = kernel.StateAxes[plan.State][0];
    private readonly int _innermost = kernel.StateAxes[plan.State][^1];

    public override int[] States { get; } = [plan.State];

    public override void Forward(Frame frame, Mode mode)
    {
        float* state = frame.State(plan.State);
        nint length = frame.StateLength(plan.State);
        int keys = frame.Size(_keyAxis), row = (int)(length / keys);
        Frame.Clear(state, length);
        foreach (FormedPartPlan part in plan.Parts)
        {
            AddScaled(frame.State(part.State), state, keys, row, Last(frame, part.KeyFactor.Slot), part.PerKey, Last(frame, part.ValueFactor.Slot));
        }

        foreach (FormedTermPlan term in plan.Terms)
        {
            float* key = Last(frame, term.Key.Slot), write = Last(frame, term.Write.Slot);
            for (int k = 0; k < keys; k++)
            {
                MultiplyAdd(state + ((nint)k * row), write, key[k], row);
            }
        }
    }

    public override void Backward(Frame frame, Mode mode, float** starts)
    {
        float* gradient = frame.StateGradient(plan.State);
        nint length = frame.StateLength(plan.State);
        int keys = frame.Size(_keyAxis), row = (int)(length / keys);
        ClearPadding(frame, gradient);
        foreach (FormedPartPlan part in plan.Parts)
        {
            ClearPadding(frame, frame.State(part.State));
            float* keyFactor = Last(frame, part.KeyFactor.Slot), valueFactor = Last(frame, part.ValueFactor.Slot);
            FactorGradients(frame, part, frame.State(part.State), gradient, keys, row, keyFactor, valueFactor);
            AddScaled(gradient, frame.StateGradient(part.State), keys, row, keyFactor, part.PerKey, valueFactor);
        }

        foreach (FormedTermPlan term in plan.Terms)
        {
            float* key = Last(frame, term.Key.Slot), write = Last(frame, term.Write.Slot);
            float* dKey = LastGradient(frame, term.Key.Gradient), dWrite = LastGradient(frame, term.Write.Gradient);
            for (int k = 0; k < keys; k++)
            {
                dKey[k] = Dot(gradient + ((nint)k * row), write, row);
                MultiplyAdd(dWrite, gradient + ((nint)k * row), key[k], row);
            }
        }

        // Nothing comes in: what the state was before the chunk is of no use to it.
        Frame.Clear(gradient, length);
    }

    /// <summary>What is summed over lanes must be zero in those that do not count; another sequence may have left anything there.</summary>
    private void ClearPadding(Frame frame, float* matrix)
    {
        int size = frame.Size(_innermost), padded = Simd.Pad(size);
        for (nint at = 0; at < frame.StateLength(plan.State) && size < padded; at += padded)
        {
            new Span<float>(matrix + at + size, padded - size).Clear();
        }
    }

    private static void FactorGradients(Frame frame, FormedPartPlan part, float* memory, float* gradient, int keys, int row, float* keyFactor, float* valueFactor)
    {
        float* dKey = part.KeyFactor.Slot < 0 ? null : LastGradient(frame, part.KeyFactor.Gradient);
        float* dValue = part.ValueFactor.Slot < 0 ? null : LastGradient(frame, part.ValueFactor.Gradient);
        for (int k = 0; k < keys && (dKey != null || dValue != null); k++)
        {
            float factor = keyFactor == null ? 1 : keyFactor[part.PerKey ? k : 0];
            Vector512<float> sum = Vector512<float>.Zero;
            for (int v = 0; v < row; v += Simd.Lanes)
            {
                Vector512<float> product = Simd.Load(memory + ((nint)k * row) + v) * Simd.Load(gradient + ((nint)k * row) + v);
                sum += valueFactor == null ? product : product * Simd.Load(valueFactor + v);
                if (dValue != null)
                {
                    (Simd.Load(dValue + v) + (Vector512.Create(factor) * product)).Store(dValue + v);
                }
            }

            if (dKey != null)
            {
                dKey[part.PerKey ? k : 0] += Vector512.Sum(sum);
            }
        }
    }

    /// <summary>to += (keyFactor (x) valueFactor) * from.</summary>
    private static void AddScaled(float* from, float* to, int keys, int row, float* keyFactor, bool perKey, float* valueFactor)
    {
        for (int k = 0; k < keys; k++)
        {
            Vector512<float> factor = Vector512.Create(keyFactor == null ? 1 : keyFactor[perKey ? k : 0]);
            for (int v = 0; v < row; v += Simd.Lanes)
            {
                Vector512<float> scale = valueFactor == null ? factor : factor * Simd.Load(valueFactor + v);
                nint at = ((nint)k * row) + v;
                Simd.MultiplyAdd(scale, Simd.Load(from + at), Simd.Load(to + at)).Store(to + at);
            }
        }
    }

    private static void MultiplyAdd(float* to, float* from, float factor, int row)
    {
        for (int v = 0; v < row; v += Simd.Lanes)
        {
            Simd.MultiplyAdd(Vector512.Create(factor), Simd.Load(from + v), Simd.Load(to + v)).Store(to + v);
        }
    }

    private static float Dot(float* a, float* b, int row)
    {
        Vector512<float> sum = Vector512<float>.Zero;
        for (int v = 0; v < row; v += Simd.Lanes)
        {
            sum = Simd.MultiplyAdd(Simd.Load(a + v), Simd.Load(b + v), sum);
        }

        return Vector512.Sum(sum);
    }

    /// <summary>The last token's row of an operand; null if it is absent.</summary>
    private static float* Last(Frame frame, int slot) => slot < 0 ? null : frame.Slot(slot) + ((frame.Tokens - 1) * frame.Row(slot));

    /// <summary>The last token's row of an operand's gradient, and zero in all rows: no other token has a say.</summary>
    private static float* LastGradient(Frame frame, int slot)
    {
        Frame.Clear(frame.Slot(slot), frame.Tokens * frame.Row(slot));
        return Last(frame, slot);
    }
}
