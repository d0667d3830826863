namespace ModelDsl.Kernels.Cpu;

/// <summary>Runs one chunk of one unit: stages and engines, forward and backward. Holds the frame of one worker.</summary>
internal sealed unsafe class ChunkRunner(CpuRecurrenceKernel kernel)
{
    private readonly KernelPlan _plan = kernel.Plan;
    private readonly Engine[] _engines = [.. kernel.Plan.Components.Select((c, i) => Engine.For(c, i, kernel))];
    private readonly int[][] _inputAxes = [.. kernel.Description.Inputs.Select(i => i.Axes.ToArray())];
    private readonly int[][] _outputAxes = [.. kernel.Description.Outputs.Select(o => o.Axes.ToArray())];
    private readonly int[][] _stateAxes = [.. kernel.Description.States.Select(s => s.Axes.ToArray())];
    private readonly int[] _outputGradients = [.. kernel.Description.Outputs.Select((_, i) => Array.FindIndex(kernel.Plan.Slots, s => s.Kind == SlotKind.OutputGradient && s.Index == i))];
    private readonly int _tokenIndex = FindTokenIndex(kernel.Plan, within: 0);
    private readonly int _miniBatchIndex = FindTokenIndex(kernel.Plan, within: 1);
    private readonly StaleCopies _copies = new(kernel);
    private readonly float*[] _starts = new float*[kernel.Description.States.Count];
    private Call _call = new();
    private Mode _ranIn;
    private Segment _segment;
    private Unit _unit;

    public Frame Frame { get; } = new(kernel.Plan);

    /// <summary>A call to be filled by whoever rents the runner: reused, so that decoding allocates nothing.</summary>
    public Call OwnCall { get; } = new();

    /// <summary>Turns to a unit: lays the frame out and computes what does not depend on time.</summary>
    /// <param name="call">The call.</param>
    /// <param name="line">Which unit of which sequence.</param>
    /// <param name="forward">Whether chunks will be run.</param>
    /// <param name="withAdjoint">Whether gradients will be asked for.</param>
    public void Begin(Call call, int line, bool forward = true, bool withAdjoint = false)
    {
        Lay(call, line);
        for (int i = 0; i < call.Inputs.Length; i++)
        {
            if (!_plan.Slots[i].HasTime)
            {
                FrameCopy.Read(Frame, _plan, i, _inputAxes[i], call.Inputs[i], call.Shape.Heads, _segment, 0, 0, _unit);
            }
        }

        kernel.Prologue(Frame);
        if (forward)
        {
            Frame.Matrices.Pack(Frame, adjoint: false);
        }

        if (withAdjoint)
        {
            Frame.Matrices.Pack(Frame, adjoint: true);
        }
    }

    /// <summary>Turns to a unit without reading anything: the frame's sizes are known then.</summary>
    public void Lay(Call call, int line)
    {
        _call = call;
        (_segment, _unit) = call.Line(line);
        Frame.Lay(call.Shape.AxisSizes, call.ChunkSize, Math.Min(call.Shape.Heads, call.UnitHeads), call.Together);
        Frame.Hold(_segment.Sequences);
        foreach (int kept in _plan.Kept)
        {
            Frame.RestoreRows(kept);
        }

        Frame.Heads = _unit.Count;
        Frame.RestoreStates();
    }

    public void LoadInitialStates()
    {
        for (int s = 0; s < _stateAxes.Length; s++)
        {
            FrameCopy.ReadState(Frame, _plan, s, _stateAxes[s], _call.InitialStates[s], _call.Shape.Heads, _segment, _unit, Frame.State(s));
        }
    }

    /// <summary>The same, and where the caller's final state looks like the frame's, it is worked on in place: <see cref="StoreFinalStates"/> has nothing to do then.</summary>
    public void LoadInitialStatesInPlace()
    {
        for (int s = 0; s < _stateAxes.Length; s++)
        {
            int heads = _call.Shape.Heads;
            TensorView final = _call.FinalStates[s], initial = _call.InitialStates[s];
            if (!FrameCopy.IsDirectState(Frame, _plan, s, _stateAxes[s], final, heads, _segment, _unit))
            {
                FrameCopy.ReadState(Frame, _plan, s, _stateAxes[s], initial, heads, _segment, _unit, Frame.State(s));
                continue;
            }

            float* target = FrameCopy.Origin(final, heads, _segment.Row, 0, _unit);
            if (initial != final)
            {
                FrameCopy.ReadState(Frame, _plan, s, _stateAxes[s], initial, heads, _segment, _unit, target);
            }

            Frame.RedirectState(s, target);
        }
    }

    public void StoreFinalStates()
    {
        for (int s = 0; s < _stateAxes.Length; s++)
        {
            if (!_call.FinalStates[s].IsNull && Frame.State(s) == FrameCopy.Origin(_call.FinalStates[s], _call.Shape.Heads, _segment.Row, 0, _unit))
            {
                continue;
            }

            FrameCopy.WriteState(Frame, _plan, s, _stateAxes[s], _call.FinalStates[s], _call.Shape.Heads, _segment, _unit, Frame.State(s));
        }
    }

    public void LoadFinalStateGradients()
    {
        for (int s = 0; s < _stateAxes.Length; s++)
        {
            FrameCopy.ReadState(Frame, _plan, s, _stateAxes[s], _call.FinalStateGradients[s], _call.Shape.Heads, _segment, _unit, Frame.StateGradient(s));
        }
    }

    public void StoreInitialStateGradients()
    {
        for (int s = 0; s < _stateAxes.Length; s++)
        {
            FrameCopy.WriteState(Frame, _plan, s, _stateAxes[s], _call.InitialStateGradients[s], _call.Shape.Heads, _segment, _unit, Frame.StateGradient(s));
        }
    }

    /// <summary>Reads the inputs of a chunk.</summary>
    public void LoadChunk(int chunk)
    {
        Frame.Tokens = _segment.Tokens(chunk) * _segment.Sequences;
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
                FrameCopy.Read(Frame, _plan, i, _inputAxes[i], _call.Inputs[i], _call.Shape.Heads, _segment, _segment.Time(chunk), _segment.Tokens(chunk), _unit);
            }
        }
    }

    private static int FindTokenIndex(KernelPlan plan, int within) => Array.FindIndex(plan.Slots, s => s.Kind == SlotKind.TokenIndex && s.Index == within);

    private void CountTokens(int slot, long first, bool miniBatches = false)
    {
        float* index = Frame.Slot(slot);
        for (int t = 0; t < Frame.Tokens; t++)
        {
            long token = first + (t / Frame.Sequences);
            index[t] = miniBatches ? _call.MiniBatches.IndexOf((int)token) : token;
        }

        // Time fills the lanes.
        FrameCopy.ClearTail(index, Frame.Tokens);
    }

    /// <summary>Before a chunk that begins a mini-batch: the copies of states that are read stale are made.</summary>
    public void EnterMiniBatch(int chunk)
    {
        if (_call.MiniBatches.BeginAt(_segment.Grid.StartOf(chunk)))
        {
            _copies.Make(Frame);
        }
    }

    /// <summary>The adjoint, after that of the chunk.</summary>
    public void LeaveMiniBatch(int chunk)
    {
        if (_call.MiniBatches.BeginAt(_segment.Grid.StartOf(chunk)))
        {
            _copies.GiveBack(Frame);
        }
    }

    /// <summary>Runs stages and engines from the states in the frame; the states after the chunk replace them.</summary>
    /// <param name="mode">How engines run the chunk.</param>
    /// <param name="components">How many components are run.</param>
    /// <param name="forGradient">Whether the operands of engines are wanted afterwards.</param>
    public void Forward(Mode mode, int components, bool forGradient = false)
    {
        _ranIn = mode;
        for (int c = 0; c < components; c++)
        {
            if (mode != Mode.Quadratic && _engines[c] is CarriedEngine engine)
            {
                engine.Enter(Frame);
                if (kernel.FusedStage(c, Frame, forGradient))
                {
                    engine.Leave(Frame);
                    continue;
                }
            }

            kernel.Stage(c, Frame);
            _engines[c].Forward(Frame, mode);
        }
    }

    /// <summary>The last stage.</summary>
    private void Finish(bool forGradient)
    {
        if (_ranIn == Mode.Quadratic || !kernel.FusedStage(_engines.Length, Frame, forGradient))
        {
            kernel.Stage(_engines.Length, Frame);
        }
    }

    public void StoreOutputs(int chunk)
    {
        Finish(forGradient: false);
        for (int o = 0; o < _outputAxes.Length; o++)
        {
            if (!_call.Outputs[o].IsNull)
            {
                FrameCopy.Write(Frame, _plan, _plan.Outputs[o], _outputAxes[o], _call.Outputs[o], _call.Shape.Heads, _segment, _segment.Time(chunk), _segment.Tokens(chunk), _unit, Frame.Slot(_plan.Outputs[o]));
            }
        }
    }

    /// <summary>The transition of a component over the chunk, once the components before it have run.</summary>
    public void Summarise(int component, float* transition, float* offset)
    {
        kernel.Stage(component, Frame);
        _engines[component].Summarise(Frame, transition, offset);
    }

    /// <summary>Runs a chunk again from the states before it, for its adjoint.</summary>
    public void Recompute(BoundaryStates boundaries, int line, int chunk, Mode? mode = null)
    {
        LoadStates(boundaries, line, chunk);
        LoadChunk(chunk);
        Forward(mode ?? _call.Options.Mode, _engines.Length, forGradient: true);

        // Gradients may need what the last stage computes on its way to the outputs.
        Finish(forGradient: true);
        for (int s = 0; s < _starts.Length; s++)
        {
            _starts[s] = boundaries.At(line, chunk, s);
        }
    }

    public void LoadStates(BoundaryStates boundaries, int line, int chunk)
    {
        for (int s = 0; s < _starts.Length; s++)
        {
            Engine.Copy(boundaries.At(line, chunk, s), Frame.State(s), Frame.StatesLength(s));
        }
    }

    public void SaveStates(BoundaryStates boundaries, int line, int chunk)
    {
        for (int s = 0; s < _starts.Length; s++)
        {
            Engine.Copy(Frame.State(s), boundaries.At(line, chunk, s), Frame.StatesLength(s));
        }
    }

    public void LoadStateGradients(BoundaryStates gradients, int line, int chunk)
    {
        for (int s = 0; s < _starts.Length; s++)
        {
            Engine.Copy(gradients.At(line, chunk, s), Frame.StateGradient(s), Frame.StateLength(s));
        }
    }

    public void SaveStateGradients(BoundaryStates gradients, int line, int chunk)
    {
        for (int s = 0; s < _starts.Length; s++)
        {
            Engine.Copy(Frame.StateGradient(s), gradients.At(line, chunk, s), Frame.StateLength(s));
        }
    }

    /// <summary>What the chunk adds to the gradient of a component's state before it, whatever comes after the chunk.</summary>
    /// <param name="component">The component.</param>
    /// <param name="transition">Overwritten where the gradient goes back by a map of its own.</param>
    /// <param name="offset">Written.</param>
    public void AdjointOffset(int component, float* transition, float* offset)
    {
        foreach (int state in _engines[component].States)
        {
            Frame.Clear(Frame.StateGradient(state), Frame.StateLength(state));
        }

        // That map is made of what fused code keeps in registers.
        bool hasOwn = _engines[component].HasAdjointTransition;
        Backward(Mode.Chunkwise, component, component, mayFuse: !hasOwn);
        if (hasOwn)
        {
            _engines[component].SummariseAdjoint(Frame, transition);
        }

        foreach (int state in _engines[component].States)
        {
            Engine.Copy(Frame.StateGradient(state), offset, Frame.StateLength(state));
            offset += Frame.StateLength(state);
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
                Frame.Restore(id);
                Frame.Clear(Frame.Slot(id), Simd.Pad((int)(Frame.Row(id) * Frame.Tokens)));
            }
            else
            {
                FrameCopy.Read(Frame, _plan, id, _outputAxes[o], _call.OutputGradients[o], _call.Shape.Heads, _segment, _segment.Time(chunk), _segment.Tokens(chunk), _unit);
            }
        }

        for (int id = 0; id < _plan.Slots.Length; id++)
        {
            if (_plan.Slots[id].Kind == SlotKind.PreviousGradient)
            {
                Frame.Clear(Frame.Slot(id), (Frame.Tokens + Frame.Sequences) * Frame.Row(id));
            }
        }
    }

    /// <summary>Runs the adjoints of components, last first, from <paramref name="first"/> down to <paramref name="last"/>; the states' gradients before the chunk replace those after it.</summary>
    public void Backward(Mode mode, int first, int last, bool mayFuse = true)
    {
        fixed (float** starts = _starts)
        {
            for (int c = first; c >= last; c--)
            {
                if (mayFuse && mode != Mode.Quadratic && _engines[c] is CarriedEngine engine)
                {
                    engine.EnterAdjoint(Frame);
                    if (kernel.FusedAdjointStage(c + 1, Frame))
                    {
                        engine.LeaveAdjoint(Frame);
                        continue;
                    }

                    engine.UndoEnterAdjoint(Frame);
                }

                kernel.AdjointStage(c + 1, Frame);
                _engines[c].Backward(Frame, mode, starts);
            }
        }
    }

    public int ComponentCount => _engines.Length;

    public void StoreInputGradients(int chunk, GradientSink sink, int line)
    {
        kernel.AdjointStage(0, Frame);
        for (int i = 0; i < _call.Inputs.Length; i++)
        {
            int id = _plan.InputGradients[i];
            if (id >= 0 && _plan.Slots[id].HasTime && !_call.InputGradients[i].IsNull)
            {
                sink.Store(Frame, i, id, line, chunk);
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
                Frame.Clear(Frame.Slot(id), Frame.Row(id));
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
                sink.StoreParameter(Frame, i, id, line, chunk);
            }
        }
    }

    public int StateCount => _stateAxes.Length;

    public int[][] InputAxes => _inputAxes;

    public Engine EngineOf(int component) => _engines[component];
}
