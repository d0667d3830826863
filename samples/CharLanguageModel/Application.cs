using System.Diagnostics;
using System.Runtime.InteropServices;
using CharLanguageModel.Data;
using CharLanguageModel.Generation;
using CharLanguageModel.Model;
using CharLanguageModel.Reporting;
using CharLanguageModel.Runtime;
using CharLanguageModel.Training;
using TorchSharp;

namespace CharLanguageModel;

/// <summary>The program: train, measure, write, verify.</summary>
internal static class Application
{
    private const string CheckpointName = "checkpoint.safetensors";

    /// <summary>Does what the settings say; returns the exit code.</summary>
    public static int Run(Settings settings)
    {
        try
        {
            NativeRuntime.Prepare();
            torch.set_num_threads(settings.Threads > 0 ? settings.Threads : Environment.ProcessorCount);
            return settings.GenerateOnly ? Generate(settings) : TrainAndShow(settings);
        }
        catch (Exception e) when (e is ArgumentException or InvalidDataException or InvalidOperationException or IOException)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return 1;
        }
    }

    private static int TrainAndShow(Settings settings)
    {
        var clock = Stopwatch.StartNew();
        var corpus = TextCorpus.Read(settings.TextPath);
        var modelConfig = settings.Model with { Vocabulary = corpus.Vocabulary.Characters };
        var checkpointPath = Path.Combine(settings.OutputFolder, CheckpointName);
        using var trainer = new Trainer(corpus, modelConfig, settings.Training);
        foreach (var block in trainer.Model.Blocks)
        {
            block.Mixer.Options = new(Threads: settings.Threads);
        }

        Console.WriteLine(FormattableString.Invariant(
            $"{modelConfig.Mixer}: {trainer.Model.ParameterCount:N0} parameters, {corpus.Train.Length:N0} characters to train on, {corpus.Vocabulary.Size} different"));
        if (File.Exists(checkpointPath) && !settings.Restart)
        {
            var checkpoint = CheckpointFile.Read(checkpointPath);
            checkpoint.RequireSame(modelConfig, settings.Training);
            trainer.Restore(checkpoint);
            Console.WriteLine(trainer.IsFinished
                ? $"{checkpointPath} is trained to its end ({trainer.Step} steps); --restart trains from the beginning."
                : $"continuing {checkpointPath} after step {trainer.Step}");
        }

        if (!trainer.IsFinished)
        {
            Train(trainer, checkpointPath, settings.CheckpointEvery);
            if (!trainer.IsFinished)
            {
                Console.WriteLine($"stopped after step {trainer.Step}; the same command continues from {checkpointPath}");
                return 130;
            }
        }

        ShowResults(settings, trainer, corpus);
        WriteText(settings, trainer.Model);
        var passed = settings.SkipVerification || MixerVerification.Run(trainer.Model, corpus.Test);
        Console.WriteLine(FormattableString.Invariant($"total time {clock.Elapsed:m\\:ss}"));
        return passed ? 0 : 1;
    }

    private static void Train(Trainer trainer, string checkpointPath, int checkpointEvery)
    {
        // Ctrl+C or a request to end lets the step be finished and a checkpoint be written.
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        ProgressView.Track(report => trainer.Run(
            checkpoint => CheckpointFile.Write(checkpointPath, checkpoint), report, checkpointEvery, stop.Token));

        void Stop(PosixSignalContext context)
        {
            // A second request is meant seriously: it ends the program as it would have without this.
            context.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
    }

    private static void ShowResults(Settings settings, Trainer trainer, TextCorpus corpus)
    {
        var validation = Evaluator.BitsPerCharacter(trainer.Model, corpus.Validation);
        var test = Evaluator.BitsPerCharacter(trainer.Model, corpus.Test);
        Console.WriteLine(FormattableString.Invariant(
            $"validation {validation:F3} bits per character, test {test:F3} (the last 5 % of the text; gzip -9: 2.56, bzip2 -9: 2.03)"));

        var losses = Path.Combine(settings.OutputFolder, "losses.csv");
        File.WriteAllLines(losses, trainer.History.Losses.Select((l, i) => FormattableString.Invariant($"{i + 1},{l:R}")).Prepend("step,loss"));
        var curve = Path.Combine(settings.OutputFolder, "loss-curve.png");
        LossCurve.Save(curve, trainer.History, FormattableString.Invariant(
            $"{trainer.Model.Config.Mixer}, {trainer.Model.ParameterCount:N0} parameters, {trainer.Elapsed.TotalMinutes:F1} minutes: {test:F3} bits per character"));
        Console.WriteLine($"losses: {losses}, loss curve: {curve}");
    }

    private static int Generate(Settings settings)
    {
        var path = Path.Combine(settings.OutputFolder, CheckpointName);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no checkpoint at '{path}'; train a model first, or give its folder with --output.", path);
        }

        var checkpoint = CheckpointFile.Read(path);
        using var model = LanguageModel.Create(checkpoint.Model, checkpoint.Training.Seed);
        using var optimizer = new AdamW(model.named_parameters().Select(p => (p.name, (torch.Tensor)p.parameter)), 0);
        checkpoint.CopyTo(optimizer);
        WriteText(settings, model);
        return 0;
    }

    private static void WriteText(Settings settings, LanguageModel model)
    {
        // One character is too little work to be shared between threads.
        var threads = torch.get_num_threads();
        torch.set_num_threads(1);
        using var generator = new TextGenerator(
            model, new CharacterSampler(settings.Temperature, settings.TopK, new DeterministicRandom((ulong)settings.Training.Seed)));
        generator.Read(settings.Prompt);
        Console.WriteLine();
        Console.Write(settings.Prompt);
        var stateBefore = generator.StateBytes;
        var memoryBefore = GC.GetTotalMemory(forceFullCollection: true);
        var clock = Stopwatch.StartNew();
        foreach (var character in generator.Write(settings.Length))
        {
            Console.Write(character);
        }

        var seconds = clock.Elapsed.TotalSeconds;
        var memoryAfter = GC.GetTotalMemory(forceFullCollection: true);
        Console.WriteLine();
        Console.WriteLine();
        Console.WriteLine(FormattableString.Invariant(
            $"{settings.Length} characters in {seconds:F2} s: {settings.Length / seconds:F0} per second, one at a time; state {stateBefore:N0} bytes before, {generator.StateBytes:N0} after; memory in use {(memoryAfter - memoryBefore) / 1024.0:+0;-0;0} KB"));
        torch.set_num_threads(threads);
    }
}
