namespace ModelDsl.Kernels.Cpu;

/// <summary>The recurrent, chunkwise and quadratic modes: chunk after chunk, a state carried between them. Units run in parallel.</summary>
internal static unsafe class FoldDriver
{
    public static void Forward(CpuRecurrenceKernel kernel, Call call, ChunkRunner runner, BoundaryStates? boundaries)
    {
        if (boundaries is not null)
        {
            runner.Lay(call, 0);
            boundaries.Lay(call, runner.Frame, runner.StateCount);
            boundaries.Rows.Lay(call, runner.Frame);
        }

        if (kernel.Threads(call, call.Lines) == 1)
        {
            // No delegates here: decoding a token allocates nothing.
            for (int line = 0; line < call.Lines; line++)
            {
                Forward(call, runner, line, boundaries);
            }
        }
        else
        {
            ForwardShared(kernel, call, boundaries);
        }
    }

    public static void Backward(CpuRecurrenceKernel kernel, Call call, ChunkRunner runner, BoundaryStates boundaries)
    {
        runner.Lay(call, 0);
        using var sink = new GradientSink(call, kernel.Plan, runner.Tensors.InputAxes, runner.Frame, perChunk: false);
        kernel.Share(call, call.Lines, (worker, line) => Backward(call, worker, line, boundaries, sink));
        sink.Finish(runner.Frame);
    }

    private static void ForwardShared(CpuRecurrenceKernel kernel, Call call, BoundaryStates? boundaries) =>
        kernel.Share(call, call.Lines, (worker, line) => Forward(call, worker, line, boundaries));

    private static void Forward(Call call, ChunkRunner runner, int line, BoundaryStates? boundaries)
    {
        using Team? team = runner.Begin(call, line, threads: WorkCut.ThreadsOfLine(call));
        runner.Tensors.LoadInitialStatesInPlace();
        for (int chunk = 0; chunk < call.ChunksOf(line); chunk++)
        {
            runner.EnterMiniBatch(chunk);
            if (boundaries is not null)
            {
                boundaries.SaveStates(runner.Frame, line, chunk);
            }

            runner.Tensors.LoadChunk(chunk);
            if (boundaries is { Rows.Any: true })
            {
                boundaries.Rows.Enter(call, runner.Frame, line, chunk);
            }

            runner.Forward(call.Options.Mode, runner.ComponentCount);
            runner.StoreOutputs(chunk);
        }

        runner.Tensors.StoreFinalStates();
    }

    private static void Backward(Call call, ChunkRunner runner, int line, BoundaryStates boundaries, GradientSink sink)
    {
        using Team? team = runner.Begin(call, line, forward: !boundaries.Rows.Any, withAdjoint: true, threads: WorkCut.ThreadsOfLine(call));
        runner.Tensors.LoadFinalStateGradients();
        runner.Tensors.ClearParameterGradients();
        for (int chunk = call.ChunksOf(line) - 1; chunk >= 0; chunk--)
        {
            if (boundaries.Rows.Any)
            {
                runner.Tensors.LoadChunk(chunk);
                boundaries.Rows.Enter(call, runner.Frame, line, chunk);
            }
            else
            {
                runner.Recompute(boundaries, line, chunk);
            }

            runner.Tensors.LoadOutputGradients(chunk);
            runner.Backward(call.Options.Mode, runner.ComponentCount - 1, 0);
            runner.StoreInputGradients(chunk, sink, line);
            runner.LeaveMiniBatch(chunk);
        }

        runner.Tensors.StoreInitialStateGradients();
        runner.Tensors.StoreParameterGradients(sink, line, 0);
    }
}
