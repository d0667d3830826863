using CharLanguageModel.Configuration;
using CharLanguageModel.Data;
using CharLanguageModel.Training;
using Xunit;

// Parameters are drawn from libtorch's global generator, and libtorch's threads are the process's.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace CharLanguageModel.Tests;

/// <summary>A text and a model small enough to train in a moment.</summary>
internal static class Tiny
{
    /// <summary>4,000 characters with something to learn.</summary>
    public static string Text { get; } = string.Concat(Enumerable.Repeat("In the beginning was the word.\nAnd ", 115))[..4000];

    /// <summary>The text, split.</summary>
    public static TextCorpus Corpus { get; } = new(Text);

    /// <summary>A model of two blocks.</summary>
    public static ModelConfig Model(string mixer) => new()
    {
        Mixer = mixer,
        Vocabulary = Corpus.Vocabulary.Characters,
        ModelDim = 16,
        Blocks = 2,
        Heads = 2,
        MlpDim = 24,
        StateDim = 4,
    };

    /// <summary>A training of a given number of steps.</summary>
    public static TrainingConfig Training(int steps) => new() { Steps = steps, BatchSize = 4, WindowLength = 24, LearningRate = 1e-2, Seed = 7 };

    /// <summary>A training of the given steps, not begun.</summary>
    public static Trainer Trainer(string mixer, int steps) => new(Corpus, Model(mixer), Training(steps));

    /// <summary>Trains to the end, or to the step after which it is stopped; what was written is the last checkpoint.</summary>
    public static Checkpoint Run(this Trainer trainer, int checkpointEvery = 0, int stopAfter = int.MaxValue)
    {
        using var stop = new CancellationTokenSource();
        Checkpoint? last = null;
        trainer.Run(
            checkpoint => last = checkpoint,
            progress =>
            {
                if (progress.Step >= stopAfter)
                {
                    stop.Cancel();
                }
            },
            checkpointEvery,
            stop.Token);
        return last!;
    }
}
