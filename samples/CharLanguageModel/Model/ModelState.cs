using TorchSharp;
using static TorchSharp.torch;

namespace CharLanguageModel.Model;

/// <summary>Everything a model remembers of a text: a few tensors per block, of a size that does not depend on the text's length.</summary>
/// <param name="blocks">The tensors of each block, each with the batch as its first axis.</param>
internal sealed class ModelState(IReadOnlyList<Tensor[]> blocks) : IDisposable
{
    /// <summary>The tensors of each block.</summary>
    public IReadOnlyList<Tensor[]> Blocks { get; } = blocks;

    /// <summary>The memory that it takes.</summary>
    public long Bytes => Blocks.SelectMany(b => b).Sum(t => t.numel() * sizeof(float));

    /// <summary>Keeps the tensors when the dispose scope they were made in ends.</summary>
    public ModelState Keep()
    {
        foreach (var tensor in Blocks.SelectMany(b => b))
        {
            tensor.DetachFromDisposeScope();
        }

        return this;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in Blocks.SelectMany(b => b))
        {
            tensor.Dispose();
        }
    }
}
