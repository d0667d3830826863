using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels.Cpu;

/// <summary>One row of float32 per token, contiguous along the row.</summary>
/// <param name="data">The row of token 0, of any alignment, or null for an absent operand.</param>
/// <param name="stride">Elements from one token's row to the next; 0 repeats one row (operands only, not results).</param>
public readonly unsafe struct MemoryRows(float* data, nint stride)
{
    /// <summary>The row of token 0, or null.</summary>
    public readonly float* Data = data;

    /// <summary>Elements from one token's row to the next.</summary>
    public readonly nint Stride = stride;

    /// <summary>Whether the operand is absent, or the result not wanted.</summary>
    public bool IsNull => Data == null;

    /// <summary>The row of a token.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Row(int token) => Data + (token * Stride);
}

/// <summary>The rows of up to eight reads or writes.</summary>
[InlineArray(MemoryOperands.MaximumReads)]
public struct MemoryRowSet
{
    private MemoryRows first;
}

/// <summary>The rows of up to 64 feedback coefficients.</summary>
[InlineArray(MemoryOperands.MaximumReads * MemoryOperands.MaximumWrites)]
public struct MemoryCoefficientSet
{
    private MemoryRows first;
}

/// <summary>What multiplies the rows of a memory before a token's writes.</summary>
public enum KeyDecayKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>One number per token: rows of 1.</summary>
    PerToken,

    /// <summary>One number per key: rows of K.</summary>
    PerKey,
}

/// <summary>
/// A chunk of C tokens of one matrix memory S [K, V] in its canonical form. Per token, all reads see the incoming state:
/// <code>
/// rho_i(t) = q_i(t)^T S_(t-1)                                    i = 0..Reads-1,  [V]
/// w_j(t)   = v_j(t) + sum_i c_ji(t) o rho_i(t)                   j = 0..Writes-1, [V]
/// S_t      = (dk(t) (x) dv(t)) o S_(t-1) + sum_j k_j(t) (x) w_j(t)
/// </code>
/// Decays are plain multipliers of any sign, possibly 0. The same struct holds, in a gradient, the rows of the results.
/// </summary>
public struct MemoryOperands
{
    /// <summary>The largest number of reads per token.</summary>
    public const int MaximumReads = 8;

    /// <summary>The largest number of writes per token.</summary>
    public const int MaximumWrites = 8;

    /// <summary>C, at least 1.</summary>
    public int Tokens;

    /// <summary>K, at least 1.</summary>
    public int Keys;

    /// <summary>V, at least 1. State rows lie V rounded up to 16 apart.</summary>
    public int Values;

    /// <summary>How many of <see cref="Query"/> are used.</summary>
    public int Reads;

    /// <summary>How many of <see cref="Key"/> and <see cref="Value"/> are used.</summary>
    public int Writes;

    /// <summary>q_i: rows of K.</summary>
    public MemoryRowSet Query;

    /// <summary>k_j: rows of K.</summary>
    public MemoryRowSet Key;

    /// <summary>v_j: rows of V; absent rows are zero.</summary>
    public MemoryRowSet Value;

    /// <summary>c_ji at index j * <see cref="Reads"/> + i: rows of 1, or of V where <see cref="PerValue"/> says so; absent rows are zero.</summary>
    public MemoryCoefficientSet Coefficient;

    /// <summary>Bit j * <see cref="Reads"/> + i says that c_ji has one number per value.</summary>
    public ulong PerValue;

    /// <summary>What <see cref="KeyDecay"/> holds.</summary>
    public KeyDecayKind KeyDecayKind;

    /// <summary>dk: rows of 1 or of K, as <see cref="KeyDecayKind"/> says.</summary>
    public MemoryRows KeyDecay;

    /// <summary>dv: rows of V, or absent for 1.</summary>
    public MemoryRows ValueDecay;

    /// <summary>K rounded up to 16.</summary>
    public readonly int PaddedKeys => Simd.Pad(Keys);

    /// <summary>V rounded up to 16: the stride of state rows.</summary>
    public readonly int PaddedValues => Simd.Pad(Values);

    /// <summary>Whether any write depends on a read.</summary>
    public readonly bool HasFeedback
    {
        get
        {
            for (var index = 0; index < Reads * Writes; index++)
            {
                if (!Coefficient[index].IsNull)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Whether the transition differs from one value column to the next: it is then no K x K matrix.</summary>
    public readonly bool HasPerValueTransition
    {
        get
        {
            if (!ValueDecay.IsNull)
            {
                return true;
            }

            for (var index = 0; index < Reads * Writes; index++)
            {
                if (IsPerValue(index) && !Coefficient[index].IsNull)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Whether coefficient j * <see cref="Reads"/> + i has one number per value.</summary>
    public readonly bool IsPerValue(int index) => ((PerValue >> index) & 1) != 0;
}
