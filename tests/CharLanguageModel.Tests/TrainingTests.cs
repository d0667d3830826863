using CharLanguageModel.Reporting;
using CharLanguageModel.Training;
using TorchSharp;
using Xunit;

namespace CharLanguageModel.Tests;

public class TrainingTests
{
    [Fact]
    public void The_learning_rate_rises_then_falls()
    {
        var schedule = new LearningRateSchedule(1, 0.1);
        Assert.InRange(schedule.At(0), 0.01, 0.05);
        Assert.Equal(1, schedule.At(0.1), 6);
        Assert.InRange(schedule.At(0.55), 0.5, 0.55);
        Assert.Equal(0.05, schedule.At(1), 6);
    }

    [Fact]
    public void A_time_ends_the_training()
    {
        using var trainer = new Trainer(Tiny.Corpus, Tiny.Model("retention"), Tiny.Training(0) with { Minutes = 0.01 });
        trainer.Run();
        Assert.True(trainer.IsFinished);
        Assert.InRange(trainer.Elapsed.TotalSeconds, 0.6, 30);
    }

    [Fact]
    public void The_same_seed_trains_the_same_model()
    {
        using var first = Tiny.Trainer("gated-delta", steps: 4);
        using var second = Tiny.Trainer("gated-delta", steps: 4);
        first.Run();
        second.Run();
        Assert.Equal(first.History.Losses, second.History.Losses);
    }

    [Fact]
    public void Gradients_are_scaled_to_the_bound()
    {
        var parameter = torch.nn.Parameter(torch.zeros(2));
        parameter.grad = torch.tensor(new float[] { 3, 4 });
        using var optimizer = new AdamW([("p", parameter)], 0);
        Assert.Equal(5, optimizer.ClipGradients(1), 5);
        Assert.Equal([0.6f, 0.8f], parameter.grad!.data<float>().ToArray().Select(g => MathF.Round(g, 5)));
        Assert.Equal(1, optimizer.ClipGradients(2), 5);
    }

    [Fact]
    public void AdamW_steps_as_libtorchs_does()
    {
        float[] start = [1, -2, 3, 0.5f], gradient = [0.1f, -0.4f, 2, 0];
        var mine = torch.nn.Parameter(torch.tensor(start, [2, 2]));
        var theirs = torch.nn.Parameter(torch.tensor(start, [2, 2]));
        using var optimizer = new AdamW([("p", mine)], 0.1);
        using var reference = torch.optim.AdamW([theirs], lr: 0.01, beta1: 0.9, beta2: 0.99, eps: 1e-8, weight_decay: 0.1);
        for (var step = 1; step <= 5; step++)
        {
            mine.grad = torch.tensor(gradient, [2, 2]) * step;
            theirs.grad = torch.tensor(gradient, [2, 2]) * step;
            optimizer.Step(0.01);
            reference.step();
        }

        Assert.True((mine - theirs).abs().max().item<float>() < 1e-6);
    }

    [Fact]
    public void The_loss_curve_is_a_png()
    {
        var history = new TrainingHistory();
        history.Losses.AddRange(Enumerable.Range(1, 50).Select(i => 4f / i));
        history.Validations.Add(new(25, 2.5f));
        var path = Path.Combine(Directory.CreateTempSubdirectory("curve").FullName, "curve.png");
        LossCurve.Save(path, history, "a test");
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(path)[..4]);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public void Evaluation_does_not_depend_on_how_the_text_is_cut_into_calls()
    {
        using var trainer = Tiny.Trainer("gla", steps: 3);
        trainer.Run();
        var split = Tiny.Corpus.Train with { Start = 1, End = 3000 };
        var atOnce = Evaluator.BitsPerCharacter(trainer.Model, split);
        var inPieces = Evaluator.BitsPerCharacter(trainer.Model, split, charactersPerCall: 100);
        Assert.Equal(atOnce, inPieces, 4);
    }
}
