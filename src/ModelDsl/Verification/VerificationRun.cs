namespace ModelDsl;

/// <summary>One kernel in one mode on one case: its calls, and the errors of what they wrote.</summary>
internal sealed class VerificationRun(IRecurrenceKernel kernel, Mode mode, VerificationCase at) : IDisposable
{
    private static readonly (bool Batch, bool Time, bool Head) s_state = (true, false, true), s_output = (true, true, true);

    private readonly RecurrenceDescription _description = kernel.Description;
    private readonly List<GuardedTensor> _tensors = [];

    private RunOptions Options => at.Options with { Mode = mode };

    public void Dispose()
    {
        foreach (GuardedTensor tensor in _tensors)
        {
            tensor.Dispose();
        }
    }

    /// <summary>The worst errors of outputs and of final states against the oracle, and what a second call on one thread did differently.</summary>
    public (VerificationError Outputs, VerificationError States, string? Failure) Forward()
    {
        (float[][] outputs, float[][] states) = Call(Options);
        (float[][] again, float[][] statesAgain) = Call(Options with { Threads = 1 });
        string? failure = Bits(outputs).SequenceEqual(Bits(again)) && Bits(states).SequenceEqual(Bits(statesAgain))
            ? Beside()
            : $"T={at.Name}: one thread gives other bits than all";
        double[][] all = [.. at.Expected.Result.Outputs, .. at.Expected.Result.FinalStates];
        return (
            Worst(outputs, at.Expected.Result.Outputs, i => _description.Outputs[i].Name, all: all),
            Worst(states, at.Expected.Result.FinalStates, i => _description.States[i].Name, all: all),
            failure);
    }

    /// <summary>The worst error of a gradient: of all of them, and of every second one with the tape of a forward pass.</summary>
    public (VerificationError Gradients, string? Failure) Backward()
    {
        VerificationError worst = Gradients(null, _ => true);
        var tape = new RecurrenceTape();
        Call(Options, tape);
        return (worst.Or(Gradients(tape, i => i % 2 == 0)), Beside());
    }

    /// <summary>How far several calls, with the state carried in place from one to the next, are from one call.</summary>
    public VerificationError Split()
    {
        (float[][] outputs, float[][] states) = Call(Options);
        GuardedTensor[] inputs = Inputs(), carried = States(at.Numbers.InitialStates), parts = Outputs();
        int begin = 0;
        foreach (int end in Cuts())
        {
            kernel.Forward(
                at.Shape with { Time = end - begin },
                Views(inputs, begin),
                begin == 0 ? StatesOrNull(carried) : Views(carried),
                Views(parts, begin),
                Views(carried),
                Options with { FirstToken = at.Options.FirstToken + begin });
            begin = end;
        }

        return Worst(Read(parts), Doubles(outputs), i => _description.Outputs[i].Name)
            .Or(Worst(Read(carried), Doubles(states), i => _description.States[i].Name));
    }

    /// <summary>Where the calls end: a first part beside a chunk's end, one token, the rest.</summary>
    private IEnumerable<int> Cuts() =>
        new[] { Math.Max(1, at.Options.ChunkSize - 1), Math.Max(2, at.Options.ChunkSize), at.Shape.Time }.Where(t => t <= at.Shape.Time).Distinct();

    /// <summary>All that a forward and a backward call give.</summary>
    public SequenceNumbers Results()
    {
        (float[][] outputs, float[][] states) = Call(Options);
        (GuardedTensor[] inputs, GuardedTensor[] initialStates) = CallBackward(null, _ => true);
        return new(Read(inputs), Read(initialStates), outputs, states);
    }

    /// <param name="tape">The tape of a forward call, or null.</param>
    /// <param name="isWanted">Which gradients (of inputs, then of initial states) are asked for; the views of the others are null.</param>
    private VerificationError Gradients(RecurrenceTape? tape, Func<int, bool> isWanted)
    {
        (GuardedTensor[] inputs, GuardedTensor[] initialStates) = CallBackward(tape, isWanted);
        GuardedTensor[] gradients = [.. inputs, .. initialStates];
        int[] wanted = [.. Enumerable.Range(0, gradients.Length).Where(isWanted)];
        double[][] expected = [.. at.Expected.Inputs, .. at.Expected.InitialStates];
        return Worst(
            [.. wanted.Select(i => gradients[i].Read())],
            [.. wanted.Select(i => expected[i])],
            i => wanted[i] < inputs.Length ? $"d{_description.Inputs[wanted[i]].Name}" : $"d{_description.States[wanted[i] - inputs.Length].Name}0",
            VerificationError.CancellationFloor,
            expected);
    }

    private (GuardedTensor[] Inputs, GuardedTensor[] InitialStates) CallBackward(RecurrenceTape? tape, Func<int, bool> isWanted)
    {
        GuardedTensor[] inputs = Inputs();
        GuardedTensor[] gradients = [.. inputs.Select((t, i) => New(t.Shape, RankOf(i))), .. States(null)];
        TensorView[] views = [.. gradients.Select((t, i) => isWanted(i) ? t.View : default)];
        kernel.Backward(
            at.Shape,
            Views(inputs),
            StatesOrNull(States(at.Numbers.InitialStates)),
            Views(at.Numbers.Outputs.Select((g, i) => New(_description.OutputShape(i, at.Shape), s_output).With(g))),
            StatesOrNull(States(at.Numbers.FinalStates)),
            views.AsSpan(0, inputs.Length),
            views.AsSpan(inputs.Length),
            Options,
            tape);
        return (gradients[..inputs.Length], gradients[inputs.Length..]);
    }

    private (float[][] Outputs, float[][] States) Call(RunOptions options, RecurrenceTape? tape = null)
    {
        GuardedTensor[] outputs = Outputs(), finalStates = States(null);
        kernel.Forward(at.Shape, Views(Inputs()), StatesOrNull(States(at.Numbers.InitialStates)), Views(outputs), Views(finalStates), options, tape);
        return (Read(outputs), Read(finalStates));
    }

    private VerificationError Worst(
        float[][] found, double[][] expected, Func<int, string> name, double floor = VerificationError.Floor, double[][]? all = null) =>
        VerificationError.Worst(found, expected, i => $"{name(i)} T={at.Name}", floor, all);

    /// <summary>Whether a call wrote beside a tensor.</summary>
    private string? Beside() => _tensors.All(t => t.IsIntact()) ? null : $"T={at.Name}: memory beside a tensor was written";

    private (bool Batch, bool Time, bool Head) RankOf(int input)
    {
        Across shared = _description.Inputs[input].Shared;
        return (!shared.HasFlag(Across.Time), !shared.HasFlag(Across.Time), !shared.HasFlag(Across.Heads));
    }

    private GuardedTensor New(int[] shape, (bool Batch, bool Time, bool Head) rank)
    {
        var tensor = new GuardedTensor(shape, rank, at.Scattered);
        _tensors.Add(tensor);
        return tensor;
    }

    private GuardedTensor[] Inputs() =>
        [.. at.Numbers.Inputs.Select((values, i) => New(_description.InputShape(i, at.Shape, at.InputHeads[i]), RankOf(i)).With(values))];

    private GuardedTensor[] Outputs() => [.. _description.Outputs.Select((_, i) => New(_description.OutputShape(i, at.Shape), s_output))];

    private GuardedTensor[] States(float[][]? values) =>
    [
        .. _description.States.Select((_, i) =>
        {
            GuardedTensor tensor = New(_description.StateShape(i, at.Shape), s_state);
            return values is null ? tensor : tensor.With(values[i]);
        }),
    ];

    private TensorView[] StatesOrNull(GuardedTensor[] states) => at.ZeroStates ? new TensorView[states.Length] : Views(states);

    private static TensorView[] Views(IEnumerable<GuardedTensor> tensors, int token = 0) => [.. tensors.Select(t => t.From(token))];

    private static float[][] Read(GuardedTensor[] tensors) => [.. tensors.Select(t => t.Read())];

    private static IEnumerable<int> Bits(float[][] values) => values.SelectMany(v => v).Select(BitConverter.SingleToInt32Bits);

    private static double[][] Doubles(float[][] values) => [.. values.Select(v => v.Select(x => (double)x).ToArray())];
}
