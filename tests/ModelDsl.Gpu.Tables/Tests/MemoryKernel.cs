using ILGPU;
using ILGPU.Runtime;
using ModelDsl.Kernels.Gpu;

namespace ModelDsl.Gpu.Tables.Tests;

// The engine of memories alone: a memory with one read and one write a token, its operands in the frame (Axis2: kind of key decay, Axis3: value decay,
// Axis4: feedback, Axis5: which function).
internal static class MemoryKernel
{
    public static int TileLength(KernelShape s, bool adjoint) => Lay(s, adjoint ? 1 : 0).End;

    public static void Run<L>(KernelArguments a, SpecializedValue<KernelShape> shape)
        where L : unmanaged, ILane<L>
    {
        KernelShape s = shape.Value;
        ArrayView<float> frame = Team.Frame(a, s);
        ArrayView<float> tile = Team.Tile(a, s);
        bool adjoint = s.Axis5 == 2;
        MemoryTile m = Lay(s, adjoint ? 1 : 0);
        int keys = KernelShape.Pad(s.Axis0), values = KernelShape.Pad(s.Axis1);
        for (int task = Grid.IdxX; task < a.Tasks; task += Grid.DimX)
        {
            Memory.SetQuery<L>(s, tile, m, 0, frame, 0, keys, s.Chunk);
            Memory.SetKey<L>(s, tile, m, 0, frame, 0, keys, s.Chunk);
            Memory.SetValue<L>(s, tile, m, 0, frame, 0, values, s.Chunk);
            if (s.Axis5 == 0)
            {
                Memory.Recur<L>(s, tile, m, s.Chunk);
            }
            else if (s.Axis5 == 1)
            {
                Memory.Forward<L>(s, tile, m, s.Chunk);
            }
            else if (s.Axis5 == 2)
            {
                Memory.Adjoint<L>(s, tile, m, s.Chunk);
            }
            else
            {
                Memory.Summarise<L>(s, tile, m, s.Chunk, a.Memory, 0);
            }

            Memory.GetRead<L>(s, tile, m, 0, frame, 0, values, s.Chunk);
            Group.Barrier();
        }
    }

    private static MemoryTile Lay(KernelShape s, int adjoint) => MemoryTile.Lay(0, s.Axis0, s.Axis1, 1, 1, s.Chunk, s.Axis2, s.Axis3, s.Axis4, adjoint);
}
