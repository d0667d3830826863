namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// The parallel scan. For each component in turn: every chunk is summarised in parallel as an affine map of the component's states, the maps are
/// composed along the sequence, and then every chunk knows the state that it starts from. At last all chunks run in parallel.
/// The backward pass is the same on the reversed sequence, with the transposed maps; or with the derivatives of what is affine only over another semiring than the numbers'.
/// </summary>
internal static unsafe class ScanDriver
{
    public static void Forward(CpuRecurrenceKernel kernel, Call call, BoundaryStates? tape)
    {
        BoundaryStates boundaries = tape ?? new BoundaryStates(kernel);
        ChunkRunner runner = kernel.Rent();
        runner.Begin(call, 0);
        boundaries.Lay(call, runner.Frame, runner.StateCount);
        for (int line = 0; line < call.Lines; line++)
        {
            runner.Begin(call, line);
            runner.Tensors.LoadInitialStates();
            boundaries.SaveStates(runner.Frame, line, 0);
            if (call.ChunksOf(line) == 0)
            {
                runner.Tensors.StoreFinalStates();
            }
        }

        for (int component = 0; component < runner.ComponentCount; component++)
        {
            Engine engine = runner.EngineOf(component);
            using Summaries summaries = Summarise(kernel, call, runner, component, boundaries);
            for (int line = 0; line < call.Lines; line++)
            {
                for (int chunk = 0; chunk < call.ChunksOf(line); chunk++)
                {
                    Compose(engine, runner.Frame, boundaries, line, chunk, chunk + 1, summaries);
                }
            }
        }

        kernel.Share(call, call.Chunks, (worker, task) =>
        {
            (int line, int chunk) = call.ChunkAt(task);
            worker.Begin(call, line);
            boundaries.LoadStates(worker.Frame, line, chunk);
            worker.Tensors.LoadChunk(chunk);
            worker.Forward(Mode.Chunkwise, worker.ComponentCount);
            worker.StoreOutputs(chunk);
            if (chunk == call.ChunksOf(line) - 1)
            {
                worker.Tensors.StoreFinalStates();
            }
        });
        kernel.Return(runner);
    }

    public static void Backward(CpuRecurrenceKernel kernel, Call call, ChunkRunner runner, BoundaryStates boundaries)
    {
        runner.Begin(call, 0);

        // At (line, chunk + 1) stands the gradient of the states after a chunk.
        var gradients = new BoundaryStates(kernel);
        gradients.Lay(call, runner.Frame, runner.StateCount);
        for (int line = 0; line < call.Lines; line++)
        {
            runner.Begin(call, line);
            runner.Tensors.LoadFinalStateGradients();
            gradients.SaveGradients(runner.Frame, line, call.ChunksOf(line));
            if (call.ChunksOf(line) == 0)
            {
                runner.Tensors.StoreInitialStateGradients();
            }
        }

        for (int component = runner.ComponentCount - 1; component >= 0; component--)
        {
            Engine engine = runner.EngineOf(component);
            using Summaries summaries = Summarise(kernel, call, runner, component, boundaries);
            AddAdjointOffsets(kernel, call, component, boundaries, gradients, summaries);
            for (int line = 0; line < call.Lines; line++)
            {
                for (int chunk = call.ChunksOf(line) - 1; chunk >= 0; chunk--)
                {
                    Compose(engine, runner.Frame, gradients, line, chunk + 1, chunk, summaries);
                }
            }
        }

        using var sink = new GradientSink(call, kernel.Plan, runner.Tensors.InputAxes, runner.Frame, perChunk: true);
        kernel.Share(call, call.Chunks, (worker, task) =>
        {
            (int line, int chunk) = call.ChunkAt(task);
            GoBack(call, worker, line, chunk, 0, boundaries, gradients);
            worker.StoreInputGradients(chunk, sink, line);
            worker.Tensors.StoreParameterGradients(sink, line, chunk);
            if (chunk == 0)
            {
                worker.Tensors.StoreInitialStateGradients();
            }
        });
        sink.Finish(runner.Frame);
    }

    /// <summary>Runs a chunk and then the adjoints of its components, down to one.</summary>
    private static void GoBack(Call call, ChunkRunner worker, int line, int chunk, int last, BoundaryStates boundaries, BoundaryStates gradients)
    {
        worker.Begin(call, line, withAdjoint: true);
        worker.Tensors.ClearParameterGradients();
        worker.Recompute(boundaries, line, chunk, Mode.Chunkwise);
        worker.Tensors.LoadOutputGradients(chunk);
        gradients.LoadGradients(worker.Frame, line, chunk + 1);
        worker.Backward(Mode.Chunkwise, worker.ComponentCount - 1, last);
    }

    /// <summary>Carries states from one end of a chunk to the other: forwards, or their gradients backwards.</summary>
    private static void Compose(Engine engine, Frame frame, BoundaryStates states, int line, int from, int to, Summaries summaries)
    {
        float** carried = stackalloc float*[engine.States.Length];
        for (int i = 0; i < engine.States.Length; i++)
        {
            int state = engine.States[i];
            carried[i] = states.At(line, to, state);
            Engine.Copy(states.At(line, from, state), carried[i], frame.StateLength(state));
        }

        int chunk = Math.Min(from, to);
        if (from < to)
        {
            engine.Advance(frame, summaries.Transition(line, chunk), summaries.Offset(line, chunk), carried);
        }
        else
        {
            engine.Retreat(frame, summaries.Transition(line, chunk), summaries.Offset(line, chunk), carried);
        }
    }

    /// <summary>The affine map of each chunk, given the states before it of the components that come first.</summary>
    private static Summaries Summarise(CpuRecurrenceKernel kernel, Call call, ChunkRunner runner, int component, BoundaryStates boundaries)
    {
        Engine engine = runner.EngineOf(component);
        var summaries = new Summaries(call, engine.TransitionLength(runner.Frame), engine.OffsetLength(runner.Frame));
        kernel.Share(call, call.Chunks, (worker, task) =>
        {
            (int line, int chunk) = call.ChunkAt(task);
            worker.Begin(call, line);
            boundaries.LoadStates(worker.Frame, line, chunk);
            worker.Tensors.LoadChunk(chunk);
            worker.Forward(Mode.Chunkwise, component);
            worker.Summarise(component, summaries.Transition(line, chunk), summaries.Offset(line, chunk));
        });
        return summaries;
    }

    /// <summary>Replaces the offsets by those of the adjoint: what a chunk adds to the gradient of the state before it. So the transitions, where it has its own.</summary>
    private static void AddAdjointOffsets(
        CpuRecurrenceKernel kernel, Call call, int component, BoundaryStates boundaries, BoundaryStates gradients, Summaries summaries) =>
        kernel.Share(call, call.Chunks, (worker, task) =>
        {
            (int line, int chunk) = call.ChunkAt(task);
            GoBack(call, worker, line, chunk, component + 1, boundaries, gradients);
            worker.AdjointOffset(component, summaries.Transition(line, chunk), summaries.Offset(line, chunk));
        });

    /// <summary>Affine maps of all chunks.</summary>
    private sealed class Summaries(Call call, nint transition, nint offset) : IDisposable
    {
        private readonly AlignedBuffer _transitions = Reserve(transition * call.Chunks);
        private readonly AlignedBuffer _offsets = Reserve(offset * call.Chunks);

        public float* Transition(int line, int chunk) => _transitions.Pointer + (call.ChunkIndex(line, chunk) * transition);

        public float* Offset(int line, int chunk) => _offsets.Pointer + (call.ChunkIndex(line, chunk) * offset);

        public void Dispose()
        {
            _transitions.Dispose();
            _offsets.Dispose();
        }

        private static AlignedBuffer Reserve(nint length)
        {
            var buffer = new AlignedBuffer();
            buffer.Reserve(length + Simd.Lanes);
            return buffer;
        }
    }
}
