using ILGPU;
using ILGPU.Runtime;

namespace ModelDsl.Kernels.Gpu.Tests;

/// <summary>What the kernel does: constant to it, so that each compilation is short.</summary>
public enum MemoryStep
{
    Forward,
    Recur,
    Adjoint,
    Summarise,
    Advance,
    Retreat,
}

/// <summary>A kernel that runs one function of the memory engine on operands in its memory.</summary>
public static class MemoryKernel
{
    /// <summary><see cref="KernelArguments.Time"/> is the number of tokens, <see cref="KernelShape.Heads"/> the step.</summary>
    public static void Run<L>(KernelArguments a, SpecializedValue<KernelShape> shape)
        where L : unmanaged, ILane<L>
    {
        KernelShape s = shape.Value;
        MemoryCase c = MemoryCase.Of(s);
        MemoryTile m = c.Tile(s.Axis7);
        ArrayView<float> tile = Team.Tile(a, s);
        int tokens = a.Time;
        var step = (MemoryStep)s.Heads;

        // Nothing may depend on what a tile happens to hold.
        for (int x = Group.IdxX; x < s.TileLength; x += s.Threads)
        {
            tile[x] = float.NaN;
        }

        Group.Barrier();
        Team.Copy<L>(s, a.Memory, c.State, tile, m.State, c.StateLength);
        if (s.Axis7 != 0)
        {
            Team.Copy<L>(s, a.Memory, c.StateGradient, tile, m.StateGradient, c.StateLength);
        }

        if (step < MemoryStep.Advance)
        {
            Set<L>(s, tile, m, c, a.Memory, tokens);
        }

        if (step == MemoryStep.Recur)
        {
            Memory.Recur<L>(s, tile, m, tokens);
            Give<L>(s, tile, m, c, a.Memory, tokens);
        }
        else if (step == MemoryStep.Forward)
        {
            Memory.Forward<L>(s, tile, m, tokens);
            Give<L>(s, tile, m, c, a.Memory, tokens);
        }
        else if (step == MemoryStep.Summarise)
        {
            Memory.Summarise<L>(s, tile, m, tokens, a.Memory, c.Summary);
        }
        else if (step == MemoryStep.Advance)
        {
            Memory.Advance<L>(s, tile, m, a.Memory, c.Summary);
            Team.Copy<L>(s, tile, m.State, a.Memory, c.Results + c.State, c.StateLength);
        }
        else if (step == MemoryStep.Retreat)
        {
            Memory.Retreat<L>(s, tile, m, a.Memory, c.Summary);
            Team.Copy<L>(s, tile, m.StateGradient, a.Memory, c.Results + c.State, c.StateLength);
        }
        else
        {
            Memory.Adjoint<L>(s, tile, m, tokens);
            GiveGradients<L>(s, tile, m, c, a.Memory, tokens);
            Team.Copy<L>(s, tile, m.StateGradient, a.Memory, c.Results + c.State, c.StateLength);
        }
    }

    private static void Set<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, MemoryCase c, ArrayView<float> memory, int tokens)
        where L : unmanaged, ILane<L>
    {
        for (int i = 0; i < c.Reads; i++)
        {
            Memory.SetQuery<L>(s, tile, m, i, memory, c.Query(i), c.KeyRow, tokens);
            if (s.Axis7 != 0)
            {
                Memory.SetReadGradient<L>(s, tile, m, i, memory, c.Read(i), c.ValueRow, tokens);
            }
        }

        for (int j = 0; j < c.Writes; j++)
        {
            Memory.SetKey<L>(s, tile, m, j, memory, c.Key(j), c.KeyRow, tokens);
            if (c.HasValue(j))
            {
                Memory.SetValue<L>(s, tile, m, j, memory, c.Value(j), c.ValueRow, tokens);
            }
            else
            {
                Memory.ClearValue<L>(s, tile, m, j, tokens);
            }

            for (int i = 0; i < c.Reads; i++)
            {
                int index = (j * c.Reads) + i;
                if (c.Feedback != MemoryTile.NoFeedback && c.IsAbsent(index))
                {
                    Memory.ClearCoefficient<L>(s, tile, m, j, i, tokens);
                }
                else if (c.Feedback != MemoryTile.NoFeedback)
                {
                    int perValue = c.PerValue(index);
                    Memory.SetCoefficient<L>(s, tile, m, j, i, memory, c.Coefficient(j, i), perValue != 0 ? c.ValueRow : 1, tokens, perValue);
                }
            }
        }

        if (c.KeyDecay != MemoryTile.NoDecay)
        {
            Memory.SetKeyDecay<L>(s, tile, m, memory, c.KeyDecaySlot, c.KeyDecay == MemoryTile.PerKey ? c.KeyRow : 1, tokens);
        }

        if (c.ValueDecay != 0)
        {
            Memory.SetValueDecay<L>(s, tile, m, memory, c.ValueDecaySlot, c.ValueRow, tokens);
        }
    }

    private static void Give<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, MemoryCase c, ArrayView<float> memory, int tokens)
        where L : unmanaged, ILane<L>
    {
        for (int i = 0; i < c.Reads; i++)
        {
            Memory.GetRead<L>(s, tile, m, i, memory, c.Results + c.Read(i), c.ValueRow, tokens);
        }

        Team.Copy<L>(s, tile, m.State, memory, c.Results + c.State, c.StateLength);
    }

    private static void GiveGradients<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, MemoryCase c, ArrayView<float> memory, int tokens)
        where L : unmanaged, ILane<L>
    {
        for (int i = 0; i < c.Reads; i++)
        {
            Memory.GetQueryGradient<L>(s, tile, m, i, memory, c.Results + c.Query(i), c.KeyRow, tokens);
        }

        for (int j = 0; j < c.Writes; j++)
        {
            Memory.GetKeyGradient<L>(s, tile, m, j, memory, c.Results + c.Key(j), c.KeyRow, tokens);
            Memory.GetValueGradient<L>(s, tile, m, j, memory, c.Results + c.Value(j), c.ValueRow, tokens);
            for (int i = 0; i < c.Reads && c.Feedback != MemoryTile.NoFeedback; i++)
            {
                int index = (j * c.Reads) + i;
                if (!c.IsAbsent(index))
                {
                    int perValue = c.PerValue(index);
                    Memory.GetCoefficientGradient<L>(
                        s, tile, m, j, i, memory, c.Results + c.Coefficient(j, i), perValue != 0 ? c.ValueRow : 1, tokens, perValue);
                }
            }
        }

        if (c.KeyDecay != MemoryTile.NoDecay)
        {
            Memory.GetKeyDecayGradient<L>(s, tile, m, memory, c.Results + c.KeyDecaySlot, c.KeyDecay == MemoryTile.PerKey ? c.KeyRow : 1, tokens);
        }

        if (c.ValueDecay != 0)
        {
            Memory.GetValueDecayGradient<L>(s, tile, m, memory, c.Results + c.ValueDecaySlot, c.ValueRow, tokens);
        }
    }
}
