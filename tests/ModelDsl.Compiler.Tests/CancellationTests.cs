using ModelDsl.Testing;

namespace ModelDsl.Compiler.Tests;

/// <summary>
/// A sum whose terms cancel. One number that is what is left of five may be off by 3e-5 of itself at the first token already, which looks like a fault among errors of 1e-7
/// and is none: the terms are rounded, and the error is as small as that of a sum of such terms can be. Whoever compares one number alone finds such cases.
/// </summary>
public sealed class CancellationTests
{
    private const int Rows = 8_192, Units = 5;

    private const string Source =
        """
        [Recurrence]
        public partial struct Summed
        {
            [State] Tensor<Unit> h0;
            [State] Scalar n8;

            public Scalar Step(Tensor<Unit> v1, Tensor<Unit> a2)
            {
                h0 = Sigmoid(a2) * h0 + v1;
                n8 = 0.9 * n8 + Sum(h0);
                return n8;
            }
        }
        """;

    [Theory]
    [InlineData(Mode.Recurrent)]
    [InlineData(Mode.Chunkwise)]
    [InlineData(Mode.ParallelScan)]
    [InlineData(Mode.Quadratic)]
    public void ASumIsAsExactAsItsTermsAllow(Mode mode)
    {
        using CompiledSpecs compiled = SpecCompiler.Compile(Specs.Axes, Source);
        RecurrenceHandle recurrence = compiled.Recurrence("Summed");
        var shape = new SequenceShape(Rows, 1, 1, [Units]);
        SequenceTensor[] inputs = Sequences.Random(recurrence.Description, shape, 5);
        var random = new Random(6);
        var state = new RecurrentState(
            recurrence.Description,
            [.. recurrence.Description.States.Select((_, i) => Sequences.Filled(recurrence.Description.StateShape(i, shape), () => (2 * random.NextSingle()) - 1))]);
        float[] found = RecurrenceRunner.Run(recurrence.Kernel, inputs, state, new RunOptions(mode)).Output.Data;
        double worst = 0;
        for (int row = 0; row < Rows; row++)
        {
            double sum = 0.9 * state["n8"].Data[row], size = Math.Abs(sum);
            for (int unit = row * Units; unit < (row + 1) * Units; unit++)
            {
                double decayed = state["h0"].Data[unit] / (1 + Math.Exp(-inputs[1].Data[unit])), added = inputs[0].Data[unit];
                sum += decayed + added;
                size += Math.Abs(decayed) + Math.Abs(added);
            }

            // Every term is rounded a few times, to half a unit in its last place each time.
            double error = Math.Abs(found[row] - sum);
            Assert.True(error <= 4 * Math.Pow(2, -24) * size, $"{mode}, sequence {row}: {found[row]} instead of {sum}, the sum of terms of size {size} together");
            worst = Math.Max(worst, error / Math.Abs(sum));
        }

        Assert.True(worst > 1e-5, $"Nothing cancelled, so that nothing was shown: the worst relative error is {worst:0.0e0}.");
    }
}
