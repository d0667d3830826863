using System.Diagnostics;
using CharLanguageModel.Configuration;
using CharLanguageModel.Data;
using CharLanguageModel.Model;
using CharLanguageModel.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace CharLanguageModel.Training;

/// <summary>Trains a model, from its first step or from a checkpoint.</summary>
internal sealed class Trainer : IDisposable
{
    /// <summary>How many times the validation text is looked at during a training.</summary>
    private const int Validations = 12;

    /// <summary>Characters of the validation text measured each time; all of it is measured at the end.</summary>
    private const int ValidationCharacters = 15_000;

    private static readonly TimeSpan CheckpointInterval = TimeSpan.FromSeconds(15);
    private readonly TextCorpus _corpus;
    private readonly DeterministicRandom _random;
    private readonly WindowSampler _sampler;
    private readonly LearningRateSchedule _schedule;
    private TimeSpan _elapsedBefore;

    /// <summary>Begins a training.</summary>
    public Trainer(TextCorpus corpus, ModelConfig modelConfig, TrainingConfig config)
    {
        config.Validate();
        _corpus = corpus;
        Config = config;
        Model = LanguageModel.Create(modelConfig, config.Seed);
        Optimizer = new(Model.named_parameters().Select(p => (p.name, (Tensor)p.parameter)), config.WeightDecay);
        _random = new((ulong)config.Seed);
        _sampler = new(corpus.Train, config.BatchSize, config.WindowLength, _random);
        _schedule = new(config.LearningRate, config.Warmup);
    }

    /// <summary>The model.</summary>
    public LanguageModel Model { get; }

    /// <summary>Its optimizer.</summary>
    public AdamW Optimizer { get; }

    /// <summary>How it is trained.</summary>
    public TrainingConfig Config { get; }

    /// <summary>What was measured.</summary>
    public TrainingHistory History { get; } = new();

    /// <summary>Steps done.</summary>
    public int Step => History.Losses.Count;

    /// <summary>Time spent training, the processes before this one included.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>The part that is done, 0 to 1.</summary>
    public double Part => Config.Steps > 0
        ? Math.Min(1, (double)Step / Config.Steps)
        : Math.Min(1, Elapsed / TimeSpan.FromMinutes(Config.Minutes));

    /// <summary>Whether nothing is left to train.</summary>
    public bool IsFinished => Part >= 1;

    /// <summary>Continues from a checkpoint.</summary>
    public void Restore(Checkpoint checkpoint)
    {
        checkpoint.CopyTo(Optimizer);
        _random.State = checkpoint.RandomState;
        _elapsedBefore = Elapsed = checkpoint.Elapsed;
        History.Losses.Clear();
        History.Losses.AddRange(checkpoint.Losses);
        History.Validations.Clear();
        History.Validations.AddRange(checkpoint.Validations);
    }

    /// <summary>All that is needed to continue from here.</summary>
    public Checkpoint Capture() => Checkpoint.Of(Model.Config, Config, Optimizer, _random.State, Elapsed, History);

    /// <summary>Trains until the end or until asked to stop; a checkpoint is written in either case.</summary>
    /// <param name="checkpoint">Writes a checkpoint.</param>
    /// <param name="report">Is told where the training stands after every step.</param>
    /// <param name="checkpointEvery">Steps between two checkpoints; 0 writes one every 15 seconds.</param>
    /// <param name="stop">Ends the training early.</param>
    public void Run(Action<Checkpoint> checkpoint, Action<TrainingProgress> report, int checkpointEvery, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        var firstStep = Step;
        var saved = TimeSpan.Zero;
        while (!IsFinished && !stop.IsCancellationRequested)
        {
            var validationsDue = (int)(Part * Validations);
            History.Losses.Add(TakeStep());
            Elapsed = _elapsedBefore + clock.Elapsed;
            if ((int)(Part * Validations) > validationsDue && !IsFinished)
            {
                History.Validations.Add(new(Step, (float)Evaluator.BitsPerCharacter(Model, _corpus.Validation, ValidationCharacters)));
            }

            var isDue = checkpointEvery > 0 ? Step % checkpointEvery == 0 : clock.Elapsed - saved > CheckpointInterval;
            if (isDue && !IsFinished)
            {
                checkpoint(Capture());
                saved = clock.Elapsed;
            }

            report(Progress(clock.Elapsed, Step - firstStep));
        }

        checkpoint(Capture());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Optimizer.Dispose();
        Model.Dispose();
    }

    private float TakeStep()
    {
        using var scope = NewDisposeScope();
        var (inputs, targets) = _sampler.Next();
        var loss = Model.Loss(inputs, targets);
        var value = loss.item<float>();
        if (!float.IsFinite(value))
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"The loss became {value} at step {Step + 1}. The last checkpoint is from before that; try a lower --learning-rate than {Config.LearningRate}."));
        }

        loss.backward();
        Optimizer.ClipGradients(Config.ClipNorm);
        Optimizer.Step(_schedule.At(Part));
        return value;
    }

    private TrainingProgress Progress(TimeSpan sinceStart, int stepsSinceStart)
    {
        var recent = Math.Min(Step, 50);
        var loss = History.Losses.Skip(Step - recent).Average();
        var left = Config.Steps > 0
            ? sinceStart / stepsSinceStart * (Config.Steps - Step)
            : TimeSpan.FromMinutes(Config.Minutes) - Elapsed;
        return new(
            Step,
            Part,
            loss,
            History.Validations.Count > 0 ? History.Validations[^1].BitsPerCharacter : null,
            (double)stepsSinceStart * Config.BatchSize * Config.WindowLength / sinceStart.TotalSeconds,
            left > TimeSpan.Zero ? left : TimeSpan.Zero);
    }
}
