using ModelDsl.Kernels.Cpu;

namespace ModelDsl.Kernels.Gpu.Tests;

/// <summary>The structure and sizes of a memory, as they travel in a kernel's shape (the axes), and where its operands and results lie.</summary>
public readonly record struct MemoryCase(int Keys, int Values, int Reads, int Writes, int KeyDecay, int ValueDecay, int Feedback, int Chunk)
{
    public static MemoryCase Of(KernelShape s) => new(s.Axis0, s.Axis1, s.Axis2, s.Axis3, s.Axis4, s.Axis5, s.Axis6, s.Chunk);

    public KernelShape Shape(int threads, int columns, MemoryStep step, bool adjoint, bool shared)
    {
        int tile = Tile(adjoint ? 1 : 0).End;
        return new KernelShape
        {
            Axis0 = Keys,
            Axis1 = Values,
            Axis2 = Reads,
            Axis3 = Writes,
            Axis4 = KeyDecay,
            Axis5 = ValueDecay,
            Axis6 = Feedback,
            Axis7 = adjoint ? 1 : 0,
            Chunk = Chunk,

            // The engine knows no heads: the step travels in their place.
            Heads = (int)step,
            Threads = threads,
            Columns = columns,
            Mode = step == MemoryStep.Recur ? Mode.Recurrent : Mode.Chunkwise,
            TileIsShared = shared ? 1 : 0,
            TileLength = tile,
        };
    }

    public MemoryTile Tile(int adjoint) => MemoryTile.Lay(0, Keys, Values, Reads, Writes, Chunk, KeyDecay, ValueDecay, Feedback, adjoint);

    public int KeyRow => KernelShape.Pad(Keys);

    public int ValueRow => KernelShape.Pad(Values);

    /// <summary>Floats of each operand.</summary>
    public int SlotLength => Chunk * (KeyRow > ValueRow ? KeyRow : ValueRow);

    public int StateLength => Keys * ValueRow;

    public int Query(int i) => i * SlotLength;

    public int Key(int j) => (Reads + j) * SlotLength;

    public int Value(int j) => (Reads + Writes + j) * SlotLength;

    public int Coefficient(int j, int i) => (Reads + (2 * Writes) + (j * Reads) + i) * SlotLength;

    public int KeyDecaySlot => (Reads + (2 * Writes) + (Reads * Writes)) * SlotLength;

    public int ValueDecaySlot => KeyDecaySlot + SlotLength;

    public int Read(int i) => ValueDecaySlot + ((1 + i) * SlotLength);

    /// <summary>Behind the operands and reads (or their gradients): the state.</summary>
    public int State => Read(Reads);

    public int Length => State + StateLength;

    /// <summary>In the kernel's memory: operands with the read gradients and the state; results; then the gradient of the outgoing state; then a summary.</summary>
    public int Results => Length;

    public int StateGradient => 2 * Length;

    public int Summary => StateGradient + StateLength;

    public int Total => Summary + Memory.TransitionLength(Tile(0)) + StateLength;

    /// <summary>Of several coefficients the last one is absent.</summary>
    public bool IsAbsent(int index) => Reads * Writes > 1 && index == (Reads * Writes) - 1;

    /// <summary>Where coefficients are per value, every other one is per token all the same.</summary>
    public int PerValue(int index) => Feedback == MemoryTile.PerValue && (index & 1) == 0 ? 1 : 0;

    /// <summary>Random operands, with zeros in the padding of rows; the last write's values are zero if there are several.</summary>
    public float[] Operands(int seed, int tokens)
    {
        var random = new Random(seed);
        var memory = new float[Length];
        float small = 1 / MathF.Sqrt(Keys);
        for (int t = 0; t < tokens; t++)
        {
            for (int i = 0; i < Reads; i++)
            {
                Fill(Query(i), t, KeyRow, Keys, Normal);
                Fill(Read(i), t, ValueRow, Values, Normal);
            }

            for (int j = 0; j < Writes; j++)
            {
                Fill(Key(j), t, KeyRow, Keys, Small);
                Fill(Value(j), t, ValueRow, Values, Normal);
                for (int i = 0; i < Reads; i++)
                {
                    bool perValue = PerValue((j * Reads) + i) != 0;
                    Fill(Coefficient(j, i), t, perValue ? ValueRow : 1, perValue ? Values : 1, Small);
                }
            }

            Fill(KeyDecaySlot, t, KeyDecay == MemoryTile.PerKey ? KeyRow : 1, KeyDecay == MemoryTile.PerKey ? Keys : 1, Decay);
            Fill(ValueDecaySlot, t, ValueRow, Values, Decay);
        }

        for (int k = 0; k < Keys; k++)
        {
            Fill(State, k, ValueRow, Values, Normal);
        }

        return memory;

        void Fill(int slot, int row, int stride, int count, Func<float> number)
        {
            for (int x = 0; x < count; x++)
            {
                memory[slot + (row * stride) + x] = number();
            }
        }

        float Normal() => (float)((random.NextDouble() * 2) - 1);
        float Small() => (float)((random.NextDouble() * 2) - 1) * small;

        // Also zeros and negative decays.
        float Decay() => random.Next(12) switch { 0 => 0f, 1 => -0.7f, 2 => 1f, _ => 0.5f + (float)(random.NextDouble() / 2) };
    }

    /// <summary>The same rows for the CPU's engine; results go where operands would be.</summary>
    public unsafe MemoryOperands ForCpu(float* memory, int tokens, bool results)
    {
        var operands = new MemoryOperands
        {
            Tokens = tokens,
            Keys = Keys,
            Values = Values,
            Reads = Reads,
            Writes = Writes,
            KeyDecayKind = (KeyDecayKind)KeyDecay,
            KeyDecay = KeyDecay == MemoryTile.NoDecay ? default : new MemoryRows(memory + KeyDecaySlot, KeyDecay == MemoryTile.PerKey ? KeyRow : 1),
            ValueDecay = ValueDecay == 0 ? default : new MemoryRows(memory + ValueDecaySlot, ValueRow),
        };
        for (int i = 0; i < Reads; i++)
        {
            operands.Query[i] = new MemoryRows(memory + Query(i), KeyRow);
        }

        for (int j = 0; j < Writes; j++)
        {
            operands.Key[j] = new MemoryRows(memory + Key(j), KeyRow);
            operands.Value[j] = HasValue(j) || results ? new MemoryRows(memory + Value(j), ValueRow) : default;
            for (int i = 0; i < Reads && Feedback != MemoryTile.NoFeedback; i++)
            {
                int index = (j * Reads) + i;
                bool perValue = PerValue(index) != 0;
                operands.Coefficient[index] = IsAbsent(index) ? default : new MemoryRows(memory + Coefficient(j, i), perValue ? ValueRow : 1);
                operands.PerValue |= perValue ? 1UL << index : 0;
            }
        }

        return operands;
    }

    public bool HasValue(int j) => Writes == 1 || j < Writes - 1;

    public unsafe MemoryRowSet ReadsForCpu(float* memory)
    {
        MemoryRowSet reads = default;
        for (int i = 0; i < Reads; i++)
        {
            reads[i] = new MemoryRows(memory + Read(i), ValueRow);
        }

        return reads;
    }
}
