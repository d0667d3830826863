namespace ModelDsl.Kernels.Cpu;

/// <summary>Runs a matrix memory over a chunk: token by token in recurrent mode, as matrix products otherwise.</summary>
internal sealed unsafe partial class MemoryEngine : Engine
{
    private readonly MemoryPlan _plan;
    private readonly int[] _axes;
    private readonly bool _hasFeedback;
    private readonly bool _perValue;

    public MemoryEngine(MemoryPlan plan, KernelPlan kernel)
    {
        _plan = plan;
        _axes = kernel.StateAxes[plan.State];
        _hasFeedback = plan.Writes.Any(w => w.Feedback.Any(f => f.Coefficient.Slot >= 0));
        _perValue = plan.ValueDecay.Slot >= 0 || plan.Writes.Any(w => w.Feedback.Any(f => f.Coefficient.Slot >= 0 && f.PerValue));
        States = [plan.State, .. plan.Further ?? []];
        _keys = [.. plan.Reads.Select(r => Parts(r.Key, r.Further)), .. plan.Writes.Select(w => Parts(w.Key, w.Further)), .. plan.KeyDecayPerKey ? [Parts(plan.KeyDecay, plan.FurtherDecays)] : Array.Empty<OperandPlan[]>()];
    }

    public override int[] States { get; }

    public override void Forward(Frame frame, Mode mode)
    {
        float* state = IsJoined ? Join(frame, Place.State, null, 0, States.Length) : frame.State(_plan.State);
        if (mode != Mode.Recurrent)
        {
            Forward(frame, 0, frame.Tokens, state);
        }
        else if (_plan.Reads.Length <= MemoryRecurrence.MaximumReadsOrWrites && _plan.Writes.Length <= MemoryRecurrence.MaximumReadsOrWrites)
        {
            MemoryRecurrence.Forward(Operands(frame, 0, frame.Tokens), state, Reads(frame, 0));
            TurnRows(frame, state, Row(frame), frame.Tokens);
        }
        else
        {
            for (int t = 0; t < frame.Tokens; t++)
            {
                Forward(frame, t, 1, state);
            }
        }

        if (IsJoined)
        {
            Part(frame, state, Place.State, null);
        }
    }

    public override void Backward(Frame frame, Mode mode, float** starts)
    {
        if (!IsJoined)
        {
            Backward(frame, mode, starts[_plan.State], frame.StateGradient(_plan.State));
            return;
        }

        float* start = Join(frame, Place.Start, starts, 0, 2 * States.Length);
        float* gradient = Join(frame, Place.Gradient, null, States.Length, 2 * States.Length);
        Backward(frame, mode, start, gradient);
        Part(frame, gradient, Place.Gradient, null);
    }

    private void Backward(Frame frame, Mode mode, float* start, float* gradient)
    {
        if (mode != Mode.Recurrent)
        {
            Backward(frame, 0, frame.Tokens, start, gradient);
            return;
        }

        // The state before each token is made again, then the tokens are walked back.
        nint length = Length(frame);
        float* history = frame.History.Reserve((frame.Tokens + 1) * length);
        Copy(start, history, length);
        for (int t = 0; t < frame.Tokens; t++)
        {
            Copy(history + (t * length), history + ((t + 1) * length), length);
            Forward(frame, t, 1, history + ((t + 1) * length));
        }

        for (int t = frame.Tokens - 1; t >= 0; t--)
        {
            Backward(frame, t, 1, history + (t * length), gradient);
        }
    }

    public override nint TransitionLength(Frame frame)
    {
        int keys = Keys(frame);
        return !_hasFeedback ? Length(frame)
            : _perValue ? keys * Length(frame)
            : keys * (nint)Simd.Pad(keys);
    }

    public override void Summarise(Frame frame, float* transition, float* offset)
    {
        nint length = Length(frame);
        MemoryOperands operands = Operands(frame, 0, frame.Tokens);
        bool hasMatrix = _hasFeedback && !_perValue;
        float* scratch = frame.Engine.Reserve(Math.Max(
            MemoryChunk.ScratchSize(operands, adjoint: false), hasMatrix ? MemoryChunk.TransitionScratchSize(operands) : 0));
        MemoryRowSet none = default;
        Frame.Clear(offset, length);
        MemoryChunk.Forward(operands, offset, none, scratch);
        TurnRows(frame, offset, Row(frame), frame.Tokens);
        if (hasMatrix)
        {
            MemoryChunk.Transition(operands, transition, scratch);
            TurnRows(frame, transition, operands.PaddedKeys, frame.Tokens);
            return;
        }

        for (int j = 0; j < operands.Writes; j++)
        {
            operands.Value[j] = default;
        }

        if (!_hasFeedback)
        {
            // Without feedback every element has a multiplier of its own: what becomes of ones.
            operands.Writes = 0;
            operands.Reads = 0;
            new Span<float>(transition, (int)length).Fill(1);
            MemoryChunk.Forward(operands, transition, none, scratch);
            return;
        }

        // Every column has a matrix of its own: what becomes of each unit vector, in all columns at once.
        for (int key = 0; key < operands.Keys; key++)
        {
            float* image = transition + (key * length);
            Frame.Clear(image, length);
            new Span<float>(image + (key * (length / operands.Keys)), operands.Values).Fill(1);
            MemoryChunk.Forward(operands, image, none, scratch);
            TurnRows(frame, image, Row(frame), frame.Tokens);
        }
    }

    public override void Advance(Frame frame, float* transition, float* offset, float** states) => Compose(frame, transition, offset, states, transposed: false);

    public override void Retreat(Frame frame, float* transition, float* offset, float** states) => Compose(frame, transition, offset, states, transposed: true);

    private void Compose(Frame frame, float* transition, float* offset, float** states, bool transposed)
    {
        float* state = IsJoined ? Join(frame, Place.Carried, states, 0, States.Length) : states[0];
        if (transposed)
        {
            Retreat(frame, transition, offset, state);
        }
        else
        {
            Advance(frame, transition, offset, state);
        }

        if (IsJoined)
        {
            Part(frame, state, Place.Carried, states);
        }
    }

    private void Advance(Frame frame, float* transition, float* offset, float* state)
    {
        nint length = Length(frame);
        int keys = Keys(frame);
        nint row = length / keys;
        if (!_hasFeedback)
        {
            ElementwiseChunk.Apply((int)length, transition, offset, state);
            return;
        }

        float* result = frame.Engine.Reserve(length);
        if (!_perValue)
        {
            MemoryChunk.Apply(keys, (int)row, transition, offset, state, result);
            return;
        }

        Copy(offset, result, length);
        for (int to = 0; to < keys; to++)
        {
            for (int from = 0; from < keys; from++)
            {
                for (nint v = 0; v < row; v++)
                {
                    result[(to * row) + v] += transition[(from * length) + (to * row) + v] * state[(from * row) + v];
                }
            }
        }

        Copy(result, state, length);
    }

    private void Retreat(Frame frame, float* transition, float* offset, float* gradient)
    {
        nint length = Length(frame);
        int keys = Keys(frame);
        nint row = length / keys;
        if (!_hasFeedback)
        {
            Advance(frame, transition, offset, gradient);
            return;
        }

        float* result = frame.Engine.Reserve(length);
        if (!_perValue)
        {
            MemoryChunk.ApplyTransposed(keys, (int)row, transition, offset, gradient, result);
            return;
        }

        Copy(offset, result, length);
        for (int from = 0; from < keys; from++)
        {
            for (int to = 0; to < keys; to++)
            {
                for (nint v = 0; v < row; v++)
                {
                    result[(from * row) + v] += transition[(from * length) + (to * row) + v] * gradient[(to * row) + v];
                }
            }
        }

        Copy(result, gradient, length);
    }

    private void Forward(Frame frame, int first, int tokens, float* state)
    {
        MemoryOperands operands = Operands(frame, first, tokens);
        MemoryChunk.Forward(operands, state, Reads(frame, first), frame.Engine.Reserve(MemoryChunk.ScratchSize(operands, adjoint: false)));
        TurnRows(frame, state, Row(frame), tokens);
    }

    private MemoryRowSet Reads(Frame frame, int first)
    {
        MemoryRowSet reads = default;
        for (int i = 0; i < _plan.Reads.Length; i++)
        {
            reads[i] = Rows(frame, _plan.Reads[i].Result, first);
        }

        return reads;
    }

    private void Backward(Frame frame, int first, int tokens, float* start, float* gradient)
    {
        MemoryOperands operands = Operands(frame, first, tokens);
        MemoryRowSet reads = default;
        for (int i = 0; i < _plan.Reads.Length; i++)
        {
            reads[i] = Rows(frame, _plan.Reads[i].ResultGradient, first);
        }

        MemoryOperands gradients = Operands(frame, first, tokens, gradients: true);
        TurnRows(frame, gradient, Row(frame), tokens, back: true);
        MemoryChunk.Adjoint(operands, start, gradient, reads, gradients, frame.Engine.Reserve(MemoryChunk.ScratchSize(operands, adjoint: true)));
        UnpackKeyGradients(frame, first, gradients);
        GiveTurnGradients(frame, first, tokens, start, gradient);
    }

    private MemoryOperands Operands(Frame frame, int first, int tokens, bool gradients = false)
    {
        MemoryRows Of(OperandPlan operand) => Rows(frame, gradients ? operand.Gradient : operand.Slot, first);
        if (!gradients)
        {
            PrepareTurns(frame, first, tokens);
        }

        MemoryRows Key(int index) => KeyRows(frame, index, first, tokens, gradients);

        var operands = new MemoryOperands
        {
            Tokens = tokens,
            Keys = Keys(frame),
            Values = Values(frame),
            Reads = _plan.Reads.Length,
            Writes = _plan.Writes.Length,
            KeyDecayKind = _plan.KeyDecay.Slot < 0 ? KeyDecayKind.None : _plan.KeyDecayPerKey ? KeyDecayKind.PerKey : KeyDecayKind.PerToken,
            KeyDecay = _plan.KeyDecayPerKey ? Key(_plan.Reads.Length + _plan.Writes.Length) : Of(_plan.KeyDecay),
            ValueDecay = Of(_plan.ValueDecay),
        };
        for (int i = 0; i < _plan.Reads.Length; i++)
        {
            operands.Query[i] = Key(i);
        }

        for (int j = 0; j < _plan.Writes.Length; j++)
        {
            WritePlan write = _plan.Writes[j];
            operands.Key[j] = Key(_plan.Reads.Length + j);
            operands.Value[j] = Of(write.Value);
            for (int i = 0; i < write.Feedback.Length; i++)
            {
                int index = (j * _plan.Reads.Length) + i;
                operands.Coefficient[index] = Of(write.Feedback[i].Coefficient);
                operands.PerValue |= write.Feedback[i].PerValue ? 1UL << index : 0;
            }
        }

        return operands;
    }

    /// <summary>Value columns; of several value axes the innermost counts with its padding, which holds zero.</summary>
    private int Values(Frame frame)
    {
        if (_axes.Length == _plan.KeyAxes + 1)
        {
            return frame.Size(_axes[^1]);
        }

        int values = Simd.Pad(frame.Size(_axes[^1]));
        for (int i = _plan.KeyAxes; i < _axes.Length - 1; i++)
        {
            values *= frame.Size(_axes[i]);
        }

        return values;
    }

    private static MemoryRows Rows(Frame frame, int slot, int first) =>
        slot < 0 ? default : new MemoryRows(frame.Slot(slot) + (first * frame.Row(slot)), frame.Row(slot));
}
