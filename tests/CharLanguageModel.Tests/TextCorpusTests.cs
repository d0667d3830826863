using CharLanguageModel.Data;
using CharLanguageModel.Runtime;
using TorchSharp;
using Xunit;

namespace CharLanguageModel.Tests;

public class TextCorpusTests
{
    [Theory]
    [InlineData(100)]
    [InlineData(1_237)]
    [InlineData(4_000)]
    public void Splits_90_5_5_by_position(int length)
    {
        var corpus = new TextCorpus(Tiny.Text[..length]);
        Assert.Equal(0, corpus.Train.Start);
        Assert.Equal(length * 90 / 100, corpus.Train.End);
        Assert.Equal(corpus.Train.End, corpus.Validation.Start);
        Assert.Equal(length * 95 / 100, corpus.Validation.End);
        Assert.Equal(corpus.Validation.End, corpus.Test.Start);
        Assert.Equal(length, corpus.Test.End);
    }

    [Fact]
    public void The_carried_text_is_whole()
    {
        var corpus = TextCorpus.Read(Path.Combine(AppContext.BaseDirectory, "data", "kjv.txt"));
        Assert.Equal(63, corpus.Vocabulary.Size);
        Assert.Equal(4_137_850, corpus.Test.End);
        Assert.StartsWith("In the beginning God created", corpus.Vocabulary.Decode(corpus.Train.Tokens[..100]));
    }

    [Fact]
    public void Encodes_and_decodes_what_the_text_holds()
    {
        var vocabulary = Tiny.Corpus.Vocabulary;
        Assert.Equal("the word.\n", vocabulary.Decode(vocabulary.Encode("the word.\n")));
    }

    [Fact]
    public void Names_a_character_that_the_text_does_not_hold()
    {
        var error = Assert.Throws<ArgumentException>(() => Tiny.Corpus.Vocabulary.Encode("the €"));
        Assert.Contains("'€' (U+20AC) at position 4", error.Message);
    }

    [Fact]
    public void Refuses_a_text_too_short_to_split()
    {
        var error = Assert.Throws<ArgumentException>(() => new TextCorpus("too short"));
        Assert.Contains("9 characters", error.Message);
    }

    [Fact]
    public void Windows_come_from_the_training_text_and_targets_follow_inputs()
    {
        using var scope = torch.NewDisposeScope();
        var train = Tiny.Corpus.Vocabulary.Decode(Tiny.Corpus.Train.Tokens);
        var sampler = new WindowSampler(Tiny.Corpus.Train, 8, 30, new DeterministicRandom(3));
        var (inputs, targets) = sampler.Next();
        Assert.Equal([8, 30], inputs.shape);
        for (var row = 0; row < 8; row++)
        {
            var input = Text(inputs[row]);
            var target = Text(targets[row]);
            Assert.Equal(input[1..], target[..^1]);
            Assert.Contains(input + target[^1], train);
        }
    }

    [Fact]
    public void Windows_follow_from_the_state_of_the_random_numbers()
    {
        using var scope = torch.NewDisposeScope();
        var random = new DeterministicRandom(3);
        var sampler = new WindowSampler(Tiny.Corpus.Train, 2, 10, random);
        sampler.Next();
        var state = random.State;
        var first = sampler.Next().Inputs.data<long>().ToArray();
        random.State = state;
        Assert.Equal(first, sampler.Next().Inputs.data<long>().ToArray());
        Assert.NotEqual(first, sampler.Next().Inputs.data<long>().ToArray());
    }

    private static string Text(torch.Tensor tokens) =>
        Tiny.Corpus.Vocabulary.Decode([.. tokens.contiguous().data<long>().ToArray().Select(t => (byte)t)]);
}
