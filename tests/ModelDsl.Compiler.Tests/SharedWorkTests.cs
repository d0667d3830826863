using ModelDsl.Testing;

namespace ModelDsl.Compiler.Tests;

/// <summary>
/// Runs that are large enough for several threads: heads that run beside each other do not write into each other's memory. Of a cell with one number per token, time fills
/// the lanes, and the last vector of a head reaches beyond it.
/// </summary>
public sealed class SharedWorkTests
{
    private const string Source =
        """
        [Recurrence]
        public partial struct Filtered
        {
            [State] Tensor<Slot> history;

            public Scalar Step(Scalar x, [Shared(Across.Time)] Tensor<Slot> w, Scalar gate)
            {
                history = Push(history, x);
                return SiLU(Dot(w, history)) * gate;
            }
        }

        [Recurrence]
        public partial struct NumberCell
        {
            [State] Scalar h;

            public Scalar Step(Scalar x, Scalar gate)
            {
                h = Sigmoid(gate) * h + (1 - Sigmoid(gate)) * Tanh(x + 0.5 * h);
                return SiLU(h) * x;
            }
        }

        """;

    private static readonly CompiledSpecs s_specs = SpecCompiler.Compile(Specs.Axes, Source, Specs.Cell, Specs.Dense);

    [Theory]
    [InlineData("Filtered")]
    [InlineData("NumberCell")]
    [InlineData("Cell")]
    [InlineData("Dense")]
    public void HeadsDoNotWriteIntoEachOther(string name) =>
        AssertOneThreadsBits(name, new SequenceShape(1, 4_099, 48, [.. s_specs.Recurrence(name).Description.Axes.Select(_ => 3)]));

    /// <summary>One unit that is large enough for threads to share it: columns of its products, or its sequences. How many threads have come by a token is chance.</summary>
    [Theory]
    [InlineData(1, 464)]
    [InlineData(3, 288)]
    [InlineData(5, 208)]
    [InlineData(8, 161)]
    public void WhatAThreadMakesOfAUnitDoesNotDependOnTheThread(int batch, int units) =>
        AssertOneThreadsBits("Cell", new SequenceShape(batch, 65, 1, [.. s_specs.Recurrence("Cell").Description.Axes.Select(_ => units)]));

    private static void AssertOneThreadsBits(string name, SequenceShape shape)
    {
        RecurrenceHandle recurrence = s_specs.Recurrence(name);
        RecurrenceDescription description = recurrence.Description;
        SequenceTensor[] inputs = Sequences.Random(description, shape, 1);
        SequenceTensor[] outputGradients = [.. description.Outputs.Select((_, i) => Sequences.Filled(description.OutputShape(i, shape), () => 1))];
        int[] one = Bits(1);
        for (int i = 0; i < 4; i++)
        {
            Assert.True(one.AsSpan().SequenceEqual(Bits(4)), $"{name}: several threads give other results than one.");
        }

        int[] Bits(int threads)
        {
            var options = new RunOptions(Mode.Recurrent, Threads: threads);
            RecurrenceResult result = RecurrenceRunner.Run(recurrence.Kernel, inputs, options: options);
            RecurrenceGradients gradients = RecurrenceRunner.Gradient(recurrence.Kernel, inputs, null, outputGradients, options: options);
            IEnumerable<SequenceTensor> all = [.. result.Outputs, .. result.FinalState.Tensors, .. gradients.Inputs];
            return [.. all.SelectMany(t => t.Data).Select(BitConverter.SingleToInt32Bits)];
        }
    }
}
