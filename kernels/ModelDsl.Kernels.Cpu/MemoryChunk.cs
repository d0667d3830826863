using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// The engine of matrix memories: a chunk of C tokens of one batch row and head at once, as matrix products, with its
/// adjoint and its transition (<see cref="MemoryOperands"/> has the recurrence). C may be 1, and may be the whole sequence.
/// State rows are padded to 16 lanes; what padding lanes of states hold does not matter, and they come back as 0.
/// Operand and result rows are read and written to their exact length.
/// </summary>
public static unsafe partial class MemoryChunk
{
    /// <summary>Tokens whose rows of a triangular matrix are treated as full rows together.</summary>
    private const int BlockTokens = 16;

    /// <summary>Tokens that are solved one after the other where writes depend on reads; what is older comes in as a product.</summary>
    private const int FeedbackTokens = 4;

    /// <summary>Floats of scratch that a call needs, aligned to 64 bytes. It grows with C^2 and C (K + V).</summary>
    /// <param name="operands">Sizes, counts and which operands are present; rows are not read.</param>
    /// <param name="adjoint">Whether <see cref="Adjoint"/> is to be called, too.</param>
    public static nint ScratchSize(in MemoryOperands operands, bool adjoint) =>
        (nint)Workspace.Lay(operands, null, adjoint).End / sizeof(float);

    /// <summary>Runs a chunk: all reads, and the state after it.</summary>
    /// <param name="operands">The chunk.</param>
    /// <param name="state">S [K, V padded]: the incoming state, overwritten by the outgoing one.</param>
    /// <param name="reads">rho_i: rows of V, written; absent rows are not wanted. They must not overlap operands.</param>
    /// <param name="scratch">As many floats as <see cref="ScratchSize"/> says, of any content.</param>
    [MethodImpl(SimdKernel.Options)]
    public static void Forward(in MemoryOperands operands, float* state, in MemoryRowSet reads, float* scratch)
    {
        var space = Workspace.Lay(operands, scratch, adjoint: false);
        ClearPadding(state, space.Keys, space.Values);
        PrepareKeys(operands, ref space);
        space.Read = Target(reads, space.Reads, space.Values, space.Read, space.ValueStride);
        PackWrites(operands, ref space);
        Substitute(operands, state, space);
        Unpack(reads, space.Reads, space.Tokens, space.Values, space.Read, space.ValueStride);
        Advance(state, space);
    }

    private static void PackWrites(in MemoryOperands operands, ref Workspace space)
    {
        if (space.HasFeedback)
        {
            Copy(operands.Value, space.Writes, space.Tokens, space.Values, space.Write, space.ValueStride);
        }
        else
        {
            space.Write = Pack(operands.Value, space.Writes, space.Tokens, space.Values, space.Write, space.ValueStride);
        }

        if (space.HasValueDecay)
        {
            space.ValueDecay = Pack(operands.ValueDecay, space.Tokens, space.Values, space.ValueDecay, space.ValueStride);
        }
        else
        {
            space.EndWrite = space.Write;
        }
    }

    /// <summary>Solves for all reads and writes of the chunk: forward substitution where writes depend on reads.</summary>
    [MethodImpl(SimdKernel.Options)]
    private static void Substitute(in MemoryOperands operands, float* state, in Workspace space)
    {
        MatrixProduct.Multiply(
            space.ReadRows, space.ValueStride, space.Keys, space.InitialQuery, space.KeyStride, 1, state, space.ValueStride, space.Read, space.ValueStride);
        if (space.HasValueDecay)
        {
            SubstituteWithValueDecay(operands, space);
            return;
        }

        // Without feedback a block of rows is known at once; the columns of a row that count are those of earlier tokens.
        var block = space.HasFeedback ? FeedbackTokens : BlockTokens;
        for (var first = 0; first < space.Tokens; first += block)
        {
            var last = Math.Min(first + block, space.Tokens);
            AddReads(first, last, 0, space.HasFeedback ? first : last, space.Write, space);
            if (space.HasFeedback)
            {
                SubstituteBlock(operands, first, last, space);
            }
        }
    }

    [MethodImpl(SimdKernel.Options)]
    private static void SubstituteWithValueDecay(in MemoryOperands operands, in Workspace space)
    {
        var width = space.ValueStride;
        if (space.InitialRead != null)
        {
            Copy(space.InitialRead, space.Read, space.ReadRows * width);
        }

        DecayRows(space.ValueDecay, width, space.Read, space.Reads, space.Read, null, 0, null, space.ValuePrefix, space.Tokens);

        // EndWrite holds the writes as they stand at the token that the loop has reached.
        for (var t = 0; t < space.Tokens; t++)
        {
            AddReads(t, t + 1, 0, t, space.EndWrite, space);
            if (space.HasFeedback)
            {
                SubstituteBlock(operands, t, t + 1, space);
            }

            for (var row = 0; row < t * space.Writes; row++)
            {
                var decayed = Row(space.EndWrite, row, width);
                Multiply(decayed, decayed, Row(space.ValueDecay, t, width), width);
            }

            Copy(Row(space.EndWrite, t * space.Writes, width), Row(space.Write, t * space.Writes, width), space.Writes * width);
        }
    }

    /// <summary>Reads of tokens [first, last) += Gram * writes of tokens [from, to).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddReads(int first, int last, int from, int to, float* writes, in Workspace space)
    {
        if (from == to)
        {
            return;
        }

        MatrixProduct.Add(
            (last - first) * space.Reads,
            space.ValueStride,
            (to - from) * space.Writes,
            Row(space.Gram, first * space.Reads, space.PairStride) + (from * space.Writes),
            space.PairStride,
            1,
            Row(writes, from * space.Writes, space.ValueStride),
            space.ValueStride,
            Row(space.Read, first * space.Reads, space.ValueStride),
            space.ValueStride);
    }

    /// <summary>S = total decay o S + (keys as they stand at the end)^T (writes as they stand at the end).</summary>
    [MethodImpl(SimdKernel.Options)]
    private static void Advance(float* state, in Workspace space)
    {
        ScaleColumns(state, space);
        AddOuter(state, space.EndKey, space.EndWrite, space.WriteRows, space);
    }

    /// <summary>The total value decay, on every row of a state.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ScaleColumns(float* state, in Workspace space)
    {
        if (!space.HasValueDecay)
        {
            return;
        }

        var total = Row(space.ValuePrefix, space.Tokens, space.ValueStride);
        for (var key = 0; key < space.Keys; key++)
        {
            var row = Row(state, key, space.ValueStride);
            Multiply(row, row, total, space.ValueStride);
        }
    }

    /// <summary>state = total key decay o state + keys^T values.</summary>
    [MethodImpl(SimdKernel.Options)]
    private static void AddOuter(float* state, float* keys, float* values, int rows, in Workspace space)
    {
        var width = space.ValueStride;
        switch (space.Kind)
        {
            case KeyDecayKind.None:
                MatrixProduct.Add(space.Keys, width, rows, keys, 1, space.KeyStride, values, width, state, width);
                break;
            case KeyDecayKind.PerToken:
                MatrixProduct.ScaleAdd(space.Keys, width, rows, keys, 1, space.KeyStride, values, width, state, width, space.KeyPrefix + space.Tokens, 0);
                break;
            case KeyDecayKind.PerKey:
                var total = Row(space.KeyPrefix, space.Tokens, space.KeyStride);
                MatrixProduct.ScaleAdd(space.Keys, width, rows, keys, 1, space.KeyStride, values, width, state, width, total, 1);
                break;
        }
    }
}
