using ModelDsl.Conformance.Goldens;
using ModelDsl.Conformance.Mapping;

namespace ModelDsl.Conformance.Targets;

/// <summary>Something that runs recurrences.</summary>
public interface ITarget
{
    /// <summary>Its name in the table and on the command line.</summary>
    string Name { get; }

    /// <summary>What it can run of a recurrence.</summary>
    IEnumerable<Mode> Modes(RecurrenceHandle recurrence);

    /// <summary>Whether the chunk size changes what it does.</summary>
    bool HasChunks(Mode mode) => mode is Mode.Chunkwise or Mode.ParallelScan;

    /// <summary>Why a case is not run here: the device is missing, or the case is too large for it. Null if it is run.</summary>
    string? WhyNot(BoundCase golden) => null;

    /// <summary>Runs a case, forward and, if it has upstream gradients, backward.</summary>
    /// <param name="golden">The case.</param>
    /// <param name="mode">The mode.</param>
    /// <param name="chunkSize">Tokens per chunk; 0 lets the target choose.</param>
    RunResult Run(BoundCase golden, Mode mode, int chunkSize);
}

/// <summary>What a target computed, in golden tensors' shapes, by the golden tensor's name. NaN where it computed nothing.</summary>
public sealed class RunResult
{
    /// <summary>The outputs that the case compares.</summary>
    public Dictionary<string, GoldenTensor> Outputs { get; } = [];

    /// <summary>The final states that the case compares.</summary>
    public Dictionary<string, GoldenTensor> FinalStates { get; } = [];

    /// <summary>The gradients that the case compares: without the final states in the loss, and with them.</summary>
    public Dictionary<(bool ThroughFinalState, string Of), GoldenTensor> Gradients { get; } = [];

    private readonly List<(GoldenTensor Sum, GoldenTensor Part)> _parts = [];

    /// <summary>
    /// A tensor for what one input adds to a golden tensor's gradient, or null if that is not compared. Several inputs may be one golden tensor, or blocks of one.
    /// </summary>
    public GoldenTensor? PartOfGradient(bool throughFinalState, string of)
    {
        if (!Gradients.TryGetValue((throughFinalState, of), out GoldenTensor? gradient))
        {
            return null;
        }

        GoldenTensor part = gradient.Poisoned();
        _parts.Add((gradient, part));
        return part;
    }

    /// <summary>Adds up the parts of gradients. What no part holds remains poisoned.</summary>
    public void AddParts()
    {
        foreach ((GoldenTensor sum, GoldenTensor part) in _parts)
        {
            for (int i = 0; i < sum.Data.Length; i++)
            {
                float added = part.Data[i];
                sum.Data[i] = float.IsNaN(added) ? sum.Data[i] : float.IsNaN(sum.Data[i]) ? added : sum.Data[i] + added;
            }
        }

        _parts.Clear();
    }

    /// <summary>A result with a poisoned tensor for everything that a case compares.</summary>
    public static RunResult For(BoundCase golden)
    {
        RunResult result = new();
        foreach (BoundOutput output in golden.Outputs)
        {
            if (output.Expected is { } expected)
            {
                result.Outputs.TryAdd(expected.Tensor.Name, expected.Tensor.Poisoned());
            }
        }

        foreach (BoundState state in golden.States)
        {
            if (state.Final is { } expected)
            {
                result.FinalStates.TryAdd(expected.Tensor.Name, expected.Tensor.Poisoned());
            }
        }

        foreach (ExpectedGradient gradient in golden.Computed)
        {
            result.Gradients.Add((gradient.ThroughFinalState, gradient.Of), gradient.Expected.Poisoned());
        }

        return result;
    }
}
