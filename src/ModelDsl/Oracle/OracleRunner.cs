namespace ModelDsl;

/// <summary>What the oracle computes for a sequence.</summary>
/// <param name="Outputs">One array per output, [batch, time, head, axes...].</param>
/// <param name="FinalStates">One array per state, [batch, head, axes...].</param>
public sealed record OracleResult(double[][] Outputs, double[][] FinalStates);

/// <summary>The gradients that the oracle computes for a sequence.</summary>
/// <param name="Result">What the forward pass computed on the way.</param>
/// <param name="Inputs">One array per input, of the input's layout.</param>
/// <param name="InitialStates">One array per state, [batch, head, axes...].</param>
public sealed record OracleGradients(OracleResult Result, double[][] Inputs, double[][] InitialStates);

/// <summary>
/// Runs the spec's own <c>Step</c> over sequences in double precision, one token after another, and takes exact gradients through it.
/// It is slow and shares no code with the kernels: that is what makes it an oracle.
/// </summary>
/// <param name="recurrence">The recurrence.</param>
public sealed class OracleRunner(RecurrenceHandle recurrence)
{
    private readonly RecurrenceDescription _description = recurrence.Description;

    /// <summary>Tokens per mini-batch; 0 for what the recurrence says.</summary>
    public int MiniBatch { get; init; }

    /// <summary>The length that kernels are made for; 0 for that of the sequence.</summary>
    public int SequenceLength { get; init; }

    /// <summary>The outputs and final states of a sequence.</summary>
    /// <param name="shape">The sizes of the call.</param>
    /// <param name="inputs">
    /// One array per input, row-major [batch, time, head, axes...] less what it is shared across. An input may hold fewer heads, which
    /// divide those of the call: head h uses head h * inputHeads / heads.
    /// </param>
    /// <param name="initialStates">One array per state, [batch, head, axes...]; null stands for zero.</param>
    /// <param name="firstToken">The position of the first token in its sequence.</param>
    public OracleResult Run(SequenceShape shape, double[][] inputs, double[]?[]? initialStates = null, long firstToken = 0) =>
        Execute(shape, inputs, initialStates, null, null, firstToken).Result;

    /// <summary>
    /// The gradient of <c>sum(outputs * outputGradients) + sum(finalStates * finalStateGradients)</c> with respect to every input and
    /// initial state.
    /// </summary>
    /// <param name="shape">The sizes of the call.</param>
    /// <param name="inputs">As in <see cref="Run"/>.</param>
    /// <param name="initialStates">As in <see cref="Run"/>.</param>
    /// <param name="outputGradients">One array per output, [batch, time, head, axes...]; null stands for zero.</param>
    /// <param name="finalStateGradients">One array per state, [batch, head, axes...]; null stands for zero.</param>
    /// <param name="firstToken">The position of the first token in its sequence.</param>
    public OracleGradients Gradient(
        SequenceShape shape,
        double[][] inputs,
        double[]?[]? initialStates,
        double[]?[]? outputGradients,
        double[]?[]? finalStateGradients = null,
        long firstToken = 0) =>
        Execute(shape, inputs, initialStates, outputGradients ?? new double[]?[_description.Outputs.Count], finalStateGradients, firstToken);

    private OracleGradients Execute(
        SequenceShape shape, double[][] inputs, double[]?[]? initialStates, double[]?[]? outputGradients, double[]?[]? finalStateGradients, long firstToken)
    {
        _description.Check(shape);
        if (recurrence.IsCombined)
        {
            return CombinedOracle.Execute(recurrence, shape, inputs, initialStates, outputGradients, finalStateGradients, firstToken);
        }

        bool differentiate = outputGradients is not null;
        var options = new RunOptions(FirstToken: firstToken, MiniBatch: MiniBatch, SequenceLength: SequenceLength);
        MiniBatches miniBatches = MiniBatches.Of(_description, options);
        var call = new Call(
            Layouts(_description.Inputs.Count, "input", i => _description.Inputs[i].Name, i => _description.InputShape(i, shape, 1), inputs, shape, _description.Inputs),
            Layouts(_description.States.Count, "initial state", i => _description.States[i].Name, i => _description.StateShape(i, shape), initialStates, shape),
            Layouts(_description.Outputs.Count, "gradient of output", i => _description.Outputs[i].Name, i => _description.OutputShape(i, shape), outputGradients, shape),
            Layouts(_description.States.Count, "gradient of final state", i => _description.States[i].Name, i => _description.StateShape(i, shape), finalStateGradients, shape));

        var result = new OracleResult(
            [.. call.Outputs.Select(l => new double[l.Count])],
            [.. call.States.Select(l => new double[l.Count])]);
        var gradients = new OracleGradients(
            result,
            differentiate ? [.. call.Inputs.Select(l => new double[l.Count])] : [],
            differentiate ? [.. call.States.Select(l => new double[l.Count])] : []);

        // Sequences and heads do not touch each other: they run in parallel, and what they share is added up in order afterwards.
        var lanes = new Lane[shape.Sequences * shape.Heads];
        Parallel.For(0, lanes.Length, i =>
        {
            (int row, int head) = Math.DivRem(i, shape.Heads);
            (int Batch, int Start, int Length) tokens = shape.Sequence(row);
            int length = SequenceLengths.Of(_description, options, tokens.Length);
            lanes[i] = new Lane(recurrence, call, tokens, firstToken, miniBatches, row, head, differentiate)
            {
                Convolution = _description.IsConvolution && tokens.Length > 0 ? new OracleConvolution(tokens.Length, length, shape.AxisSizes) : null,
            };
            lanes[i].Run(result);
        });
        if (differentiate)
        {
            foreach (Lane lane in lanes)
            {
                lane.AddGradients(gradients);
            }
        }

        return gradients;
    }

    private Layout[] Layouts(
        int count, string kind, Func<int, string> name, Func<int, int[]> sizes, double[]?[]? data, SequenceShape shape, IReadOnlyList<InputDescription>? inputs = null)
    {
        if (data is not null && data.Length != count)
        {
            throw new ArgumentException($"{_description.Name} has {count} tensors of kind {kind}, but {data.Length} were given.");
        }

        var layouts = new Layout[count];
        for (int i = 0; i < count; i++)
        {
            int[] full = sizes(i);
            int elements = full.Aggregate(1, (a, b) => checked(a * b));
            Across shared = inputs?[i].Shared ?? Across.None;
            int heads = shape.Heads;
            double[]? values = data?[i];
            if (inputs is not null)
            {
                ArgumentNullException.ThrowIfNull(values, name(i));

                // The sizes are those of one head: the length says how many heads there are.
                heads = shared.HasFlag(Across.Heads) ? 1 : Math.Max(1, values.Length / elements);
                elements *= heads;
                if (shape.Heads % heads != 0 || values.Length != elements)
                {
                    throw new ArgumentException(
                        $"{_description.Name}, {kind} \"{name(i)}\": {values.Length} elements were given, but {SequenceTensor.TextOf(full)} was expected"
                        + (shared.HasFlag(Across.Heads) ? "." : $" for each of its heads, whose number divides {shape.Heads}."));
                }
            }
            else if (values is not null && values.Length != elements)
            {
                throw new ArgumentException(
                    $"{_description.Name}, {kind} \"{name(i)}\": {values.Length} elements were given, but {SequenceTensor.TextOf(full)} holds {elements}.");
            }

            int[] axes = inputs is not null
                ? [.. inputs[i].Axes.Select(a => shape.AxisSizes[a])]
                : [.. full.AsSpan(kind == "gradient of output" ? 3 : 2)];
            layouts[i] = new Layout(values, elements, axes, shape.Time, heads, shape.Heads, shared);
        }

        return layouts;
    }

    /// <summary>Where the elements of one tensor lie.</summary>
    private sealed class Layout(double[]? data, int count, int[] axes, int time, int heads, int callHeads, Across shared)
    {
        public int Count => count;

        public int[] Axes => axes;

        public bool SharedInTime => shared.HasFlag(Across.Time);

        public int Elements { get; } = axes.Aggregate(1, (a, b) => a * b);

        public double[]? Data => data;

        /// <summary>The first element of a token (of a state: pass no time).</summary>
        public int Offset(int batch, int? token, int head)
        {
            int row = SharedInTime ? 0 : token is { } t ? (batch * time) + t : batch;
            return ((row * heads) + (head * heads / callHeads)) * Elements;
        }

        public double[] Slice(int batch, int? token, int head) =>
            data is null ? new double[Elements] : data.AsSpan(Offset(batch, token, head), Elements).ToArray();
    }

    private sealed record Call(Layout[] Inputs, Layout[] States, Layout[] Outputs, Layout[] FinalStates);

    /// <summary>One head of one sequence, whose states lie in a row.</summary>
    private sealed class Lane(
        RecurrenceHandle recurrence, Call call, (int Batch, int Start, int Length) tokens, long firstToken, MiniBatches miniBatches, int row, int head, bool differentiate)
    {
        // Per input and token; an input that is shared in time has one value for all.
        private readonly OracleValue[][] _inputs = [.. call.Inputs.Select(l => new OracleValue[l.SharedInTime ? 1 : tokens.Length])];
        private readonly OracleValue[] _initialStates = new OracleValue[call.States.Length];

        public OracleConvolution? Convolution { private get; init; }

        public void Run(OracleResult result)
        {
            for (int pass = 0; pass < Convolution?.Passes; pass++)
            {
                // Kernels are the same for all tokens: any token will do to learn them.
                Step(Inputs(0), [], 0);
            }

            for (int s = 0; s < _initialStates.Length; s++)
            {
                _initialStates[s] = Leaf(call.States[s], row, null);
            }

            OracleValue[] states = [.. _initialStates];
            var seeds = new List<(OracleValue, double[])>();
            for (int t = 0; t < tokens.Length; t++)
            {
                OracleValue[] inputs = Inputs(t);
                CopyStates(states, t);
                OracleToken token = Step(inputs, states, t);
                for (int o = 0; o < call.Outputs.Length; o++)
                {
                    Store(token.Output(o), call.Outputs[o], tokens.Batch, tokens.Start + t, result.Outputs[o], "output", recurrence.Description.Outputs[o].Name);
                    if (differentiate && call.Outputs[o].Data is not null)
                    {
                        seeds.Add((token.Output(o), call.Outputs[o].Slice(tokens.Batch, tokens.Start + t, head)));
                    }
                }

                for (int s = 0; s < states.Length; s++)
                {
                    states[s] = token.State(s);
                }
            }

            for (int s = 0; s < states.Length; s++)
            {
                Store(states[s], call.States[s], row, null, result.FinalStates[s], "state", recurrence.Description.States[s].Name);
                if (differentiate && call.FinalStates[s].Data is not null)
                {
                    seeds.Add((states[s], call.FinalStates[s].Slice(row, null, head)));
                }
            }

            if (differentiate)
            {
                OracleTape.Backward(seeds);
            }
        }

        private OracleValue[] Inputs(int token)
        {
            var inputs = new OracleValue[_inputs.Length];
            for (int i = 0; i < inputs.Length; i++)
            {
                int at = call.Inputs[i].SharedInTime ? 0 : token;
                inputs[i] = _inputs[i][at] ??= Leaf(call.Inputs[i], tokens.Batch, tokens.Start + token);
            }

            return inputs;
        }

        private OracleToken Step(OracleValue[] inputs, OracleValue[] states, int t)
        {
            var token = new OracleToken(inputs, states, call.Outputs.Length, firstToken + t, miniBatches.IndexOf(t)) { Convolution = Convolution };
            if (Convolution is null)
            {
                recurrence.Oracle(token);
            }
            else
            {
                Convolution.Run(() => recurrence.Oracle(token));
            }

            return token;
        }

        /// <summary>Before the first token of a mini-batch, what is to be read stale is copied; at every token, a state knows its copy.</summary>
        private void CopyStates(OracleValue[] states, int token)
        {
            for (int s = 0; s < states.Length; s++)
            {
                if (recurrence.Description.States[s].StaleOf is { } of)
                {
                    states[s] = miniBatches.BeginAt(token) ? states[of] : states[s];
                    states[of] = states[of].WithStale(states[s]);
                }
            }
        }

        public void AddGradients(OracleGradients gradients)
        {
            for (int i = 0; i < _inputs.Length; i++)
            {
                for (int t = 0; t < _inputs[i].Length; t++)
                {
                    // An input that is the same for all tokens is not read where a packed sequence has none.
                    if (_inputs[i][t] is { } input)
                    {
                        Add(input.Gradient, gradients.Inputs[i], call.Inputs[i].Offset(tokens.Batch, tokens.Start + t, head));
                    }
                }
            }

            for (int s = 0; s < _initialStates.Length; s++)
            {
                Add(_initialStates[s].Gradient, gradients.InitialStates[s], call.States[s].Offset(row, null, head));
            }
        }

        private static void Add(ReadOnlySpan<double> from, double[] to, int offset)
        {
            for (int i = 0; i < from.Length; i++)
            {
                to[offset + i] += from[i];
            }
        }

        private OracleValue Leaf(Layout layout, int batch, int? token)
        {
            double[] data = layout.Slice(batch, token, head);
            return differentiate ? OracleValue.Tracked(data, layout.Axes) : new OracleValue(data, layout.Axes);
        }

        private void Store(OracleValue value, Layout layout, int batch, int? token, double[] to, string kind, string name)
        {
            if (value is null || !value.Sizes.SequenceEqual(layout.Axes))
            {
                string what = value is null ? "no value" : $"shape {SequenceTensor.TextOf(value.Sizes)}";
                throw new InvalidOperationException(
                    $"Step of {recurrence.Description.Name} gave {what} to the {kind} \"{name}\", but {SequenceTensor.TextOf(layout.Axes)} was expected.");
            }

            value.Data.CopyTo(to.AsSpan(layout.Offset(batch, token, head)));
        }
    }
}
