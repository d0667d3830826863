using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelDsl.Kernels.Cpu;

public static unsafe partial class MemoryChunk
{
    /// <summary>
    /// The rows of several operands, interleaved by token and padded with zeros; absent operands are zero. Rows that lie so
    /// already are used where they are, others are copied to <paramref name="room"/>.
    /// </summary>
    [MethodImpl(SimdKernel.Options)]
    private static float* Pack(in MemoryRowSet operands, int count, int tokens, int length, float* room, int stride)
    {
        if (count == 1 && IsDense(operands[0], length, stride))
        {
            return operands[0].Data;
        }

        Copy(operands, count, tokens, length, room, stride);
        return room;
    }

    [MethodImpl(SimdKernel.Options)]
    private static void Copy(in MemoryRowSet operands, int count, int tokens, int length, float* target, nint stride)
    {
        for (var index = 0; index < count; index++)
        {
            PackRows(operands[index], tokens, length, target + (index * stride), count * stride);
        }
    }

    /// <summary>Where results may be written at once, or <paramref name="room"/>, from where <see cref="Unpack"/> takes them.</summary>
    private static float* Target(in MemoryRowSet results, int count, int length, float* room, int stride) =>
        count == 1 && IsDense(results[0], length, stride) ? results[0].Data : room;

    /// <summary>The same for the rows of one operand.</summary>
    private static float* Pack(MemoryRows operand, int tokens, int length, float* room, int stride)
    {
        if (IsDense(operand, length, stride))
        {
            return operand.Data;
        }

        PackRows(operand, tokens, length, room, stride);
        return room;
    }

    private static bool IsDense(MemoryRows rows, int length, int stride) => !rows.IsNull && rows.Stride == stride && length == stride;

    [MethodImpl(SimdKernel.Options)]
    private static void PackRows(MemoryRows rows, int tokens, int length, float* target, nint stride)
    {
        var whole = length & ~(Simd.Lanes - 1);
        for (var t = 0; t < tokens; t++, target += stride)
        {
            if (rows.IsNull)
            {
                Fill(target, 0f, length);
                continue;
            }

            Copy(target, rows.Row(t), whole);
            if (whole < length)
            {
                Simd.Store(target + whole, Simd.LoadPartial(rows.Row(t) + whole, length - whole));
            }
        }
    }

    /// <summary>The reverse of packing: absent results are not wanted.</summary>
    [MethodImpl(SimdKernel.Options)]
    private static void Unpack(in MemoryRowSet results, int count, int tokens, int length, float* source, nint stride)
    {
        for (var index = 0; index < count; index++)
        {
            UnpackRows(results[index], tokens, length, source + (index * stride), count * stride);
        }
    }

    [MethodImpl(SimdKernel.Options)]
    private static void UnpackRows(MemoryRows rows, int tokens, int length, float* source, nint stride)
    {
        if (rows.IsNull || rows.Data == source)
        {
            return;
        }

        var whole = length & ~(Simd.Lanes - 1);
        for (var t = 0; t < tokens; t++, source += stride)
        {
            Copy(rows.Row(t), source, whole);
            if (whole < length)
            {
                Simd.StorePartial(rows.Row(t) + whole, Simd.Load(source + whole), length - whole);
            }
        }
    }

    /// <summary>Sets the padding lanes of a state to 0, so that they can take part in sums.</summary>
    private static void ClearPadding(float* state, int keys, int values)
    {
        var tail = values & (Simd.Lanes - 1);
        if (tail == 0)
        {
            return;
        }

        var last = state + (values - tail);
        for (var key = 0; key < keys; key++, last += Simd.Pad(values))
        {
            Simd.Store(last, Simd.Masked(Simd.Load(last), tail));
        }
    }

    /// <summary>target = a o b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply(float* target, float* a, float* b, int width)
    {
        for (var column = 0; column < width; column += Simd.Lanes)
        {
            Simd.Store(target + column, Simd.Load(a + column) * Simd.Load(b + column));
        }
    }

    /// <summary>target = a * factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scale(float* target, float* a, float factor, int width)
    {
        var lanes = Simd.Broadcast(factor);
        for (var column = 0; column < width; column += Simd.Lanes)
        {
            Simd.Store(target + column, Simd.Load(a + column) * lanes);
        }
    }

    /// <summary>target += a o b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyAdd(float* target, float* a, float* b, int width)
    {
        for (var column = 0; column < width; column += Simd.Lanes)
        {
            Simd.Store(target + column, Simd.MultiplyAdd(Simd.Load(a + column), Simd.Load(b + column), Simd.Load(target + column)));
        }
    }

    /// <summary>target += a * factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ScaleAdd(float* target, float* a, float factor, int width)
    {
        var lanes = Simd.Broadcast(factor);
        for (var column = 0; column < width; column += Simd.Lanes)
        {
            Simd.Store(target + column, Simd.MultiplyAdd(Simd.Load(a + column), lanes, Simd.Load(target + column)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(float* target, float* source, int width)
    {
        for (var column = 0; column < width; column += Simd.Lanes)
        {
            Simd.Store(target + column, Simd.Load(source + column));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fill(float* target, float value, int width)
    {
        var lanes = Simd.Broadcast(value);
        for (var column = 0; column < width; column += Simd.Lanes)
        {
            Simd.Store(target + column, lanes);
        }
    }

    /// <summary>The sum of a o b over whole rows, whose padding must be 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Dot(float* a, float* b, int width)
    {
        var sum = Vector512<float>.Zero;
        for (var column = 0; column < width; column += Simd.Lanes)
        {
            sum = Simd.MultiplyAdd(Simd.Load(a + column), Simd.Load(b + column), sum);
        }

        return Simd.Sum(sum);
    }
}
