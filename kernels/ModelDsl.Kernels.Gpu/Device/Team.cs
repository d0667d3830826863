using System.Runtime.CompilerServices;
using ILGPU;

namespace ModelDsl.Kernels.Gpu;

/// <summary>
/// A group of threads that works on one unit, arranged in rows: columns share out the lanes of a row of data, rows share out tokens. A loop over
/// tokens is <c>for (int t = Team.Row(s); t &lt; tokens; t += Team.Rows(s))</c>, one over an axis
/// <c>for (int i = Team.Column(s) * L.Width; i &lt; n; i += s.Columns * L.Width)</c>, one over anything <c>for (int i = Team.Thread; i &lt; n; i += s.Threads)</c>.
/// </summary>
public static class Team
{
    /// <summary>This thread's number in its group.</summary>
    public static int Thread => ILGPU.Group.IdxX;

    /// <summary>The number of this group.</summary>
    public static int Group => Grid.IdxX;

    /// <summary>How many groups there are; they share out the tasks.</summary>
    public static int Groups => Grid.DimX;

    /// <summary>The row of this thread.</summary>
    public static int Row(KernelShape shape) => Thread / shape.Columns;

    /// <summary>How many rows there are.</summary>
    public static int Rows(KernelShape shape) => shape.Threads / shape.Columns;

    /// <summary>The column of this thread.</summary>
    public static int Column(KernelShape shape) => Thread % shape.Columns;

    /// <summary>Waits for the group, unless a thread is alone in it: to a compiler for CPUs every barrier is a border that nothing moves across.</summary>
    public static void Barrier(KernelShape shape)
    {
        if (shape.Threads > 1)
        {
            ILGPU.Group.Barrier();
        }
    }

    /// <summary>The slots of this group: in shared memory, whose size has to be a constant of the kernel that this is inlined into, or in its part of the scratch memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ArrayView<float> Frame(KernelArguments arguments, KernelShape shape) =>
        shape.FrameIsShared != 0
            ? SharedMemory.Allocate<float>(shape.FrameLength)
            : arguments.Scratch.SubView(Group * ScratchLength(shape), shape.FrameLength);

    /// <summary>The states and engines' operands of this group: in shared memory or in its part of the scratch memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ArrayView<float> Tile(KernelArguments arguments, KernelShape shape) =>
        shape.TileIsShared != 0
            ? SharedMemory.Allocate<float>(shape.TileLength)
            : arguments.Scratch.SubView((Group * ScratchLength(shape)) + (shape.FrameIsShared != 0 ? 0 : shape.FrameLength), shape.TileLength);

    /// <summary>Floats of scratch memory for each group.</summary>
    public static int ScratchLength(KernelShape shape) =>
        (shape.FrameIsShared != 0 ? 0 : shape.FrameLength) + (shape.TileIsShared != 0 ? 0 : shape.TileLength);

    /// <summary>Sets numbers to zero, together. A barrier must follow before they are used.</summary>
    public static void Clear<L>(KernelShape shape, ArrayView<float> target, int at, int length)
        where L : unmanaged, ILane<L>
    {
        for (int i = Thread * L.Width; i < length; i += shape.Threads * L.Width)
        {
            L.Store(target, at + i, L.Broadcast(0f));
        }
    }

    /// <summary>Copies numbers, together. A barrier must follow before they are used.</summary>
    public static void Copy<L>(KernelShape shape, ArrayView<float> source, int from, ArrayView<float> target, int to, int length)
        where L : unmanaged, ILane<L>
    {
        for (int i = Thread * L.Width; i < length; i += shape.Threads * L.Width)
        {
            L.Store(target, to + i, L.Load(source, from + i));
        }
    }

    /// <summary>Adds numbers to others, together. A barrier must follow before they are used.</summary>
    public static void Add<L>(KernelShape shape, ArrayView<float> source, int from, ArrayView<float> target, int to, int length)
        where L : unmanaged, ILane<L>
    {
        for (int i = Thread * L.Width; i < length; i += shape.Threads * L.Width)
        {
            L.Store(target, to + i, L.Load(target, to + i) + L.Load(source, from + i));
        }
    }

    /// <summary>Copies the elements of up to three axes between places that lie in another order, together, or adds them. A barrier must follow before they are used.</summary>
    /// <param name="shape">The kernel's shape.</param>
    /// <param name="tile">The group's tile.</param>
    /// <param name="from">The first element.</param>
    /// <param name="to">Its place.</param>
    /// <param name="add">Whether the elements are added to what is there.</param>
    /// <param name="n0">The size of an axis, 1 if there is none.</param>
    /// <param name="from0">From one element along it to the next.</param>
    /// <param name="to0">The same where they go.</param>
    /// <param name="n1">The same for another axis.</param>
    /// <param name="from1">From one element along it to the next.</param>
    /// <param name="to1">The same where they go.</param>
    /// <param name="n2">The same for another axis.</param>
    /// <param name="from2">From one element along it to the next.</param>
    /// <param name="to2">The same where they go.</param>
    public static void Turn(
        KernelShape shape, ArrayView<float> tile, int from, int to, bool add, int n0, int from0, int to0, int n1 = 1, int from1 = 0, int to1 = 0, int n2 = 1, int from2 = 0, int to2 = 0)
    {
        for (int i = Thread; i < n0 * n1 * n2; i += shape.Threads)
        {
            int i2 = i % n2, i1 = i / n2 % n1, i0 = i / (n2 * n1);
            int target = to + (i0 * to0) + (i1 * to1) + (i2 * to2);
            float value = tile[from + (i0 * from0) + (i1 * from1) + (i2 * from2)];
            tile[target] = add ? tile[target] + value : value;
        }
    }

    /// <summary>Adds up consecutive numbers, in order.</summary>
    public static float Sum(ArrayView<float> source, int at, int count)
    {
        float sum = source[at];
        for (int i = 1; i < count; i++)
        {
            sum += source[at + i];
        }

        return sum;
    }

    /// <summary>The largest of consecutive numbers.</summary>
    public static float MaxOver(ArrayView<float> source, int at, int count)
    {
        float largest = source[at];
        for (int i = 1; i < count; i++)
        {
            largest = DeviceMath.Max(largest, source[at + i]);
        }

        return largest;
    }
}
