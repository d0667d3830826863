using CharLanguageModel.Data;
using CharLanguageModel.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace CharLanguageModel.Generation;

/// <summary>
/// Writes text one character at a time. All that is carried from one to the next is the model's state, whose size does not
/// depend on how much was written.
/// </summary>
internal sealed class TextGenerator : IDisposable
{
    private readonly LanguageModel _model;
    private readonly Vocabulary _vocabulary;
    private readonly CharacterSampler _sampler;
    private readonly float[] _logits;
    private ModelState? _state;

    /// <summary>A writer that has read nothing yet.</summary>
    public TextGenerator(LanguageModel model, CharacterSampler sampler)
    {
        _model = model;
        _vocabulary = new(model.Config.Vocabulary);
        _sampler = sampler;
        _logits = new float[_vocabulary.Size];
    }

    /// <summary>The memory of the carried state.</summary>
    public long StateBytes => _state?.Bytes ?? 0;

    /// <summary>Reads a text, at once.</summary>
    public void Read(string text)
    {
        if (text.Length == 0)
        {
            throw new ArgumentException("The prompt is empty; expected at least one character to continue.", nameof(text));
        }

        Advance(_vocabulary.Encode(text));
    }

    /// <summary>Writes characters, each as soon as it is drawn.</summary>
    public IEnumerable<char> Write(int count)
    {
        if (_state is null)
        {
            throw new InvalidOperationException("There is nothing to continue: read a prompt first.");
        }

        var one = new byte[1];
        for (var i = 0; i < count; i++)
        {
            one[0] = (byte)_sampler.Draw(_logits);
            yield return _vocabulary.Characters[one[0]];
            Advance(one);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _state?.Dispose();

    private void Advance(byte[] tokens)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (logits, next) = _model.Predict(tensor(Array.ConvertAll(tokens, t => (long)t), [1, tokens.Length]), _state);
        using (var last = logits[0, tokens.Length - 1].contiguous().data<float>())
        {
            last.CopyTo(_logits);
        }

        _state?.Dispose();
        _state = next.Keep();
    }
}
