using CharLanguageModel.Generation;
using CharLanguageModel.Model;
using CharLanguageModel.Runtime;
using TorchSharp;
using Xunit;

namespace CharLanguageModel.Tests;

public class GenerationTests
{
    [Fact]
    public void The_same_seed_writes_the_same_text()
    {
        Assert.Equal(Write(seed: 4), Write(seed: 4));
        Assert.NotEqual(Write(seed: 4), Write(seed: 5));
    }

    [Fact]
    public void The_state_does_not_grow()
    {
        using var model = LanguageModel.Create(Tiny.Model("gla"), seed: 1);
        using var generator = new TextGenerator(model, new CharacterSampler(1, 0, new DeterministicRandom(1)));
        generator.Read("In");
        Assert.Equal(10, generator.Write(10).Count());
        var before = generator.StateBytes;
        var tensors = torch.Tensor.TotalCount;
        Assert.True(before > 0);
        Assert.Equal(300, generator.Write(300).Count());
        Assert.Equal(before, generator.StateBytes);

        // Not more: finalizers of what other tests left behind run when they like.
        Assert.True(torch.Tensor.TotalCount <= tensors, $"{torch.Tensor.TotalCount - tensors} tensors were left behind");
    }

    [Fact]
    public void Writing_needs_something_to_continue()
    {
        using var model = LanguageModel.Create(Tiny.Model("gla"), seed: 1);
        using var generator = new TextGenerator(model, new CharacterSampler(1, 0, new DeterministicRandom(1)));
        Assert.Throws<ArgumentException>(() => generator.Read(""));
        Assert.Throws<InvalidOperationException>(() => generator.Write(1).Count());
    }

    [Fact]
    public void Temperature_zero_takes_the_likeliest() =>
        Assert.Equal(2, new CharacterSampler(0, 0, new DeterministicRandom(1)).Draw([0.1f, -3, 0.2f, 0.15f]));

    [Fact]
    public void Top_k_leaves_the_others_out()
    {
        var sampler = new CharacterSampler(5, 2, new DeterministicRandom(1));
        var drawn = Enumerable.Range(0, 200).Select(_ => sampler.Draw([0, 1, 2, 1.5f])).Distinct().Order();
        Assert.Equal([2, 3], drawn);
    }

    [Fact]
    public void Draws_with_the_probabilities_of_the_softmax()
    {
        var sampler = new CharacterSampler(1, 0, new DeterministicRandom(1));
        float[] logits = [MathF.Log(1), MathF.Log(2), MathF.Log(5)];
        var counts = new int[3];
        for (var i = 0; i < 8000; i++)
        {
            counts[sampler.Draw(logits)]++;
        }

        Assert.InRange(counts[0], 900, 1100);
        Assert.InRange(counts[1], 1850, 2150);
        Assert.InRange(counts[2], 4800, 5200);
    }

    private static string Write(ulong seed)
    {
        using var model = LanguageModel.Create(Tiny.Model("retention"), seed: 1);
        using var generator = new TextGenerator(model, new CharacterSampler(1, 0, new DeterministicRandom(seed)));
        generator.Read("In the ");
        return string.Concat(generator.Write(40));
    }
}
