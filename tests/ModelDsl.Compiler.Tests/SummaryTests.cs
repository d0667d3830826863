using CsCheck;
using ModelDsl.Testing;

namespace ModelDsl.Compiler.Tests;

/// <summary>The law that the parallel scan rests on: however a sequence is cut, the combined maps of its chunks are the map of the whole.</summary>
public sealed class SummaryTests
{
    private static readonly Gen<(int Time, int ChunkSize, int Threads)> s_cuts = Gen.Select(Gen.Int[1, 90], Gen.Int[1, 40], Gen.Int[1, 2]);

    private static readonly CompiledSpecs s_specs = SpecCompiler.Compile(
        Specs.Axes, Specs.GatedDeltaRule, Specs.SelectiveScan, Specs.ShiftedMemory, Specs.KeyDecay, Specs.Multiplied, Specs.ValueFeedback,
        Specs.Oscillator, Specs.Dense, Specs.DelayedFeedback);

    [Theory]
    [InlineData("GatedDeltaRule")]
    [InlineData("SelectiveScan")]
    [InlineData("ShiftedMemory")]
    [InlineData("KeyDecay")]
    [InlineData("Multiplied")]
    [InlineData("ValueFeedback")]
    [InlineData("Oscillator")]
    [InlineData("Dense")]
    [InlineData("DelayedFeedback")]
    public void ChunksOfAnySizeCombineToTheWhole(string name)
    {
        IRecurrenceKernel kernel = s_specs.Recurrence(name).Kernel;
        RecurrenceDescription description = kernel.Description;
        var random = new PCG(1, 11);
        for (int i = 0; i < 25; i++)
        {
            (int time, int chunkSize, int threads) = s_cuts.Generate(random, null, out _);

            // Decays in log space are at most 0.
            var shape = new SequenceShape(1, time, 2, [.. description.Axes.Select((axis, a) => 5 + (2 * (axis.EqualTo ?? a)))]);
            SequenceTensor[] inputs = Sequences.Random(description, shape, i, 0.5f);
            foreach (SequenceTensor input in inputs.Where((_, n) => description.Inputs[n].Domain == Domain.LogDecay))
            {
                for (int j = 0; j < input.Data.Length; j++)
                {
                    input.Data[j] = -3 * Math.Abs(input.Data[j]);
                }
            }

            RecurrenceResult whole = RecurrenceRunner.Run(kernel, inputs, options: new RunOptions(Mode.Recurrent));
            RecurrenceResult scan = RecurrenceRunner.Run(kernel, inputs, options: new RunOptions(Mode.ParallelScan, chunkSize, threads));
            string cut = $"{time} tokens in chunks of {chunkSize}";
            Assert.True(Sequences.Error(scan.Output.Data, whole.Output.Data.Doubles()) <= 1e-5, cut);
            foreach ((SequenceTensor found, SequenceTensor expected) in scan.FinalState.Tensors.Zip(whole.FinalState.Tensors))
            {
                Assert.True(Sequences.Error(found.Data, expected.Data.Doubles()) <= 1e-5, cut);
            }
        }
    }
}
