using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using ModelDsl.Kernels.Cpu;

namespace ModelDsl.Kernels.Gpu.Tests;

/// <summary>
/// The memory engine of devices against the CPU's, on the emulator (threads and barriers), on OpenCL with one thread that has vectors, and on OpenCL with
/// many threads of one number each. Tiles start as NaN.
/// </summary>
public sealed unsafe class MemoryTests(Devices devices) : IClassFixture<Devices>
{
    private const float Outputs = 1e-5f;
    private const float Gradients = 1e-4f;

    /// <summary>Every decay, every feedback, several counts and awkward sizes: each at least once with each neighbour.</summary>
    public static TheoryData<MemoryCase> Cases() =>
    [
        new(5, 3, 1, 1, MemoryTile.NoDecay, 0, MemoryTile.NoFeedback, 16),
        new(16, 16, 1, 1, MemoryTile.PerToken, 0, MemoryTile.NoFeedback, 16),
        new(64, 48, 2, 2, MemoryTile.PerToken, 0, MemoryTile.PerToken, 16),
        new(16, 16, 2, 1, MemoryTile.PerKey, 0, MemoryTile.NoFeedback, 16),
        new(5, 35, 1, 1, MemoryTile.PerKey, 0, MemoryTile.PerToken, 24),
        new(5, 3, 2, 2, MemoryTile.PerKey, 1, MemoryTile.PerValue, 16),
        new(19, 16, 1, 1, MemoryTile.NoDecay, 1, MemoryTile.NoFeedback, 20),
        new(16, 3, 3, 2, MemoryTile.PerToken, 1, MemoryTile.PerToken, 7),
        new(5, 16, 1, 2, MemoryTile.NoDecay, 0, MemoryTile.PerValue, 16),
        new(5, 3, 1, 0, MemoryTile.PerToken, 0, MemoryTile.NoFeedback, 7),
        new(5, 3, 0, 1, MemoryTile.PerKey, 1, MemoryTile.NoFeedback, 7),
    ];

    /// <summary>Fewer for OpenCL, whose compilers take their time: each decay and each feedback once.</summary>
    public static TheoryData<MemoryCase> CasesForVectors() =>
    [
        new(64, 48, 1, 1, MemoryTile.PerToken, 0, MemoryTile.NoFeedback, 16),
        new(5, 35, 2, 2, MemoryTile.PerKey, 0, MemoryTile.PerToken, 24),
        new(16, 3, 1, 1, MemoryTile.NoDecay, 1, MemoryTile.PerValue, 7),
    ];

    /// <summary>The emulator has few threads; here there are some for teams that share out what fewer would do, and some with nothing to do.</summary>
    public static TheoryData<MemoryCase> CasesForManyThreads() =>
    [
        new(64, 16, 2, 2, MemoryTile.PerToken, 0, MemoryTile.PerToken, 16),
        new(19, 16, 1, 1, MemoryTile.PerKey, 1, MemoryTile.NoFeedback, 16),
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Emulator(MemoryCase c) => Check<Lanes1>(devices.Emulator, c, 16, 4, everything: true);

    [SkippableTheory]
    [MemberData(nameof(CasesForVectors))]
    public void OpenCLWithVectors(MemoryCase c)
    {
        if (c.Values % Lanes16.Width == 0)
        {
            Check<Lanes16>(devices.OpenCL, c, 1, 1, everything: false);
        }
        else
        {
            Check<Lanes8>(devices.OpenCL, c, 1, 1, everything: false);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(CasesForManyThreads))]
    public void OpenCLWithManyThreads(MemoryCase c) => Check<Lanes1>(devices.OpenCL, c, 64, 32, everything: false);

    private static void Check<L>(GpuDevice device, MemoryCase c, int threads, int columns, bool everything)
        where L : unmanaged, ILane<L>
    {
        using var bench = new Bench<L>(device, c, threads, columns);
        foreach (int tokens in new[] { 1, 2, 7, c.Chunk }.Where(t => t <= c.Chunk).Distinct())
        {
            float[] operands = c.Operands(tokens, tokens);
            float[] gradient = c.Operands(1000 + tokens, tokens)[c.State..];
            Reference(c, operands, gradient, tokens, out float[] forward, out float[] adjoint);

            float[] result = bench.Run(adjoint: false, MemoryStep.Forward, operands, gradient, tokens);
            Agree(c, "chunk", forward, result, c.Results, tokens, Outputs, reads: true);
            result = bench.Run(adjoint: false, MemoryStep.Recur, operands, gradient, tokens);
            Agree(c, "recurrent", forward, result, c.Results, tokens, Outputs, reads: true);

            bench.Run(adjoint: false, MemoryStep.Summarise, operands, gradient, tokens);
            result = bench.Run(adjoint: false, MemoryStep.Advance, operands, gradient, tokens, keep: true);
            Agree(c, "transition", forward[c.State..], result, c.Results + c.State, Outputs);

            result = bench.Run(adjoint: true, MemoryStep.Adjoint, operands, gradient, tokens, keep: true);
            Agree(c, "adjoint", adjoint, result, c.Results, tokens, Gradients, reads: false);
            if (!everything)
            {
                continue;
            }

            result = bench.Run(adjoint: true, MemoryStep.Forward, operands, gradient, tokens, keep: true);
            Agree(c, "chunk with room for the adjoint", forward, result, c.Results, tokens, Outputs, reads: true);

            // The offset of the way back is the gradient that comes of the chunk alone; the transition is there from before.
            float[] kept = bench.Run(adjoint: true, MemoryStep.Adjoint, operands, new float[c.StateLength], tokens, keep: true);
            kept.AsSpan(c.Results + c.State, c.StateLength).CopyTo(kept.AsSpan(c.Total - c.StateLength));
            gradient.CopyTo(kept, c.StateGradient);
            result = bench.Run(adjoint: true, MemoryStep.Retreat, kept, tokens);
            Agree(c, "transposed transition", adjoint[c.State..], result, c.Results + c.State, Gradients);
        }
    }

    private static void Reference(MemoryCase c, float[] operands, float[] gradient, int tokens, out float[] forward, out float[] adjoint)
    {
        forward = new float[c.Length];
        adjoint = new float[c.Length];
        operands.AsSpan(c.State).CopyTo(forward.AsSpan(c.State));
        gradient.CopyTo(adjoint, c.State);
        float[] state = operands[c.State..];
        fixed (float* from = operands, reads = forward, to = adjoint, before = state)
        {
            MemoryOperands given = c.ForCpu(from, tokens, results: false);
            void* scratch = NativeMemory.AlignedAlloc((nuint)(MemoryChunk.ScratchSize(given, adjoint: true) * sizeof(float)), 64);
            MemoryChunk.Forward(given, reads + c.State, c.ReadsForCpu(reads), (float*)scratch);
            MemoryChunk.Adjoint(given, before, to + c.State, c.ReadsForCpu(from), c.ForCpu(to, tokens, results: true), (float*)scratch);
            NativeMemory.AlignedFree(scratch);
        }
    }

    /// <summary>Slot by slot: what is meant are the numbers of the tokens, relative to the largest of the slot.</summary>
    private static void Agree(MemoryCase c, string what, float[] expected, float[] actual, int at, int tokens, float bound, bool reads)
    {
        List<(string Name, int Slot, int Row)> slots = [];
        for (int i = 0; i < c.Reads; i++)
        {
            slots.Add(reads ? ($"read {i}", c.Read(i), c.ValueRow) : ($"query {i}", c.Query(i), c.KeyRow));
        }

        for (int j = 0; j < c.Writes && !reads; j++)
        {
            slots.Add(($"key {j}", c.Key(j), c.KeyRow));
            slots.Add(($"value {j}", c.Value(j), c.ValueRow));
            for (int i = 0; i < c.Reads && c.Feedback != MemoryTile.NoFeedback; i++)
            {
                if (!c.IsAbsent((j * c.Reads) + i))
                {
                    slots.Add(($"coefficient {j},{i}", c.Coefficient(j, i), c.PerValue((j * c.Reads) + i) != 0 ? c.ValueRow : 1));
                }
            }
        }

        if (!reads && c.KeyDecay != MemoryTile.NoDecay)
        {
            slots.Add(("key decay", c.KeyDecaySlot, c.KeyDecay == MemoryTile.PerKey ? c.KeyRow : 1));
        }

        if (!reads && c.ValueDecay != 0)
        {
            slots.Add(("value decay", c.ValueDecaySlot, c.ValueRow));
        }

        foreach ((string name, int slot, int row) in slots)
        {
            Agree(c, $"{what}, {name}, {tokens} tokens", expected.AsSpan(slot, tokens * row), actual, at + slot, bound);
        }

        Agree(c, $"{what}, state, {tokens} tokens", expected.AsSpan(c.State, c.StateLength), actual, at + c.State, bound);
    }

    private static void Agree(MemoryCase c, string what, ReadOnlySpan<float> expected, float[] actual, int at, float bound)
    {
        float largest = 1e-3f;
        foreach (float x in expected)
        {
            largest = MathF.Max(largest, MathF.Abs(x));
        }

        for (int x = 0; x < expected.Length; x++)
        {
            float difference = MathF.Abs(expected[x] - actual[at + x]);
            Assert.True(difference <= bound * largest, $"{c}: {what}: number {x} is {actual[at + x]}, expected {expected[x]} (largest {largest}).");
        }
    }

    /// <summary>The memory and the kernel of one case on one device.</summary>
    private sealed class Bench<L> : IDisposable
        where L : unmanaged, ILane<L>
    {
        private readonly GpuDevice _device;
        private readonly MemoryCase _case;
        private readonly int _threads;
        private readonly int _columns;
        private readonly MemoryBuffer1D<float, Stride1D.Dense> _memory;
        private readonly MemoryBuffer1D<float, Stride1D.Dense> _scratch;
        private readonly MemoryBuffer1D<int, Stride1D.Dense> _table;
        private readonly Action<KernelConfig, KernelArguments, SpecializedValue<KernelShape>> _kernel;

        public Bench(GpuDevice device, MemoryCase c, int threads, int columns)
        {
            _device = device;
            _case = c;
            _threads = threads;
            _columns = columns;
            _memory = device.Accelerator.Allocate1D<float>(c.Total);
            _scratch = device.Accelerator.Allocate1D<float>(c.Tile(1).End);
            _table = device.Accelerator.Allocate1D<int>(1);
            _kernel = device.Accelerator.LoadStreamKernel<KernelArguments, SpecializedValue<KernelShape>>(MemoryKernel.Run<L>);
        }

        public void Dispose()
        {
            _memory.Dispose();
            _scratch.Dispose();
            _table.Dispose();
        }

        /// <summary>Runs a step on new memory, or on what an earlier step has left but for the results.</summary>
        public float[] Run(bool adjoint, MemoryStep step, float[] operands, float[] gradient, int tokens, bool keep = false)
        {
            float[] memory = keep ? _memory.GetAsArray1D() : new float[_case.Total];
            operands.CopyTo(memory, 0);
            gradient.CopyTo(memory, _case.StateGradient);
            return Run(adjoint, step, memory, tokens);
        }

        public float[] Run(bool adjoint, MemoryStep step, float[] memory, int tokens)
        {
            memory.AsSpan(_case.Results, _case.Length).Fill(float.NaN);
            _memory.CopyFromCPU(memory);
            var arguments = new KernelArguments
            {
                Memory = _memory.View.AsContiguous(),
                Scratch = _scratch.View.AsContiguous(),
                Table = _table.View.AsContiguous(),
                Time = tokens,
            };

            // Small tiles lie in shared memory: both places are to be tried.
            bool shared = _case.Tile(adjoint ? 1 : 0).End <= 8 * 1024;
            _kernel(new KernelConfig(1, _threads), arguments, SpecializedValue.New(_case.Shape(_threads, _columns, step, adjoint, shared)));
            _device.Accelerator.Synchronize();
            return _memory.GetAsArray1D();
        }
    }
}
