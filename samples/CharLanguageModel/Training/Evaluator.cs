using CharLanguageModel.Data;
using CharLanguageModel.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace CharLanguageModel.Training;

/// <summary>Measures how well a model predicts a text, as a compressor would have to: from the first character to the last, the state carried along.</summary>
internal static class Evaluator
{
    private const int DefaultCharactersPerCall = 2048;

    /// <summary>The bits per character of a part of a text. Its first character is predicted from the one before it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="split">The part of the text.</param>
    /// <param name="limit">How many of its characters are measured, from its start.</param>
    /// <param name="charactersPerCall">How many are predicted at once; it changes nothing but the speed.</param>
    public static double BitsPerCharacter(
        LanguageModel model, TextSplit split, int limit = int.MaxValue, int charactersPerCall = DefaultCharactersPerCall)
    {
        if (split.Start < 1)
        {
            throw new ArgumentException("The part begins at the text's first character, which nothing precedes; expected a later one.", nameof(split));
        }

        using var noGradient = no_grad();
        ModelState? state = null;
        var nats = 0.0;
        var length = Math.Min(split.Length, limit);
        for (var done = 0; done < length; done += charactersPerCall)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(charactersPerCall, length - done);
            var window = split.Text.AsSpan(split.Start + done - 1, count + 1);
            var tokens = tensor(Array.ConvertAll(window.ToArray(), t => (long)t), [1, count + 1]);
            var (logits, next) = model.Predict(tokens.narrow(1, 0, count), state);
            nats += nn.functional.cross_entropy(logits.flatten(0, 1), tokens.narrow(1, 1, count).flatten(), reduction: nn.Reduction.Sum).item<float>();
            state?.Dispose();
            state = next.Keep();
        }

        state?.Dispose();
        return nats / length / Math.Log(2);
    }
}
