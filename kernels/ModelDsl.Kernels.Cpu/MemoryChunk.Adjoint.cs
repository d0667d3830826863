using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels.Cpu;

// The adjoint of a read is a write and the adjoint of a write is a read, in reversed time:
//
//     dw_j(s)   = sum over t > s of Gram_ij(t, s) drho_i(t) + (k_j(s) as it stands at the end)^T dS_end
//     drho_i(t) = what the caller gave + sum_j c_ji(t) o dw_j(t)
//     dq_i(t)   = S_(t-1) drho_i(t),   dk_j(s) = dS_s w_j(s),   both through the pairing M_ij(t, s) = drho_i(t) . w_j(s)
public static unsafe partial class MemoryChunk
{
    /// <summary>
    /// The gradients of a chunk with respect to everything that <see cref="Forward"/> takes, given those of what it returns.
    /// What is needed of the forward pass is recomputed from the incoming state.
    /// </summary>
    /// <param name="operands">The chunk, as in the forward call.</param>
    /// <param name="initialState">S [K, V padded] as it came into the chunk; only its padding lanes are written.</param>
    /// <param name="stateGradient">[K, V padded]: the gradient of the outgoing state, overwritten by that of the incoming one.</param>
    /// <param name="readGradients">The gradients of rho_i: rows of V; absent rows are zero.</param>
    /// <param name="gradients">
    /// Where the results go: <see cref="MemoryOperands.Query"/>, <see cref="MemoryOperands.Key"/>, <see cref="MemoryOperands.Value"/>,
    /// <see cref="MemoryOperands.Coefficient"/> (rows of 1 or V like the coefficient), <see cref="MemoryOperands.KeyDecay"/> and
    /// <see cref="MemoryOperands.ValueDecay"/>, overwritten; absent rows are not wanted. They must not overlap
    /// each other or operands. The other fields are ignored.
    /// </param>
    /// <param name="scratch">As many floats as <see cref="ScratchSize"/> says for the adjoint, of any content.</param>
    [MethodImpl(SimdKernel.Options)]
    public static void Adjoint(
        in MemoryOperands operands, float* initialState, float* stateGradient, in MemoryRowSet readGradients, in MemoryOperands gradients, float* scratch)
    {
        var space = Workspace.Lay(operands, scratch, adjoint: true);
        ClearPadding(initialState, space.Keys, space.Values);
        ClearPadding(stateGradient, space.Keys, space.Values);
        PrepareKeys(operands, ref space);
        PackWrites(operands, ref space);
        if (space.HasFeedback || space.HasValueDecay)
        {
            Substitute(operands, initialState, space);
        }

        PrepareGradients(readGradients, gradients, ref space);
        SubstituteBackward(operands, stateGradient, space);
        Unpack(gradients.Value, space.Writes, space.Tokens, space.Values, space.WriteGradient, space.ValueStride);
        CoefficientGradients(operands, gradients, space);

        PairReadsAndWrites(initialState, stateGradient, space);
        KeyGradients(gradients.KeyDecay, initialState, stateGradient, space);
        Unpack(gradients.Query, space.Reads, space.Tokens, space.Keys, space.QueryGradient, space.KeyStride);
        Unpack(gradients.Key, space.Writes, space.Tokens, space.Keys, space.KeyGradient, space.KeyStride);
        ValueDecayGradient(gradients.ValueDecay, initialState, stateGradient, space);
        Retreat(stateGradient, space);
    }

    private static void PrepareGradients(in MemoryRowSet readGradients, in MemoryOperands gradients, ref Workspace space)
    {
        if (space.HasFeedback)
        {
            Copy(readGradients, space.Reads, space.Tokens, space.Values, space.ReadGradient, space.ValueStride);
        }
        else
        {
            space.ReadGradient = Pack(readGradients, space.Reads, space.Tokens, space.Values, space.ReadGradient, space.ValueStride);
        }

        space.WriteGradient = Target(gradients.Value, space.Writes, space.Values, space.WriteGradient, space.ValueStride);
        space.QueryGradient = Target(gradients.Query, space.Reads, space.Keys, space.QueryGradient, space.KeyStride);
        space.KeyGradient = Target(gradients.Key, space.Writes, space.Keys, space.KeyGradient, space.KeyStride);
        if (!space.HasValueDecay)
        {
            space.InitialReadGradient = space.ReadGradient;
            space.EndWriteGradient = space.WriteGradient;
        }
    }

    /// <summary>Solves for the gradients of all writes and reads, last token first.</summary>
    [MethodImpl(SimdKernel.Options)]
    private static void SubstituteBackward(in MemoryOperands operands, float* stateGradient, in Workspace space)
    {
        var width = space.ValueStride;
        MatrixProduct.Multiply(space.WriteRows, width, space.Keys, space.EndKey, space.KeyStride, 1, stateGradient, width, space.EndWriteGradient, width);
        if (space.HasValueDecay)
        {
            SubstituteBackwardWithValueDecay(operands, space);
            return;
        }

        var block = space.HasFeedback ? FeedbackTokens : BlockTokens;
        for (var last = space.Tokens; last > 0;)
        {
            var first = (last - 1) / block * block;
            AddWriteGradients(first, last, space.HasFeedback ? last : first, space.Tokens, space);
            if (space.HasFeedback)
            {
                SubstituteBlockBackward(operands, first, last, space);
            }

            last = first;
        }
    }

    [MethodImpl(SimdKernel.Options)]
    private static void SubstituteBackwardWithValueDecay(in MemoryOperands operands, in Workspace space)
    {
        var width = space.ValueStride;

        // WriteGradient holds, of earlier writes, the gradient that has come back to the token that the loop has reached.
        Copy(space.WriteGradient, space.EndWriteGradient, space.WriteRows * width);
        for (var t = space.Tokens - 1; t >= 0; t--)
        {
            if (space.HasFeedback)
            {
                SubstituteBlockBackward(operands, t, t + 1, space);
            }

            for (var row = 0; row < t * space.Writes; row++)
            {
                var gradient = Row(space.WriteGradient, row, width);
                Multiply(gradient, gradient, Row(space.ValueDecay, t, width), width);
                for (var i = 0; i < space.Reads; i++)
                {
                    var read = (t * space.Reads) + i;
                    ScaleAdd(gradient, Row(space.ReadGradient, read, width), Row(space.Gram, read, space.PairStride)[row], width);
                }
            }
        }

        for (var row = 0; row < space.ReadRows; row++)
        {
            Multiply(
                Row(space.InitialReadGradient, row, width), Row(space.ReadGradient, row, width), Row(space.ValuePrefix, row / space.Reads, width), width);
        }
    }

    /// <summary>Gradients of the writes of tokens [first, last) += Gram^T * gradients of the reads of tokens [from, to).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddWriteGradients(int first, int last, int from, int to, in Workspace space)
    {
        if (from == to)
        {
            return;
        }

        MatrixProduct.Add(
            (last - first) * space.Writes,
            space.ValueStride,
            (to - from) * space.Reads,
            Row(space.Gram, from * space.Reads, space.PairStride) + (first * space.Writes),
            1,
            space.PairStride,
            Row(space.ReadGradient, from * space.Reads, space.ValueStride),
            space.ValueStride,
            Row(space.WriteGradient, first * space.Writes, space.ValueStride),
            space.ValueStride);
    }

    /// <summary>dc_ji = dw_j o rho_i, summed over V for a coefficient per token.</summary>
    [MethodImpl(SimdKernel.Options)]
    private static void CoefficientGradients(in MemoryOperands operands, in MemoryOperands gradients, in Workspace space)
    {
        for (var index = 0; index < space.Reads * space.Writes; index++)
        {
            var result = gradients.Coefficient[index];
            if (result.IsNull)
            {
                continue;
            }

            var perValue = operands.IsPerValue(index);
            for (var t = 0; t < space.Tokens; t++)
            {
                var write = Row(space.WriteGradient, (t * space.Writes) + (index / space.Reads), space.ValueStride);
                var read = Row(space.Read, (t * space.Reads) + (index % space.Reads), space.ValueStride);
                var target = result.Row(t);
                if (!perValue)
                {
                    *target = Dot(write, read, space.ValueStride);
                    continue;
                }

                for (var column = 0; column < space.Values; column += Simd.Lanes)
                {
                    Simd.StorePartial(target + column, Simd.Load(write + column) * Simd.Load(read + column), space.Values - column);
                }
            }
        }
    }

    /// <summary>The pairing, and what the boundary states say of queries and keys (before any key decay).</summary>
    [MethodImpl(SimdKernel.Options)]
    private static void PairReadsAndWrites(float* initialState, float* stateGradient, in Workspace space)
    {
        nint values = space.ValueStride;
        nint keys = space.KeyStride;
        if (space.HasValueDecay)
        {
            DecayedGram(space.ReadGradient, space.Write, space.ValueDecay, space.ValueStride, space.Pairing, space);
        }
        else
        {
            RawGram(space.ReadGradient, space.Write, space.Values, space.ValueStride, space.Pairing, space);
        }

        MatrixProduct.Transpose(space.Keys, space.Values, initialState, values, space.Transposed, keys);
        MatrixProduct.Multiply(
            space.ReadRows, space.KeyStride, space.Values, space.InitialReadGradient, values, 1, space.Transposed, keys, space.QueryGradient, keys);
        MatrixProduct.Transpose(space.Keys, space.Values, stateGradient, values, space.Transposed, keys);
        MatrixProduct.Multiply(space.WriteRows, space.KeyStride, space.Values, space.EndWrite, values, 1, space.Transposed, keys, space.KeyGradient, keys);
    }

    /// <summary>dS = total decay o dS + (queries as they meet the incoming state)^T (read gradients as they do).</summary>
    [MethodImpl(SimdKernel.Options)]
    private static void Retreat(float* stateGradient, in Workspace space)
    {
        ScaleColumns(stateGradient, space);
        AddOuter(stateGradient, space.InitialQuery, space.InitialReadGradient, space.ReadRows, space);
    }
}
