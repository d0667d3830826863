using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels.Cpu;

// What a chunk does to any incoming state: S_end = P S_0 + B, with B the outgoing state of a forward pass from zero. The
// gradient goes back as dS_0 = P^T dS_end + (dS_0 of an adjoint pass with dS_end = 0).
public static unsafe partial class MemoryChunk
{
    /// <summary>
    /// The transition P [K, K padded] of a chunk with feedback. Every column of the state must have the same one
    /// (<see cref="MemoryOperands.HasPerValueTransition"/> is false).
    /// </summary>
    /// <param name="operands">The chunk.</param>
    /// <param name="transition">P, overwritten.</param>
    /// <param name="scratch">As many floats as <see cref="TransitionScratchSize"/> says.</param>
    public static void Transition(in MemoryOperands operands, float* transition, float* scratch)
    {
        var columns = TransitionOperands(operands);
        var stride = operands.PaddedKeys;
        Fill(transition, 0f, operands.Keys * stride);
        for (var key = 0; key < operands.Keys; key++)
        {
            Row(transition, key, stride)[key] = 1f;
        }

        Forward(columns, transition, default, scratch);
    }

    /// <summary>Floats of scratch that <see cref="Transition"/> needs.</summary>
    /// <param name="operands">The chunk.</param>
    public static nint TransitionScratchSize(in MemoryOperands operands) => ScratchSize(TransitionOperands(operands), adjoint: false);

    /// <summary>The transition of a chunk without feedback: S_end = (key total (x) value total) o S_0 + B.</summary>
    /// <param name="operands">The chunk.</param>
    /// <param name="keyTotal">[K padded], overwritten.</param>
    /// <param name="valueTotal">[V padded], overwritten.</param>
    [MethodImpl(SimdKernel.Options)]
    public static void TotalDecay(in MemoryOperands operands, float* keyTotal, float* valueTotal)
    {
        Fill(keyTotal, 1f, operands.PaddedKeys);
        Fill(valueTotal, 1f, operands.PaddedValues);
        for (var t = 0; t < operands.Tokens; t++)
        {
            switch (operands.KeyDecayKind)
            {
                case KeyDecayKind.PerToken:
                    Scale(keyTotal, keyTotal, *operands.KeyDecay.Row(t), operands.PaddedKeys);
                    break;
                case KeyDecayKind.PerKey:
                    MultiplyPartial(keyTotal, operands.KeyDecay.Row(t), operands.Keys);
                    break;
            }

            if (!operands.ValueDecay.IsNull)
            {
                MultiplyPartial(valueTotal, operands.ValueDecay.Row(t), operands.Values);
            }
        }
    }

    /// <summary>state = P state + offset.</summary>
    /// <param name="keys">K.</param>
    /// <param name="values">V.</param>
    /// <param name="transition">P [K, K padded].</param>
    /// <param name="offset">B [K, V padded].</param>
    /// <param name="state">S [K, V padded], overwritten.</param>
    /// <param name="scratch">K * V padded floats.</param>
    public static void Apply(int keys, int values, float* transition, float* offset, float* state, float* scratch)
    {
        var width = Simd.Pad(values);
        Copy(scratch, offset, keys * width);
        MatrixProduct.Add(keys, width, keys, transition, Simd.Pad(keys), 1, state, width, scratch, width);
        Copy(state, scratch, keys * width);
    }

    /// <summary>gradient = P^T gradient + offset: the adjoint of <see cref="Apply"/>, with the same shapes.</summary>
    /// <param name="keys">K.</param>
    /// <param name="values">V.</param>
    /// <param name="transition">P [K, K padded].</param>
    /// <param name="offset">[K, V padded].</param>
    /// <param name="gradient">dS [K, V padded], overwritten.</param>
    /// <param name="scratch">K * V padded floats.</param>
    public static void ApplyTransposed(int keys, int values, float* transition, float* offset, float* gradient, float* scratch)
    {
        var width = Simd.Pad(values);
        Copy(scratch, offset, keys * width);
        MatrixProduct.Add(keys, width, keys, transition, 1, Simd.Pad(keys), gradient, width, scratch, width);
        Copy(gradient, scratch, keys * width);
    }

    /// <summary>state = (key total (x) value total) o state + offset: <see cref="Apply"/> and its adjoint for chunks without feedback.</summary>
    /// <param name="keys">K.</param>
    /// <param name="values">V.</param>
    /// <param name="keyTotal">[K].</param>
    /// <param name="valueTotal">[V padded].</param>
    /// <param name="offset">[K, V padded].</param>
    /// <param name="state">[K, V padded], overwritten.</param>
    [MethodImpl(SimdKernel.Options)]
    public static void ApplyDecay(int keys, int values, float* keyTotal, float* valueTotal, float* offset, float* state)
    {
        var width = Simd.Pad(values);
        for (var key = 0; key < keys; key++)
        {
            var factor = Simd.Broadcast(keyTotal[key]);
            for (var column = 0; column < width; column += Simd.Lanes)
            {
                var at = (key * (nint)width) + column;
                Simd.Store(state + at, Simd.MultiplyAdd(factor * Simd.Load(valueTotal + column), Simd.Load(state + at), Simd.Load(offset + at)));
            }
        }
    }

    /// <summary>The chunk as it acts on each column of a K x K state: nothing is written but feedback.</summary>
    private static MemoryOperands TransitionOperands(in MemoryOperands operands)
    {
        if (operands.HasPerValueTransition)
        {
            throw new ArgumentException(
                "The transition is a K x K matrix only if neither a decay nor a coefficient has one number per value.", nameof(operands));
        }

        var columns = operands;
        columns.Values = operands.Keys;
        columns.Value = default;
        return columns;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyPartial(float* target, float* factors, int length)
    {
        for (var column = 0; column < length; column += Simd.Lanes)
        {
            Simd.Store(target + column, Simd.Load(target + column) * Simd.LoadPartial(factors + column, length - column));
        }
    }
}
