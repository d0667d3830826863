using TorchSharp;
using static TorchSharp.torch;

namespace ModelDsl.Benchmarks.Operations;

/// <summary>Inputs as they occur in models: unit keys, mild decays, small steps.</summary>
internal static class RandomInputs
{
    /// <summary>One dense tensor per input of a recurrence.</summary>
    public static Tensor[] For(RecurrenceDescription description, SequenceShape shape)
    {
        manual_seed(1);
        return [.. description.Inputs.Select((input, i) => Of(input.Name, [.. description.InputShape(i, shape).Select(n => (long)n)]))];
    }

    /// <summary>Standard normal values.</summary>
    public static Tensor Normal(long[] shape)
    {
        using (NewDisposeScope())
        {
            return randn(shape).MoveToOuterDisposeScope();
        }
    }

    private static Tensor Of(string input, long[] shape)
    {
        using (NewDisposeScope())
        {
            Tensor values = input switch
            {
                "k" => nn.functional.normalize(randn(shape), dim: -1),
                "g" => rand(shape) * -0.1f,
                "beta" => rand(shape),

                // After softplus: 0.007 to 0.05.
                "delta" => (rand(shape) * 2) - 5,

                // The rates of Mamba's initialisation: -1 to -N.
                "a" => arange(1, shape[^1] + 1).neg().to(ScalarType.Float32).expand(shape).contiguous(),
                // Steps of 0.001 to 0.1, and the rates and frequencies of the linear initialisation.
                "logStep" => (rand(shape) * 4.6f) - 6.9f,
                "logRate" or "aReal" => full(shape, MathF.Log(0.5f)),
                "frequency" or "aImag" => (arange(shape[^1]).to(ScalarType.Float32) * MathF.PI).expand(shape).contiguous(),
                "inputWeight" or "recurrentWeight" or "inputBias" or "recurrentBias" => (rand(shape) - 0.5f) / 8,
                _ => randn(shape),
            };
            return values.MoveToOuterDisposeScope();
        }
    }
}
