using System.Numerics;
using ModelDsl.Testing;

namespace ModelDsl.Compiler.Tests;

/// <summary>
/// Complex states that turn for 65,536 tokens and hardly decay: moduli up to 1 - 1e-7, against a loop in double precision. A multiplier itself is rounded to float32, which
/// no mode can make up for, so a mode may be as far off as the loop in float32 is, and a little more.
/// </summary>
public sealed class SlowTurnTests
{
    private const int Time = 65_536, Heads = 1, Units = 61;

    private const string Source =
        """
        // Multipliers that callers give.
        [Recurrence]
        public partial struct Given
        {
            [State] ComplexTensor<Unit> z;

            public ComplexTensor<Unit> Step(ComplexTensor<Unit> a, ComplexTensor<Unit> x) => z = a * z + x;
        }

        // A decay and an angle for each token.
        [Recurrence]
        public partial struct Turning
        {
            [State] ComplexTensor<Unit> z;

            public ComplexTensor<Unit> Step(Tensor<Unit> decay, Tensor<Unit> angle, ComplexTensor<Unit> x) => z = Exp(Complex(decay, angle)) * z + x;
        }

        // The same for all tokens.
        [Recurrence]
        public partial struct Steady
        {
            [State] ComplexTensor<Unit> z;

            public ComplexTensor<Unit> Step([Shared(Across.Time)] Tensor<Unit> decay, [Shared(Across.Time)] Tensor<Unit> angle, ComplexTensor<Unit> x) =>
                z = Exp(Complex(decay, angle)) * z + x;
        }
        """;

    /// <summary>Logarithms of moduli.</summary>
    private static readonly double[] s_decays = [-1e-7, -1e-6, -1e-5, -1e-3, -1e-1];

    private static readonly CompiledSpecs s_specs = SpecCompiler.Compile(Specs.Axes, Source);

    [Theory]
    [InlineData("Given", Mode.Recurrent)]
    [InlineData("Given", Mode.Chunkwise)]
    [InlineData("Given", Mode.ParallelScan)]
    [InlineData("Turning", Mode.Recurrent)]
    [InlineData("Turning", Mode.Chunkwise)]
    [InlineData("Turning", Mode.ParallelScan)]
    [InlineData("Steady", Mode.Recurrent)]
    [InlineData("Steady", Mode.Chunkwise)]
    [InlineData("Steady", Mode.ParallelScan)]
    [InlineData("Steady", Mode.Convolution)]
    public void AStateThatHardlyDecaysStaysOnItsCircle(string name, Mode mode)
    {
        RecurrenceHandle recurrence = s_specs.Recurrence(name);
        SequenceTensor[] inputs = Inputs(recurrence.Description);
        (double[] re, double[] im) = InDouble(name, inputs);
        (float[] re, float[] im) single = InSingle(name, inputs);
        RecurrenceResult result = RecurrenceRunner.Run(recurrence.Kernel, inputs, options: new RunOptions(mode));
        double bound = Math.Max(1e-5, 1.5 * Math.Max(Sequences.Error(single.re, re), Sequences.Error(single.im, im)));
        double error = Math.Max(Sequences.Error(result.Outputs[0].Data, re), Sequences.Error(result.Outputs[1].Data, im));
        Assert.True(error <= bound, $"{name} {mode} is off by {error:0.0e0}, but a loop in float32 by {bound / 1.5:0.0e0}.");
    }

    private static SequenceTensor[] Inputs(RecurrenceDescription description)
    {
        var random = new Random(3);
        return
        [
            .. description.Inputs.Select((input, i) =>
            {
                int element = 0;
                return Sequences.Filled(description.InputShape(i, new(1, Time, Heads, [Units])), () => Number(input.Name, element++ % Units));
            }),
        ];

        float Number(string input, int unit) => (float)(input switch
        {
            "decay" => s_decays[unit % s_decays.Length],
            "angle" => description.Name == "Steady" ? 0.07 * (unit + 1) : 2 * random.NextDouble(),

            // An angle for each unit: a real and an imaginary part are drawn in two tensors.
            "aRe" => Math.Exp(s_decays[unit % s_decays.Length]) * Math.Cos(0.07 * (unit + 1)),
            "aIm" => Math.Exp(s_decays[unit % s_decays.Length]) * Math.Sin(0.07 * (unit + 1)),
            _ => (2 * random.NextDouble()) - 1,
        });
    }

    private static (double[] Re, double[] Im) InDouble(string name, SequenceTensor[] inputs)
    {
        float[] xRe = inputs[^2].Data, xIm = inputs[^1].Data, first = inputs[0].Data, second = inputs[1].Data;
        var (re, im) = (new double[xRe.Length], new double[xRe.Length]);
        for (int i = 0; i < re.Length; i++)
        {
            int p = name == "Steady" ? i % (Heads * Units) : i, before = i - (Heads * Units);
            Complex a = name == "Given" ? new Complex(first[p], second[p]) : Complex.Exp(new Complex(first[p], second[p]));
            Complex z = before < 0 ? default : new Complex(re[before], im[before]);
            z = (a * z) + new Complex(xRe[i], xIm[i]);
            (re[i], im[i]) = (z.Real, z.Imaginary);
        }

        return (re, im);
    }

    /// <summary>The same in float32, as anyone would write it.</summary>
    private static (float[] Re, float[] Im) InSingle(string name, SequenceTensor[] inputs)
    {
        float[] xRe = inputs[^2].Data, xIm = inputs[^1].Data, first = inputs[0].Data, second = inputs[1].Data;
        var (re, im) = (new float[xRe.Length], new float[xRe.Length]);
        for (int i = 0; i < re.Length; i++)
        {
            int p = name == "Steady" ? i % (Heads * Units) : i, before = i - (Heads * Units);
            (float aRe, float aIm) = name == "Given" ? (first[p], second[p]) : (MathF.Exp(first[p]) * MathF.Cos(second[p]), MathF.Exp(first[p]) * MathF.Sin(second[p]));
            (float zRe, float zIm) = before < 0 ? default : (re[before], im[before]);
            (re[i], im[i]) = ((aRe * zRe) - (aIm * zIm) + xRe[i], (aRe * zIm) + (aIm * zRe) + xIm[i]);
        }

        return (re, im);
    }
}
