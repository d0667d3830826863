using ModelDsl.Conformance.Goldens;
using ModelDsl.Conformance.Targets;

namespace ModelDsl.Conformance.Mapping;

/// <summary>A golden tensor in the role of a tensor of a recurrence.</summary>
/// <param name="Tensor">The golden tensor.</param>
/// <param name="Placement">Where the role's elements lie in it.</param>
public sealed record BoundTensor(GoldenTensor Tensor, Placement Placement)
{
    /// <summary>A view of another tensor of the same shape, in the same role.</summary>
    public TensorView View(GoldenTensor tensor) => new(
        tensor.Address + ((nint)Placement.Offset * sizeof(float)),
        Placement.Heads,
        Placement.Batch,
        Placement.Time,
        Placement.Head,
        Placement.Axes.ElementAtOrDefault(0),
        Placement.Axes.ElementAtOrDefault(1),
        Placement.Axes.ElementAtOrDefault(2));
}

/// <summary>An input of a run.</summary>
/// <param name="Bound">Where it lies.</param>
/// <param name="IsConstant">Whether no golden tensor holds it: it has no gradient then.</param>
public sealed record BoundInput(BoundTensor Bound, bool IsConstant);

/// <summary>A state of a run.</summary>
/// <param name="Initial">The initial state, or null for zero.</param>
/// <param name="Final">The final state to compare with, or null.</param>
/// <param name="FinalGradient">The upstream gradient of the final state, or null.</param>
public sealed record BoundState(BoundTensor? Initial, BoundTensor? Final, BoundTensor? FinalGradient);

/// <summary>An output of a run.</summary>
/// <param name="Expected">What to compare with, or null.</param>
/// <param name="Gradient">The upstream gradient, or null.</param>
public sealed record BoundOutput(BoundTensor? Expected, BoundTensor? Gradient);

/// <summary>A gradient that a file holds.</summary>
/// <param name="ThroughFinalState">Whether its loss includes the final states.</param>
/// <param name="Of">The golden tensor of which it is the gradient.</param>
/// <param name="Expected">The gradient.</param>
public sealed record ExpectedGradient(bool ThroughFinalState, string Of, GoldenTensor Expected);

/// <summary>One run of a recurrence with everything that a golden file says about it. Lists are in the order of the recurrence's description.</summary>
public sealed record BoundCase(
    RecurrenceHandle Recurrence,
    string Name,
    SequenceShape Shape,
    IReadOnlyList<BoundInput> Inputs,
    IReadOnlyList<BoundState> States,
    IReadOnlyList<BoundOutput> Outputs,
    IReadOnlyList<ExpectedGradient> Gradients)
{
    /// <summary>Tokens per mini-batch; 0 for what the recurrence says.</summary>
    public int MiniBatch { get; init; }

    /// <summary>The length that kernels are made for; 0 for that of the sequence.</summary>
    public int SequenceLength { get; init; }

    /// <summary>How to run the case.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="chunkSize">Tokens per chunk; 0 lets the target choose.</param>
    public RunOptions Options(Mode mode, int chunkSize) => new(mode, chunkSize, MiniBatch: MiniBatch, SequenceLength: SequenceLength);

    /// <summary>Tensors that were computed from those of the file.</summary>
    public IReadOnlyList<BoundDerivation> Derivations { get; init; } = [];

    /// <summary>The tensors that inputs and initial states are mapped to.</summary>
    public IReadOnlySet<string> Direct { get; init; } = new HashSet<string>();

    /// <summary>The gradients that a target computes: those of tensors that are mapped. What a derivation adds comes later (<see cref="Chained"/>).</summary>
    public IEnumerable<ExpectedGradient> Computed =>
    [
        .. Gradients.Where(g => Direct.Contains(g.Of)),
        .. Gradients.Select(g => g.ThroughFinalState).Distinct()
            .SelectMany(kind => Derivations.SelectMany(d => d.Tensors).Select(t => new ExpectedGradient(kind, t.Name, t))),
    ];

    /// <summary>A target's gradients, with those of derived tensors carried back to what they were made of.</summary>
    public IReadOnlyDictionary<(bool ThroughFinalState, string Of), GoldenTensor> Chained(RunResult result)
    {
        Dictionary<(bool ThroughFinalState, string Of), GoldenTensor> gradients = new(result.Gradients);
        foreach (bool kind in Gradients.Select(g => g.ThroughFinalState).Distinct())
        {
            foreach (BoundDerivation derivation in Derivations)
            {
                derivation.Chain(gradients, kind);
            }
        }

        return gradients;
    }

    /// <summary>The recurrence's description, with inputs that hold one value per group of heads no longer declared the same for all heads.</summary>
    public RecurrenceDescription DescriptionWithGroups() => Recurrence.Description with
    {
        Inputs = [.. Recurrence.Description.Inputs.Select((input, i) =>
            Inputs[i].Bound.Placement.Heads > 1 ? input with { Shared = input.Shared & ~Across.Heads } : input)],
    };

    /// <summary>The sizes of an input.</summary>
    public Dense DenseOfInput(int index)
    {
        InputDescription input = Recurrence.Description.Inputs[index];
        bool isParameter = input.Shared.HasFlag(Across.Time);
        return new Dense(
            isParameter ? 1 : Shape.Batch, isParameter ? 1 : Shape.Time, Inputs[index].Bound.Placement.Heads, AxisSizes(input.Axes));
    }

    /// <summary>The sizes of a state.</summary>
    public Dense DenseOfState(int index) => new(Shape.Batch, 1, Shape.Heads, AxisSizes(Recurrence.Description.States[index].Axes));

    /// <summary>The sizes of an output.</summary>
    public Dense DenseOfOutput(int index) =>
        new(Shape.Batch, Shape.Time, Shape.Heads, AxisSizes(Recurrence.Description.Outputs[index].Axes));

    private int[] AxisSizes(IReadOnlyList<int> axes) => [.. axes.Select(axis => Shape.AxisSizes[axis])];
}
