namespace ModelDsl.Kernels.Gpu;

/// <summary>
/// Where the operands, the state and the intermediate results of a chunk of one matrix memory S [K, V] lie in a group's tile. Per token, all
/// reads see the state before it:
/// <code>
/// rho_i(t) = q_i(t)^T S_(t-1)                                    i = 0..Reads-1,  [V]
/// w_j(t)   = v_j(t) + sum_i c_ji(t) o rho_i(t)                   j = 0..Writes-1, [V]
/// S_t      = (dk(t) (x) dv(t)) o S_(t-1) + sum_j k_j(t) (x) w_j(t)
/// </code>
/// Reads and writes are interleaved by token, row t * Reads + i and t * Writes + j, so that "all earlier writes" is a prefix. Rows are
/// padded to <see cref="KernelShape.Padding"/>, with zeros where lanes are keys or values; lanes that stand for writes after the last token hold anything.
/// </summary>
public struct MemoryTile
{
    /// <summary><see cref="KeyDecayKind"/>: rows of the state are not decayed.</summary>
    public const int NoDecay = 0;

    /// <summary><see cref="KeyDecayKind"/> or <see cref="FeedbackKind"/>: one number per token.</summary>
    public const int PerToken = 1;

    /// <summary><see cref="KeyDecayKind"/>: one number per key.</summary>
    public const int PerKey = 2;

    /// <summary><see cref="FeedbackKind"/>: writes do not depend on reads.</summary>
    public const int NoFeedback = 0;

    /// <summary><see cref="FeedbackKind"/>: one number per value; coefficients with one number per token are spread.</summary>
    public const int PerValue = 2;

    /// <summary>K.</summary>
    public int Keys;

    /// <summary>V; with several value axes the floats of a row, inner padding included.</summary>
    public int Values;

    /// <summary>Reads of a token.</summary>
    public int Reads;

    /// <summary>Writes of a token.</summary>
    public int Writes;

    /// <summary>The largest number of tokens in a chunk.</summary>
    public int Chunk;

    /// <summary>What multiplies the rows of the state before a token's writes: <see cref="NoDecay"/>, <see cref="PerToken"/> or <see cref="PerKey"/>.</summary>
    public int KeyDecayKind;

    /// <summary>1 if the columns of the state are decayed, too, with one number per value; 0 otherwise.</summary>
    public int HasValueDecay;

    /// <summary>What coefficients hold: <see cref="NoFeedback"/>, <see cref="PerToken"/> or <see cref="PerValue"/>.</summary>
    public int FeedbackKind;

    /// <summary>1 if the tile has room for <see cref="Memory.Adjoint"/>, 0 otherwise.</summary>
    public int HasAdjoint;

    /// <summary>S [K, V padded].</summary>
    public int State;

    /// <summary>The gradient of S [K, V padded]; only with the adjoint.</summary>
    public int StateGradient;

    /// <summary>The first float behind the tile.</summary>
    public int End;

    /// <summary>K padded.</summary>
    internal int KeyStride;

    /// <summary>V padded.</summary>
    internal int ValueStride;

    /// <summary>Writes of the longest chunk, padded: the stride of every matrix of reads by writes.</summary>
    internal int PairStride;

    /// <summary>q [reads, K].</summary>
    internal int Query;

    /// <summary>k [writes, K]: for the adjoint and the recurrent mode; the latter has it in the place of <see cref="KeyColumns"/>.</summary>
    internal int Key;

    /// <summary>k transposed [K, writes]; its stride is <see cref="Memory.ColumnStride"/>.</summary>
    internal int KeyColumns;

    /// <summary>rho [reads, V].</summary>
    internal int Read;

    /// <summary>w [writes, V]; before the substitution, v.</summary>
    internal int Write;

    /// <summary>c, at (t * Writes + j) * Reads + i: numbers, or rows of V.</summary>
    internal int Coefficient;

    /// <summary>dk [C] or [C, K].</summary>
    internal int KeyDecay;

    /// <summary>dv [C, V].</summary>
    internal int ValueDecay;

    /// <summary>Products of all earlier key decays [C+1] or [C+1, K].</summary>
    internal int KeyPrefix;

    /// <summary>Products of all earlier value decays [C+1, V].</summary>
    internal int ValuePrefix;

    /// <summary>Decayed Gram matrix of queries and keys [reads, writes], 0 unless the write is earlier.</summary>
    internal int Gram;

    /// <summary>q as it meets the incoming state [reads, K]; without the adjoint it takes the place of q.</summary>
    internal int InitialQuery;

    /// <summary>k as it stands in the outgoing state, transposed [K, writes]; without the adjoint it takes the place of k.</summary>
    internal int EndKeyColumns;

    /// <summary>w as it stands in the outgoing state [writes, V]; without the adjoint it takes the place of w.</summary>
    internal int EndWrite;

    /// <summary>Decay per token: what is left of each write at the end [writes].</summary>
    internal int EndReach;

    /// <summary>Decay per token, adjoint: the product of the decays between a write and a token [C, writes].</summary>
    internal int Reach;

    /// <summary>Decay per token, adjoint: the Gram matrix without decay.</summary>
    internal int RawGram;

    /// <summary>What the incoming state says of rho, without value decay [reads, V].</summary>
    internal int InitialRead;

    /// <summary>Room for a transposed matrix.</summary>
    internal int Transposed;

    /// <summary>The gradient of rho, with what feedback adds [reads, V].</summary>
    internal int ReadGradient;

    /// <summary>The same as it meets the incoming state [reads, V].</summary>
    internal int InitialReadGradient;

    /// <summary>The gradient of w [writes, V].</summary>
    internal int WriteGradient;

    /// <summary>What the outgoing state's gradient says of w [writes, V].</summary>
    internal int EndWriteGradient;

    /// <summary>Products of read gradients and writes [reads, writes], 0 unless the write is earlier.</summary>
    internal int Pairing;

    /// <summary>The gradient of q [reads, K].</summary>
    internal int QueryGradient;

    /// <summary>The gradient of k [writes, K].</summary>
    internal int KeyGradient;

    /// <summary>The gradient of dk [C] or [C, K].</summary>
    internal int KeyDecayGradient;

    /// <summary>The gradient of dv [C, V].</summary>
    internal int ValueDecayGradient;

    /// <summary>A decayed row at each token [C, K] or [C, V].</summary>
    internal int Trail;

    /// <summary>Products of the incoming state and the outgoing gradient [K].</summary>
    internal int KeyBoundary;

    /// <summary>Decay per token, adjoint: products of keys and their gradients [writes].</summary>
    internal int KeyProduct;

    /// <summary>Decay per token, adjoint: products of queries and their gradients [reads].</summary>
    internal int QueryProduct;

    /// <summary>Lays out a tile. The host and the kernel call it with the same arguments.</summary>
    /// <param name="start">Where in the group's tile it begins; a multiple of <see cref="KernelShape.Padding"/>.</param>
    /// <param name="keys">K.</param>
    /// <param name="values">V; with several value axes the floats of a row, inner padding included.</param>
    /// <param name="reads">Reads of a token, up to 8.</param>
    /// <param name="writes">Writes of a token, up to 8.</param>
    /// <param name="chunk">The largest number of tokens in a chunk.</param>
    /// <param name="keyDecayKind"><see cref="KeyDecayKind"/>.</param>
    /// <param name="hasValueDecay"><see cref="HasValueDecay"/>.</param>
    /// <param name="feedbackKind"><see cref="FeedbackKind"/>.</param>
    /// <param name="adjoint">1 if there must be room for <see cref="Memory.Adjoint"/>, 0 otherwise.</param>
    public static MemoryTile Lay(
        int start, int keys, int values, int reads, int writes, int chunk, int keyDecayKind, int hasValueDecay, int feedbackKind, int adjoint)
    {
        MemoryTile m = default;
        m.Keys = keys;
        m.Values = values;
        m.Reads = reads;
        m.Writes = writes;
        m.Chunk = chunk;
        m.KeyDecayKind = keyDecayKind;
        m.HasValueDecay = hasValueDecay;
        m.FeedbackKind = feedbackKind;
        m.HasAdjoint = adjoint;
        m.KeyStride = KernelShape.Pad(keys);
        m.ValueStride = KernelShape.Pad(values);
        m.PairStride = KernelShape.Pad(chunk * writes);

        int readRows = chunk * reads;
        int writeRows = chunk * writes;
        int readValues = readRows * m.ValueStride;
        int writeValues = writeRows * m.ValueStride;
        int readKeys = readRows * m.KeyStride;
        int writeKeys = writeRows * m.KeyStride;
        int pairs = readRows * m.PairStride;

        // The stride of columns may be one more than that of pairs; keys are taken four at a time.
        int columns = KernelShape.Pad(((keys + 3) & ~3) * (m.PairStride + 1));
        int next = start;
        m.State = next;
        next += keys * m.ValueStride;
        m.Query = next;
        next += readKeys;
        m.Key = next;
        next += adjoint != 0 ? writeKeys : 0;
        m.KeyColumns = next;
        next += adjoint != 0 || columns > writeKeys ? columns : writeKeys;
        m.Read = next;
        next += readValues;
        m.Write = next;
        next += writeValues;
        m.Gram = next;
        next += pairs;
        m.Coefficient = next;
        int coefficients = chunk * reads * writes;
        next += feedbackKind == PerValue ? coefficients * m.ValueStride : feedbackKind == PerToken ? KernelShape.Pad(coefficients) : 0;

        m.KeyDecay = next;
        next += keyDecayKind == PerKey ? chunk * m.KeyStride : keyDecayKind == PerToken ? KernelShape.Pad(chunk) : 0;
        m.KeyPrefix = next;
        next += keyDecayKind == PerKey ? (chunk + 1) * m.KeyStride : keyDecayKind == PerToken ? KernelShape.Pad(chunk + 1) : 0;
        m.EndReach = next;
        next += keyDecayKind == PerToken ? m.PairStride : 0;
        m.ValueDecay = next;
        next += hasValueDecay != 0 ? chunk * m.ValueStride : 0;
        m.ValuePrefix = next;
        next += hasValueDecay != 0 ? (chunk + 1) * m.ValueStride : 0;

        // What is decayed in place, unless the adjoint needs what was there.
        int keepsKeys = adjoint != 0 && keyDecayKind != NoDecay ? 1 : 0;
        int keepsValues = adjoint != 0 && hasValueDecay != 0 ? 1 : 0;
        m.InitialQuery = keepsKeys != 0 ? next : m.Query;
        next += keepsKeys * readKeys;
        m.EndKeyColumns = keepsKeys != 0 ? next : m.KeyColumns;
        next += keepsKeys * columns;
        m.EndWrite = keepsValues != 0 ? next : m.Write;
        next += keepsValues * writeValues;
        m.InitialRead = keepsValues != 0 ? next : m.Read;
        next += keepsValues * readValues;
        int keepsReach = adjoint != 0 && keyDecayKind == PerToken ? 1 : 0;
        m.Reach = next;
        next += keepsReach * chunk * m.PairStride;
        m.RawGram = keepsReach != 0 ? next : m.Gram;
        next += keepsReach * pairs;

        // Where a transition is applied its result lies in the place of the operands.
        int result = m.Query + (feedbackKind != NoFeedback ? keys * m.ValueStride : 0);
        m.End = next > result ? next : result;
        return adjoint != 0 ? LayAdjoint(m) : m;
    }

    private static MemoryTile LayAdjoint(MemoryTile m)
    {
        int readRows = m.Chunk * m.Reads;
        int writeRows = m.Chunk * m.Writes;
        int widest = m.KeyStride > m.ValueStride ? m.KeyStride : m.ValueStride;
        int next = m.End;
        m.StateGradient = next;
        next += m.Keys * m.ValueStride;
        m.ReadGradient = next;
        next += readRows * m.ValueStride;
        m.WriteGradient = next;
        next += writeRows * m.ValueStride;
        m.InitialReadGradient = m.HasValueDecay != 0 ? next : m.ReadGradient;
        next += m.HasValueDecay * readRows * m.ValueStride;
        m.EndWriteGradient = m.HasValueDecay != 0 ? next : m.WriteGradient;
        next += m.HasValueDecay * writeRows * m.ValueStride;
        m.Pairing = next;
        next += readRows * m.PairStride;
        m.QueryGradient = next;
        next += readRows * m.KeyStride;
        m.KeyGradient = next;
        next += writeRows * m.KeyStride;
        m.Transposed = next;
        int turned = m.KeyStride > m.PairStride ? m.KeyStride : m.PairStride;
        next += KernelShape.Pad(((m.Values + 3) & ~3) * (turned + 1));
        m.KeyDecayGradient = next;
        next += m.KeyDecayKind == PerKey ? m.Chunk * m.KeyStride : m.KeyDecayKind == PerToken ? KernelShape.Pad(m.Chunk) : 0;
        m.ValueDecayGradient = next;
        next += m.HasValueDecay * m.Chunk * m.ValueStride;
        m.Trail = next;
        next += m.KeyDecayKind == PerKey || m.HasValueDecay != 0 ? m.Chunk * widest : 0;
        m.KeyBoundary = next;
        next += m.KeyDecayKind != NoDecay ? m.KeyStride : 0;
        m.KeyProduct = next;
        next += m.KeyDecayKind == PerToken ? m.PairStride : 0;
        m.QueryProduct = next;
        next += m.KeyDecayKind == PerToken ? KernelShape.Pad(readRows) : 0;
        m.End = next;
        return m;
    }
}
