namespace ModelDsl.Kernels.Cpu;

/// <summary>What passes between a worker's frame and the caller's tensors: states at the ends of a sequence, and the tokens of a chunk.</summary>
internal sealed unsafe class ChunkTensors(CpuRecurrenceKernel kernel, Frame frame)
{
    private readonly KernelPlan _plan = kernel.Plan;
    private readonly int[][] _inputAxes = [.. kernel.Description.Inputs.Select(i => i.Axes.ToArray())];
    private readonly int[][] _outputAxes = [.. kernel.Description.Outputs.Select(o => o.Axes.ToArray())];
    private readonly int[][] _stateAxes = [.. kernel.Description.States.Select(s => s.Axes.ToArray())];
    private readonly int[] _outputGradients = [.. kernel.Description.Outputs.Select((_, i) => Array.FindIndex(kernel.Plan.Slots, s => s.Kind == SlotKind.OutputGradient && s.Index == i))];
    private readonly int _tokenIndex = FindTokenIndex(kernel.Plan, within: 0);
    private readonly int _miniBatchIndex = FindTokenIndex(kernel.Plan, within: 1);
    private Call _call = new();
    private Segment _segment;
    private Unit _unit;

    public int[][] InputAxes => _inputAxes;

    /// <summary>Turns to a unit of a sequence.</summary>
    public void Enter(Call call, Segment segment, Unit unit) => (_call, _segment, _unit) = (call, segment, unit);

    /// <summary>Reads the inputs that do not depend on time.</summary>
    public void LoadParameters()
    {
        for (int i = 0; i < _call.Inputs.Length; i++)
        {
            if (_plan.MultipliedOnly.AsSpan().Contains(i))
            {
                frame.Matrices.ReadFrom(i, FrameCopy.Origin(_call.Inputs[i], _call.Shape.Heads, _segment.Batch, 0, _unit), _inputAxes[i], _call.Inputs[i]);
            }
            else if (!_plan.Slots[i].HasTime)
            {
                FrameCopy.Read(frame, _plan, i, _inputAxes[i], _call.Inputs[i], _call.Shape.Heads, _segment, 0, 0, _unit);
            }
        }
    }

    public void LoadInitialStates()
    {
        for (int s = 0; s < _stateAxes.Length; s++)
        {
            FrameCopy.ReadState(frame, _plan, s, _stateAxes[s], _call.InitialStates[s], _call.Shape.Heads, _segment, _unit, frame.State(s));
        }
    }

    /// <summary>The same, and where the caller's final state looks like the frame's, it is worked on in place: <see cref="StoreFinalStates"/> has nothing to do then.</summary>
    public void LoadInitialStatesInPlace()
    {
        for (int s = 0; s < _stateAxes.Length; s++)
        {
            int heads = _call.Shape.Heads;
            TensorView final = _call.FinalStates[s], initial = _call.InitialStates[s];
            if (!FrameCopy.IsDirectState(frame, _plan, s, _stateAxes[s], final, heads, _segment, _unit))
            {
                FrameCopy.ReadState(frame, _plan, s, _stateAxes[s], initial, heads, _segment, _unit, frame.State(s));
                continue;
            }

            float* target = FrameCopy.Origin(final, heads, _segment.Row, 0, _unit);
            if (initial != final)
            {
                FrameCopy.ReadState(frame, _plan, s, _stateAxes[s], initial, heads, _segment, _unit, target);
            }

            frame.RedirectState(s, target);
        }
    }

    public void StoreFinalStates()
    {
        for (int s = 0; s < _stateAxes.Length; s++)
        {
            if (!_call.FinalStates[s].IsNull && frame.State(s) == FrameCopy.Origin(_call.FinalStates[s], _call.Shape.Heads, _segment.Row, 0, _unit))
            {
                continue;
            }

            FrameCopy.WriteState(frame, _plan, s, _stateAxes[s], _call.FinalStates[s], _call.Shape.Heads, _segment, _unit, frame.State(s));
        }
    }

    public void LoadFinalStateGradients()
    {
        for (int s = 0; s < _stateAxes.Length; s++)
        {
            FrameCopy.ReadState(frame, _plan, s, _stateAxes[s], _call.FinalStateGradients[s], _call.Shape.Heads, _segment, _unit, frame.StateGradient(s));
        }
    }

    public void StoreInitialStateGradients()
    {
        for (int s = 0; s < _stateAxes.Length; s++)
        {
            FrameCopy.WriteState(frame, _plan, s, _stateAxes[s], _call.InitialStateGradients[s], _call.Shape.Heads, _segment, _unit, frame.StateGradient(s));
        }
    }

    /// <summary>Reads the inputs of a chunk.</summary>
    public void LoadChunk(int chunk)
    {
        frame.Tokens = _segment.Tokens(chunk) * _segment.Sequences;
        int start = _segment.Grid.StartOf(chunk);
        if (_tokenIndex >= 0)
        {
            CountTokens(_tokenIndex, _call.Options.FirstToken + start);
        }

        if (_miniBatchIndex >= 0)
        {
            CountTokens(_miniBatchIndex, start, miniBatches: true);
        }

        for (int i = 0; i < _call.Inputs.Length; i++)
        {
            if (_plan.Slots[i].HasTime)
            {
                FrameCopy.Read(frame, _plan, i, _inputAxes[i], _call.Inputs[i], _call.Shape.Heads, _segment, _segment.Time(chunk), _segment.Tokens(chunk), _unit);
            }
        }
    }

    public void StoreOutputs(int chunk)
    {
        for (int o = 0; o < _outputAxes.Length; o++)
        {
            if (!_call.Outputs[o].IsNull)
            {
                FrameCopy.Write(frame, _plan, _plan.Outputs[o], _outputAxes[o], _call.Outputs[o], _call.Shape.Heads, _segment, _segment.Time(chunk), _segment.Tokens(chunk), _unit, frame.Slot(_plan.Outputs[o]));
            }
        }
    }

    /// <summary>Reads the gradients of the outputs and clears those of the states inside the chunk.</summary>
    public void LoadOutputGradients(int chunk)
    {
        for (int o = 0; o < _outputAxes.Length; o++)
        {
            int id = _outputGradients[o];
            if (id < 0)
            {
                continue;
            }

            if (_call.OutputGradients[o].IsNull)
            {
                frame.Restore(id);
                Frame.Clear(frame.Slot(id), Simd.Pad((int)(frame.Row(id) * frame.Tokens)));
            }
            else
            {
                FrameCopy.Read(frame, _plan, id, _outputAxes[o], _call.OutputGradients[o], _call.Shape.Heads, _segment, _segment.Time(chunk), _segment.Tokens(chunk), _unit);
            }
        }

        for (int id = 0; id < _plan.Slots.Length; id++)
        {
            if (_plan.Slots[id].Kind == SlotKind.PreviousGradient)
            {
                Frame.Clear(frame.Slot(id), (frame.Tokens + frame.Sequences) * frame.Row(id));
            }
        }
    }

    public void StoreInputGradients(int chunk, GradientSink sink, int line)
    {
        for (int i = 0; i < _call.Inputs.Length; i++)
        {
            int id = _plan.InputGradients[i];
            if (id >= 0 && _plan.Slots[id].HasTime && !_call.InputGradients[i].IsNull)
            {
                sink.Store(frame, i, id, line, chunk);
            }
        }
    }

    /// <summary>Before the first chunk: the gradients of inputs that do not depend on time start at zero.</summary>
    public void ClearParameterGradients()
    {
        for (int id = 0; id < _plan.Slots.Length; id++)
        {
            if (_plan.Slots[id].Kind == SlotKind.InputGradient && !_plan.Slots[id].HasTime)
            {
                Frame.Clear(frame.Slot(id), frame.Row(id));
            }
        }
    }

    public void StoreParameterGradients(GradientSink sink, int line, int chunk)
    {
        for (int i = 0; i < _call.Inputs.Length; i++)
        {
            int id = _plan.InputGradients[i];
            if (id >= 0 && !_plan.Slots[id].HasTime && !_call.InputGradients[i].IsNull)
            {
                sink.StoreParameter(frame, i, id, line, chunk);
            }
        }
    }

    private static int FindTokenIndex(KernelPlan plan, int within) => Array.FindIndex(plan.Slots, s => s.Kind == SlotKind.TokenIndex && s.Index == within);

    private void CountTokens(int slot, long first, bool miniBatches = false)
    {
        float* index = frame.Slot(slot);
        for (int t = 0; t < frame.Tokens; t++)
        {
            long token = first + (t / frame.Sequences);
            index[t] = miniBatches ? _call.MiniBatches.IndexOf((int)token) : token;
        }

        // Time fills the lanes.
        FrameCopy.ClearTail(index, frame.Tokens);
    }
}
