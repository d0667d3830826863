using ILGPU;
using ILGPU.Runtime;
using ModelDsl.Kernels.Gpu;

namespace ModelDsl.Gpu.Tables.Tests;

// A small kernel with everything that generated ones have: slots in shared memory, loops with constant bounds, barriers, a function.
internal static class DecayKernel
{
    // h_t = exp(x_t) * h_(t-1), the tokens of a chunk staged in shared memory; a task is a row of the input.
    public static void Forward<L>(KernelArguments a, SpecializedValue<KernelShape> shape)
        where L : unmanaged, ILane<L>
    {
        KernelShape s = shape.Value;
        ArrayView<float> frame = Team.Frame(a, s);
        int length = s.Chunk * s.Axis0;
        for (int task = Grid.IdxX; task < a.Tasks; task += Grid.DimX)
        {
            Team.Copy<L>(s, a.Memory, task * length, frame, 0, length);
            Group.Barrier();
            for (int i = Group.IdxX * L.Width; i < s.Axis0; i += s.Threads * L.Width)
            {
                L state = L.Broadcast(1f);
                for (int t = 0; t < s.Chunk; t++)
                {
                    state = L.Exp(L.Load(frame, (t * s.Axis0) + i)) * state;
                    L.Store(frame, (t * s.Axis0) + i, state);
                }
            }

            Group.Barrier();
            Team.Copy<L>(s, frame, 0, a.Memory, task * length, length);
        }
    }
}
