using CharLanguageModel.Mixers;
using CharLanguageModel.Model;
using ModelDsl;
using TorchSharp;
using Xunit;

namespace CharLanguageModel.Tests;

public class MixerTests
{
    public static TheoryData<string> Mixers => [.. MixerCatalog.Names];

    [Theory]
    [MemberData(nameof(Mixers))]
    public void Learns(string mixer)
    {
        using var trainer = Tiny.Trainer(mixer, steps: 40);
        trainer.Run();
        var losses = trainer.History.Losses;
        Assert.All(losses, l => Assert.True(float.IsFinite(l)));
        var (before, after) = (losses.Take(3).Average(), losses.TakeLast(3).Average());
        Assert.True(after < before - 0.5, $"the loss went from {before} to {after}");
    }

    [Theory]
    [MemberData(nameof(Mixers))]
    public void Gives_every_parameter_a_gradient(string mixer)
    {
        using var scope = torch.NewDisposeScope();
        var model = LanguageModel.Create(Tiny.Model(mixer), seed: 1);
        model.Loss(Tokens(2, 20), Tokens(2, 20)).backward();
        Assert.All(model.named_parameters(), p =>
        {
            Assert.NotNull(p.parameter.grad);
            Assert.True(p.parameter.grad.abs().sum().item<float>() > 0, $"{p.name} has a gradient of zero");
        });
    }

    [Theory]
    [MemberData(nameof(Mixers))]
    public void Decodes_one_character_at_a_time_as_it_reads_all_at_once(string mixer)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var model = LanguageModel.Create(Tiny.Model(mixer), seed: 1);
        var tokens = Tokens(2, 75);
        var (atOnce, _) = model.Predict(tokens, null);

        var step = new List<torch.Tensor>();
        ModelState? state = null;
        SetMode(model, Mode.Recurrent);
        for (var t = 0; t < 75; t++)
        {
            (var logits, state) = model.Predict(tokens.narrow(1, t, 1), state);
            step.Add(logits);
        }

        AssertClose(atOnce, torch.cat(step, 1));
    }

    [Theory]
    [MemberData(nameof(Mixers))]
    public void Computes_the_same_in_every_mode(string mixer)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var model = LanguageModel.Create(Tiny.Model(mixer), seed: 1);
        var tokens = Tokens(2, 75);
        var (expected, _) = model.Predict(tokens, null);
        foreach (var mode in model.Blocks.First().Mixer.Recurrence.Description.LegalModes)
        {
            SetMode(model, mode);
            AssertClose(expected, model.Predict(tokens, null).Logits);
            Assert.All(model.Blocks, b => Assert.Equal(mode, b.Mixer.ModeUsed));
        }
    }

    [Theory]
    [MemberData(nameof(Mixers))]
    public void Continues_a_state_wherever_the_text_is_cut(string mixer)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var model = LanguageModel.Create(Tiny.Model(mixer), seed: 1);
        var tokens = Tokens(1, 50);
        var (whole, _) = model.Predict(tokens, null);
        foreach (var cut in new[] { 1, 2, 17, 49 })
        {
            var (first, state) = model.Predict(tokens.narrow(1, 0, cut), null);
            var (second, _) = model.Predict(tokens.narrow(1, cut, 50 - cut), state);
            AssertClose(whole, torch.cat([first, second], 1));
        }
    }

    [Fact]
    public void An_unknown_mixer_is_refused_by_name()
    {
        var error = Assert.Throws<ArgumentException>(() => LanguageModel.Create(Tiny.Model("transformer"), seed: 1));
        Assert.Contains("'transformer'; expected one of retention", error.Message);
    }

    private static void SetMode(LanguageModel model, Mode mode)
    {
        foreach (var block in model.Blocks)
        {
            block.Mixer.Options = new(mode);
        }
    }

    private static torch.Tensor Tokens(int batch, int time) =>
        torch.tensor([.. Enumerable.Range(0, batch * time).Select(i => (long)Tiny.Corpus.Train.Tokens[i * 7 % 3000])], [batch, time]);

    private static void AssertClose(torch.Tensor expected, torch.Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        var worst = (expected - actual).abs().max().item<float>();
        Assert.True(worst < 1e-4, $"the logits differ by {worst}");
    }
}
