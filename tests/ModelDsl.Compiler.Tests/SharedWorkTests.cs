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
    public void HeadsDoNotWriteIntoEachOther(string name)
    {
        RecurrenceHandle recurrence = s_specs.Recurrence(name);
        RecurrenceDescription description = recurrence.Description;
        var shape = new SequenceShape(1, 4_099, 48, [.. description.Axes.Select(_ => 3)]);
        SequenceTensor[] inputs = Sequences.Random(description, shape, 1);
        SequenceTensor[] outputGradients = [.. description.Outputs.Select((_, i) => Sequences.Filled(description.OutputShape(i, shape), () => 1))];
        int[] one = Bits(1);
        for (int i = 0; i < 4; i++)
        {
            Assert.True(one.AsSpan().SequenceEqual(Bits(4)), $"{name}: several threads give other gradients than one.");
        }

        int[] Bits(int threads)
        {
            RecurrenceGradients gradients = RecurrenceRunner.Gradient(recurrence.Kernel, inputs, null, outputGradients, options: new RunOptions(Mode.Recurrent, Threads: threads));
            return [.. gradients.Inputs.SelectMany(t => t.Data).Select(BitConverter.SingleToInt32Bits)];
        }
    }
}
