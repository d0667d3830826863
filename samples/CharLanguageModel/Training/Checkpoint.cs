using System.Text.Json;
using System.Text.Json.Nodes;
using CharLanguageModel.Configuration;
using ModelDsl;
using TorchSharp;
using static TorchSharp.torch;

namespace CharLanguageModel.Training;

/// <summary>All that a training needs to continue as if it had never stopped.</summary>
internal sealed record Checkpoint
{
    private const string ParameterPrefix = "parameter.";
    private const string FirstMomentPrefix = "first-moment.";
    private const string SecondMomentPrefix = "second-moment.";

    /// <summary>The model.</summary>
    public required ModelConfig Model { get; init; }

    /// <summary>How it is trained.</summary>
    public required TrainingConfig Training { get; init; }

    /// <summary>The parameters and their moments.</summary>
    public required IReadOnlyDictionary<string, SequenceTensor> Tensors { get; init; }

    /// <summary>The state of the random numbers that draw the windows.</summary>
    public required string RandomState { get; init; }

    /// <summary>The time trained so far.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>The loss of every step so far.</summary>
    public required float[] Losses { get; init; }

    /// <summary>The validation measurements so far.</summary>
    public required ValidationPoint[] Validations { get; init; }

    /// <summary>Copies everything out of a training.</summary>
    public static Checkpoint Of(
        ModelConfig model, TrainingConfig training, AdamW optimizer, string randomState, TimeSpan elapsed, TrainingHistory history)
    {
        var tensors = new Dictionary<string, SequenceTensor>();
        foreach (var slot in optimizer.Slots)
        {
            tensors.Add(ParameterPrefix + slot.Name, Copy(slot.Parameter));
            tensors.Add(FirstMomentPrefix + slot.Name, Copy(slot.FirstMoment));
            tensors.Add(SecondMomentPrefix + slot.Name, Copy(slot.SecondMoment));
        }

        return new()
        {
            Model = model,
            Training = training,
            Tensors = tensors,
            RandomState = randomState,
            Elapsed = elapsed,
            Losses = [.. history.Losses],
            Validations = [.. history.Validations],
        };
    }

    /// <summary>Throws unless the checkpoint continues what is asked for; the message names every difference.</summary>
    public void RequireSame(ModelConfig model, TrainingConfig training)
    {
        var differences = Differences(Model, model).Concat(Differences(Training, training)).ToList();
        if (differences.Count > 0)
        {
            throw new InvalidOperationException(
                $"The checkpoint is of another configuration: {string.Join("; ", differences)}. " +
                "Ask for the same to continue it, give another --output, or --restart to replace it.");
        }
    }

    /// <summary>Sets the parameters and moments of a training of the same model.</summary>
    public void CopyTo(AdamW optimizer)
    {
        optimizer.StepCount = Losses.Length;
        foreach (var slot in optimizer.Slots)
        {
            Set(slot.Parameter, ParameterPrefix + slot.Name);
            Set(slot.FirstMoment, FirstMomentPrefix + slot.Name);
            Set(slot.SecondMoment, SecondMomentPrefix + slot.Name);
        }
    }

    private static SequenceTensor Copy(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return new(tensor.detach().contiguous().data<float>().ToArray(), [.. tensor.shape.Select(s => (int)s)]);
    }

    private static IEnumerable<string> Differences<T>(T had, T asked)
    {
        var before = JsonSerializer.SerializeToNode(had)!.AsObject();
        var after = JsonSerializer.SerializeToNode(asked)!.AsObject();
        return before
            .Where(property => !JsonNode.DeepEquals(property.Value, after[property.Key]))
            .Select(property => $"{property.Key} is {property.Value?.ToJsonString()} there, {after[property.Key]?.ToJsonString()} was asked for");
    }

    private void Set(Tensor tensor, string name)
    {
        if (!Tensors.TryGetValue(name, out var stored) || !stored.Shape.Select(s => (long)s).SequenceEqual(tensor.shape))
        {
            throw new InvalidDataException(
                $"The checkpoint's tensor '{name}' is {(stored is null ? "missing" : $"of shape {stored}")}; expected shape [{string.Join(", ", tensor.shape)}].");
        }

        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        tensor.copy_(torch.tensor(stored.Data, tensor.shape));
    }
}
