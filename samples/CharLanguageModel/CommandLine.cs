using System.CommandLine;
using CharLanguageModel.Configuration;
using CharLanguageModel.Mixers;

namespace CharLanguageModel;

/// <summary>What the user asked for.</summary>
internal sealed record Settings
{
    /// <summary>The model; its vocabulary comes from the text.</summary>
    public required ModelConfig Model { get; init; }

    /// <summary>How it is trained.</summary>
    public required TrainingConfig Training { get; init; }

    /// <summary>The text.</summary>
    public required string TextPath { get; init; }

    /// <summary>The folder of the checkpoint, the curve and the losses.</summary>
    public required string OutputFolder { get; init; }

    /// <summary>Whether a checkpoint in the folder is replaced instead of continued.</summary>
    public bool Restart { get; init; }

    /// <summary>Whether a trained model only writes.</summary>
    public bool GenerateOnly { get; init; }

    /// <summary>Whether the check of all modes at the end is left out.</summary>
    public bool SkipVerification { get; init; }

    /// <summary>Steps between two checkpoints; 0 for one every 15 seconds.</summary>
    public int CheckpointEvery { get; init; }

    /// <summary>Threads; 0 for one per processor.</summary>
    public int Threads { get; init; }

    /// <summary>What the written text continues.</summary>
    public required string Prompt { get; init; }

    /// <summary>Characters to write.</summary>
    public int Length { get; init; }

    /// <summary>See <see cref="Generation.CharacterSampler"/>.</summary>
    public double Temperature { get; init; }

    /// <summary>See <see cref="Generation.CharacterSampler"/>.</summary>
    public int TopK { get; init; }
}

/// <summary>The options of the program.</summary>
internal static class CommandLine
{
    /// <summary>The command, which runs <paramref name="run"/> with what the options say.</summary>
    public static RootCommand Create(Func<Settings, int> run)
    {
        var model = new ModelConfig();
        var training = new TrainingConfig();
        var mixer = Option("--mixer", model.Mixer, $"What mixes along time: {string.Join(", ", MixerCatalog.Names)}.");
        mixer.AcceptOnlyFromAmong([.. MixerCatalog.Names]);
        var dim = Option("--dim", model.ModelDim, "Width of the model.");
        var blocks = Option("--blocks", model.Blocks, "Blocks of mixer and gated MLP.");
        var heads = Option("--heads", model.Heads, "Heads of a mixer.");
        var mlp = Option("--mlp", model.MlpDim, "Width of the gated MLP.");
        var stateDim = Option("--state-dim", model.StateDim, "State size per channel, for mamba.");
        var tied = Option("--tied", model.TiedHead, "Use the embedding as the output layer too.");
        var minutes = Option("--minutes", training.Minutes, "Training time; the learning rate follows the clock.");
        var steps = Option("--steps", training.Steps, "Training steps, instead of a time: the result then depends on the seed alone.");
        var batch = Option("--batch", training.BatchSize, "Windows per step.");
        var window = Option("--window", training.WindowLength, "Characters per window.");
        var rate = Option("--learning-rate", training.LearningRate, "Highest learning rate.");
        var decay = Option("--weight-decay", training.WeightDecay, "Weight decay of matrices.");
        var seed = Option("--seed", training.Seed, "Seed of parameters, windows and written text.");
        var text = Option("--text", Path.Combine(AppContext.BaseDirectory, "data", "kjv.txt"), "The text to train on.");
        var output = Option("--output", "", "Folder of checkpoint, losses and loss curve; artifacts/char-language-model/MIXER if not given.");
        var restart = Option("--restart", false, "Train from the beginning even where the folder holds a checkpoint.");
        var generateOnly = Option("--generate-only", false, "Write text with the model in the folder; train nothing.");
        var noVerify = Option("--no-verify", false, "Do not check the modes of the trained mixers at the end.");
        var checkpointEvery = Option("--checkpoint-every", 0, "Steps between two checkpoints; 0 writes one every 15 seconds.");
        var threads = Option("--threads", 0, "Threads; 0 for one per processor.");
        var prompt = Option("--prompt", "And God said unto ", "What the written text continues.");
        var length = Option("--length", 600, "Characters to write.");
        var temperature = Option("--temperature", 0.7, "Divides the logits before a character is drawn; 0 takes the likeliest.");
        var topK = Option("--top-k", 0, "Draw from this many of the likeliest characters; 0 for all.");

        var command = new RootCommand("Trains a character-level language model whose mixers ModelDsl compiled, and writes text with it.");
        foreach (var option in new Option[]
        {
            mixer, minutes, steps, seed, prompt, length, temperature, topK, generateOnly, output, restart, text, dim, blocks, heads, mlp, stateDim,
            tied, batch, window, rate, decay, checkpointEvery, threads, noVerify,
        })
        {
            command.Options.Add(option);
        }

        command.SetAction(arguments =>
        {
            var folder = arguments.GetValue(output);
            return run(new Settings
            {
                Model = new()
                {
                    Mixer = arguments.GetValue(mixer)!,
                    ModelDim = arguments.GetValue(dim),
                    Blocks = arguments.GetValue(blocks),
                    Heads = arguments.GetValue(heads),
                    MlpDim = arguments.GetValue(mlp),
                    StateDim = arguments.GetValue(stateDim),
                    TiedHead = arguments.GetValue(tied),
                },
                Training = new()
                {
                    Minutes = arguments.GetValue(minutes),
                    Steps = arguments.GetValue(steps),
                    BatchSize = arguments.GetValue(batch),
                    WindowLength = arguments.GetValue(window),
                    LearningRate = arguments.GetValue(rate),
                    WeightDecay = arguments.GetValue(decay),
                    Seed = arguments.GetValue(seed),
                },
                TextPath = arguments.GetValue(text)!,
                OutputFolder = string.IsNullOrEmpty(folder)
                    ? Path.Combine("artifacts", "char-language-model", arguments.GetValue(mixer)!)
                    : folder,
                Restart = arguments.GetValue(restart),
                GenerateOnly = arguments.GetValue(generateOnly),
                SkipVerification = arguments.GetValue(noVerify),
                CheckpointEvery = arguments.GetValue(checkpointEvery),
                Threads = arguments.GetValue(threads),
                Prompt = arguments.GetValue(prompt)!,
                Length = arguments.GetValue(length),
                Temperature = arguments.GetValue(temperature),
                TopK = arguments.GetValue(topK),
            });
        });
        return command;
    }

    private static Option<T> Option<T>(string name, T value, string description) =>
        new(name) { DefaultValueFactory = _ => value, Description = description };
}
