using CharLanguageModel.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace CharLanguageModel.Data;

/// <summary>Draws batches of random windows of a text.</summary>
internal sealed class WindowSampler(TextSplit split, int batchSize, int windowLength, DeterministicRandom random)
{
    private readonly long[] _buffer = new long[batchSize * (windowLength + 1)];

    /// <summary>Draws the next batch: inputs [B, T] and the characters that follow them [B, T], both int64.</summary>
    public (Tensor Inputs, Tensor Targets) Next()
    {
        var width = windowLength + 1;
        if (split.Length < width)
        {
            throw new InvalidOperationException($"The training text has {split.Length} characters, fewer than a window of {width}.");
        }

        for (var row = 0; row < batchSize; row++)
        {
            var start = random.Next(split.Length - width + 1);
            var window = split.Tokens.Slice(start, width);
            for (var i = 0; i < width; i++)
            {
                _buffer[(row * width) + i] = window[i];
            }
        }

        var windows = tensor(_buffer, [batchSize, width]);
        return (windows.narrow(1, 0, windowLength), windows.narrow(1, 1, windowLength));
    }
}
