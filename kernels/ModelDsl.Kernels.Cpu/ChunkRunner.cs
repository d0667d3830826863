namespace ModelDsl.Kernels.Cpu;

/// <summary>Runs one chunk of one unit: stages and engines, forward and backward. Holds the frame of one worker.</summary>
internal sealed unsafe class ChunkRunner
{
    private readonly CpuRecurrenceKernel _kernel;
    private readonly Engine[] _engines;
    private readonly StaleCopies _copies;
    private readonly float*[] _starts;
    private Call _call = new();
    private Mode _ranIn;
    private Segment _segment;

    public ChunkRunner(CpuRecurrenceKernel kernel)
    {
        _kernel = kernel;
        _engines = [.. kernel.Plan.Components.Select((c, i) => Engine.For(c, i, kernel))];
        _copies = new StaleCopies(kernel);
        _starts = new float*[kernel.Description.States.Count];
        Frame = new Frame(kernel.Plan);
        Tensors = new ChunkTensors(kernel, Frame);
    }

    public Frame Frame { get; }

    /// <summary>The caller's tensors, as the frame reads and writes them.</summary>
    public ChunkTensors Tensors { get; }

    /// <summary>A call to be filled by whoever rents the runner: reused, so that decoding allocates nothing.</summary>
    public Call OwnCall { get; } = new();

    /// <summary>Turns to a unit: lays the frame out and computes what does not depend on time.</summary>
    /// <param name="call">The call.</param>
    /// <param name="line">Which unit of which sequence.</param>
    /// <param name="forward">Whether chunks will be run.</param>
    /// <param name="withAdjoint">Whether gradients will be asked for.</param>
    /// <param name="threads">How many threads there are for the unit.</param>
    /// <returns>Those that help with large products, to be let go after the unit's last chunk; null if there are none or it would not pay.</returns>
    public Team? Begin(Call call, int line, bool forward = true, bool withAdjoint = false, int threads = 1)
    {
        Lay(call, line);
        Frame.Team = threads > 1 && Frame.Matrices.AreWorthATeam(_segment.Length * _segment.Sequences) ? Team.Of(threads) : null;
        Tensors.LoadParameters();
        _kernel.Prologue(Frame);
        if (forward)
        {
            Frame.Matrices.Pack(Frame, adjoint: false, _segment.Length * _segment.Sequences);
        }

        if (withAdjoint)
        {
            Frame.Matrices.Pack(Frame, adjoint: true, _segment.Length * _segment.Sequences);
        }

        return Frame.Team;
    }

    /// <summary>Turns to a unit without reading anything: the frame's sizes are known then.</summary>
    public void Lay(Call call, int line)
    {
        _call = call;
        (_segment, Unit unit) = call.Line(line);
        Tensors.Enter(call, _segment, unit);
        Frame.Lay(call.Shape.AxisSizes, call.ChunkSize, Math.Min(call.Shape.Heads, call.UnitHeads), call.Together);
        Frame.Hold(_segment.Sequences);
        foreach (int kept in _kernel.Plan.Kept)
        {
            Frame.RestoreRows(kept);
        }

        Frame.Heads = unit.Count;
        Frame.RestoreStates();
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
                if (_kernel.FusedStage(c, Frame, forGradient))
                {
                    engine.Leave(Frame);
                    continue;
                }
            }

            _kernel.Stage(c, Frame);
            _engines[c].Forward(Frame, mode);
        }
    }

    /// <summary>The last stage.</summary>
    private void Finish(bool forGradient)
    {
        if (_ranIn == Mode.Quadratic || !_kernel.FusedStage(_engines.Length, Frame, forGradient))
        {
            _kernel.Stage(_engines.Length, Frame);
        }
    }

    /// <summary>Runs the last stage and writes what it makes.</summary>
    public void StoreOutputs(int chunk)
    {
        Finish(forGradient: false);
        Tensors.StoreOutputs(chunk);
    }

    /// <summary>The transition of a component over the chunk, once the components before it have run.</summary>
    public void Summarise(int component, float* transition, float* offset)
    {
        _kernel.Stage(component, Frame);
        _engines[component].Summarise(Frame, transition, offset);
    }

    /// <summary>Runs a chunk again from the states before it, for its adjoint.</summary>
    public void Recompute(BoundaryStates boundaries, int line, int chunk, Mode? mode = null)
    {
        boundaries.LoadStates(Frame, line, chunk);
        Tensors.LoadChunk(chunk);
        Forward(mode ?? _call.Options.Mode, _engines.Length, forGradient: true);

        // Gradients may need what the last stage computes on its way to the outputs.
        Finish(forGradient: true);
        for (int s = 0; s < _starts.Length; s++)
        {
            _starts[s] = boundaries.At(line, chunk, s);
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
                    if (_kernel.FusedAdjointStage(c + 1, Frame))
                    {
                        engine.LeaveAdjoint(Frame);
                        continue;
                    }

                    engine.UndoEnterAdjoint(Frame);
                }

                _kernel.AdjointStage(c + 1, Frame);
                _engines[c].Backward(Frame, mode, starts);
            }
        }
    }

    /// <summary>Runs the first adjoint stage and writes what it makes.</summary>
    public void StoreInputGradients(int chunk, GradientSink sink, int line)
    {
        _kernel.AdjointStage(0, Frame);
        Tensors.StoreInputGradients(chunk, sink, line);
    }

    public int ComponentCount => _engines.Length;

    public int StateCount => _starts.Length;

    public Engine EngineOf(int component) => _engines[component];
}
