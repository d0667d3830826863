using ILGPU;

namespace ModelDsl.Kernels.Gpu;

/// <summary>
/// The engine of matrix memories on a device, run by a group of threads: a chunk as matrix products or token by token, its adjoint and its transition
/// (<see cref="MemoryTile"/> has the recurrence). The mathematics are those of ModelDsl.Kernels.Cpu.MemoryChunk.
/// Operands are put into the tile with Set functions, and results taken with Get functions; what lies between, from <see cref="Forward"/> to
/// <see cref="Retreat"/>, begins and ends with a barrier. Operands must be set anew for every call. A function that reads keys goes by
/// <see cref="KernelShape.Mode"/>: in recurrent mode they lie as rows, otherwise as columns, for the adjoint as both.
/// </summary>
public static partial class Memory
{
    /// <summary>
    /// The stride of matrices whose rows are keys or values and whose lanes are writes. One number per thread: odd, so that threads that write a column
    /// side by side do not meet in a bank of shared memory. Otherwise whole vectors.
    /// </summary>
    internal static int ColumnStride<L>(MemoryTile m)
        where L : unmanaged, ILane<L>
        => m.PairStride + (L.Width == 1 ? 1 : 0);

    private static bool HasKeyRows(KernelShape s, MemoryTile m) => m.HasAdjoint != 0 || s.Mode == Mode.Recurrent;

    private static bool HasKeyColumns(KernelShape s, MemoryTile m) => m.HasAdjoint != 0 || s.Mode != Mode.Recurrent;

    /// <summary>Where rows of keys begin, if there are any: in a tile without adjoint they take the place of the columns.</summary>
    private static int KeyRows(MemoryTile m) => m.HasAdjoint != 0 ? m.Key : m.KeyColumns;

    /// <summary>One thread has nobody to wait for.</summary>
    private static void Barrier(KernelShape s)
    {
        if (s.Threads != 1)
        {
            Group.Barrier();
        }
    }

    /// <summary>
    /// The sum of the products of two rows, by one thread. Threads whose rows lie whole rows apart begin at different places, so that they do not
    /// meet in a bank: <paramref name="turn"/> is the number of the row.
    /// </summary>
    private static float Dot<L>(ArrayView<float> tile, int a, int b, int length, int turn)
        where L : unmanaged, ILane<L>
    {
        L sum = L.Broadcast(0f);
        for (int x = 0; x < length; x += L.Width)
        {
            int column = L.Width == 1 ? (x + turn) % length : x;
            sum = L.MultiplyAdd(L.Load(tile, a + column), L.Load(tile, b + column), sum);
        }

        return L.Sum(sum);
    }
}
