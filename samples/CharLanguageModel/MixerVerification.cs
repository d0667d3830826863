using CharLanguageModel.Data;
using CharLanguageModel.Mixers;
using CharLanguageModel.Model;
using ModelDsl;
using ModelDsl.TorchSharp;
using TorchSharp;
using static TorchSharp.torch;

namespace CharLanguageModel;

/// <summary>
/// Checks the recurrences of a trained model: every legal mode against the spec's own <c>Step</c> in double precision, with what the
/// model feeds them when it reads a text: inputs after the trained projections, states that hold the text before.
/// </summary>
internal static class MixerVerification
{
    private const int Batch = 2;

    // Mamba has a head per channel, hundreds that differ in nothing but their numbers; the oracle is slow.
    private const int MostHeads = 8;

    private const int CharactersBefore = 200;
    private const int CharactersVerified = 61;

    /// <summary>Verifies the mixer of every block, and prints the tables. Returns whether all passed.</summary>
    public static bool Run(LanguageModel model, TextSplit text)
    {
        using var scope = NewDisposeScope();
        var calls = Record(model, text);
        var passed = true;
        foreach (var ((mixer, call), block) in model.Blocks.Select(b => b.Mixer).Zip(calls).Select((pair, i) => (pair, i)))
        {
            var report = ModeVerification.Verify(mixer.Recurrence, Options(mixer.Recurrence, call));
            Console.WriteLine($"block {block + 1}, {report}");
            passed &= report.Passed;
        }

        return passed;
    }

    /// <summary>Lets the model read two places of a text, and notes what reaches the recurrence of each block.</summary>
    private static List<Dictionary<string, Tensor>> Record(LanguageModel model, TextSplit text)
    {
        const int Length = CharactersBefore + CharactersVerified;
        using var noGradient = no_grad();
        var tokens = new long[Batch * Length];
        for (var row = 0; row < Batch; row++)
        {
            var start = row * (text.Length - Length);
            for (var i = 0; i < Length; i++)
            {
                tokens[(row * Length) + i] = text.Tokens[start + i];
            }
        }

        var windows = tensor(tokens, [Batch, Length]);
        var (_, state) = model.Predict(windows.narrow(1, 0, CharactersBefore), null);
        var calls = new List<Dictionary<string, Tensor>>();
        foreach (var block in model.Blocks)
        {
            var description = block.Mixer.Recurrence.Description;
            block.Mixer.Observer = (inputs, states) => calls.Add(
                description.Inputs.Select(i => i.Name).Zip(inputs)
                    .Concat(description.States.Select(s => s.Name).Zip(states!))
                    .ToDictionary(p => p.First, p => p.Second));
        }

        model.Predict(windows.narrow(1, CharactersBefore, CharactersVerified), state);
        foreach (var block in model.Blocks)
        {
            block.Mixer.Observer = null;
        }

        return calls;
    }

    private static VerificationOptions Options(RecurrenceHandle recurrence, Dictionary<string, Tensor> call)
    {
        var description = recurrence.Description;
        var state = call[description.States[0].Name];
        var axes = new Dictionary<string, int>();
        foreach (var input in description.Inputs)
        {
            var shape = call[input.Name].shape;
            for (var i = 0; i < input.Axes.Count; i++)
            {
                axes[description.Axes[input.Axes[i]].Name] = (int)shape[shape.Length - input.Axes.Count + i];
            }
        }

        return new()
        {
            Batch = Batch,
            Heads = (int)Math.Min(state.shape[1], MostHeads),
            AxisSizes = axes,
            Targets = [new("torch", new TorchKernel(recurrence.Kernel))],
            Sample = (name, shape) => Corner(call[name], shape),
        };
    }

    /// <summary>The first entries of a tensor along each axis.</summary>
    private static float[] Corner(Tensor tensor, IReadOnlyList<int> shape)
    {
        using var scope = NewDisposeScope();
        for (var axis = 0; axis < shape.Count; axis++)
        {
            tensor = tensor.narrow(axis, 0, shape[axis]);
        }

        return tensor.contiguous().data<float>().ToArray();
    }
}
