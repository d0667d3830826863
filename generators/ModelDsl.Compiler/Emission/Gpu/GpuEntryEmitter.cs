using System.Globalization;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission.Gpu;

/// <summary>Writes the kernels themselves: what a group of threads does with its share of a sequence, forward and backward, and the steps of a parallel scan.</summary>
internal sealed class GpuEntryEmitter(GpuKernelParts parts)
{
    private readonly KernelProgram _kernel = parts.Kernel;
    private readonly GpuLayoutEmitter _layout = parts.Layout;
    private readonly GpuStagingEmitter _staging = parts.Staging;
    private readonly IReadOnlyList<GpuComponentEmitter> _components = parts.Components;

    private IEnumerable<int> States => Enumerable.Range(0, parts.Spec.Graph.States.Count);

    public void Write(SourceWriter writer)
    {
        WriteForward(writer);
        WriteBackward(writer);
        if (parts.HasScan)
        {
            WriteSummarise(writer);
            WriteCarry(writer, "Advance", "Carries the states of one component over the summaries of all chunks.", forward: true);
            WriteCarry(writer, "Retreat", "Carries the gradients of one component's states back over the summaries of all chunks.", forward: false);
        }
    }

    private void WriteForward(SourceWriter writer)
    {
        WriteKernel(writer, "Forward", "Outputs and final states. Each group runs a unit: chunk after chunk, or (parallel scan) one chunk from the state that the scan has found.", adjoint: false, body =>
        {
            body.Line("Begin<L>(a, s, frame, unit);");
            InScan(
                body,
                () => body.Line("LoadStates<L>(a, s, tile, tiles, unit, unit.FirstChunk);"),
                () => Lines(body, States.Select(_staging.InitialStateOf)));
            body.Line();
            using (body.Open("for (int chunk = unit.FirstChunk; chunk < unit.EndChunk; chunk++)"))
            {
                body.Line(parts.TokensOf("chunk"));
                body.Line("ReadInputs<L>(a, s, frame, unit, first, tokens);");
                parts.Copies.CallEnter(body);
                WriteKeepStates(body, "chunk");

                body.Line();
                body.Line($"Run<L>(s, frame, tile, tiles, tokens, unit.Heads, {Int(_components.Count)}{parts.KeepArgument("false")});");
                parts.CallStage(body, "Outputs", parts.Outputs);
                Lines(body, _staging.Outputs());
                body.Line("Gpu::Team.Barrier(s);");
            }

            body.Line();
            if (parts.ReadsStatesAfter)
            {
                WriteKeepStates(body, "unit.EndChunk");
            }

            using (body.Open("if (unit.EndChunk == a.Chunks)"))
            {
                Lines(body, States.Select(_staging.FinalStateOf));
            }
        });
    }

    private static void WriteKeepStates(SourceWriter body, string chunk)
    {
        using (body.Open("if (a.Scan == 0 && a.Boundaries >= 0)"))
        {
            body.Line($"StoreStates<L>(a, s, tile, tiles, unit, {chunk});");
        }
    }

    private void WriteBackward(SourceWriter writer)
    {
        string offsets = parts.HasScan ? " In a parallel scan first, for each component: what a chunk adds to the gradient of the states before it." : "";
        WriteKernel(writer, "Backward", "Gradients of inputs and initial states. Each chunk is run again from the states before it, then its adjoint." + offsets, adjoint: true, body =>
        {
            body.Line("Begin<L>(a, s, frame, unit);");
            foreach (Slot slot in _kernel.Slots.Where(s => s.Kind == SlotKind.InputGradient && !s.HasTime))
            {
                body.Line($"Gpu::Team.Clear<L>(s, frame, {GpuNames.At(slot)}, Gpu::KernelShape.Pad({parts.Names.Row(slot)}));");
            }

            InScan(
                body,
                () =>
                {
                    body.Line("LoadStateGradients<L>(a, s, tile, tiles, unit, unit.EndChunk);");
                    WriteClearOwnGradients(body);
                },
                () => Lines(body, States.Select(_staging.FinalStateGradientOf)));
            body.Line();
            using (body.Open("for (int chunk = unit.EndChunk - 1; chunk >= unit.FirstChunk; chunk--)"))
            {
                body.Line(parts.TokensOf("chunk"));
                body.Line("Recompute<L>(a, s, frame, tile, tiles, unit, chunk, first, tokens);");
                body.Line($"RunAdjoint<L>(s, frame, tile, tiles, tokens, unit.Heads, {(parts.HasScan ? "a.Component" : "0")}{parts.AfterArguments("a, unit.At(a, a.Boundaries, chunk + 1)")});");
                if (parts.HasScan)
                {
                    body.Line("int summary = unit.Summary(a, chunk);");
                    ForComponent(body, always: false, c => c.WriteOffset(body));
                    body.Line();
                }

                ForAll(body, () =>
                {
                    parts.CallStage(body, "InputGradients", parts.InputGradients);
                    Lines(body, _staging.InputGradients(hasTime: true));
                });
                body.Line("Gpu::Team.Barrier(s);");
                parts.Copies.CallLeave(body);
            }

            body.Line();
            ForAll(body, () =>
            {
                Lines(body, _staging.InputGradients(hasTime: false));
                using (body.Open("if (unit.FirstChunk == 0)"))
                {
                    Lines(body, States.Select(_staging.InitialStateGradientOf));
                }
            });
        });
    }

    /// <summary>What a chunk adds is what comes back if nothing comes from later chunks.</summary>
    private void WriteClearOwnGradients(SourceWriter body) => ForComponent(body, always: false, component =>
        Lines(body, component.States.Select(state => $"Gpu::Team.Clear<L>(s, tile, {_layout.GradientAt(state)}, {_layout.StateLength(state)});")));

    private void WriteSummarise(SourceWriter writer) =>
        WriteKernel(writer, "Summarise", "What a chunk does to any state of one component: states = transition(states) + offset.", adjoint: false, body =>
        {
            body.Line("int chunk = unit.FirstChunk, first = chunk * s.Chunk, tokens = a.TokensOf(s, chunk), summary = unit.Summary(a, chunk);");
            body.Line("Begin<L>(a, s, frame, unit);");
            body.Line("LoadStates<L>(a, s, tile, tiles, unit, chunk);");
            body.Line("ReadInputs<L>(a, s, frame, unit, first, tokens);");
            body.Line($"Run<L>(s, frame, tile, tiles, tokens, unit.Heads, a.Component{parts.KeepArgument("false")});");
            ForComponent(body, always: true, component =>
            {
                string number = parts.NumberOf(component);
                parts.CallStage(body, "Stage" + number, component.Stage);
                body.Line($"Summary{number}<L>(a, s, frame, tile, tiles, tokens, unit.Heads, summary);");
            });
        });

    private void WriteCarry(SourceWriter writer, string name, string summary, bool forward) =>
        WriteKernel(writer, name, summary, adjoint: !forward, body => ForComponent(body, always: true, component =>
        {
            Lines(body, component.States.Select(state => forward ? _staging.InitialStateOf(state) : _staging.FinalStateGradientOf(state)));
            body.Line("Gpu::Team.Barrier(s);");
            Keep(forward ? "0" : "a.Chunks");
            using (body.Open(forward ? "for (int chunk = 0; chunk < a.Chunks; chunk++)" : "for (int chunk = a.Chunks - 1; chunk >= 0; chunk--)"))
            {
                body.Line("int summary = unit.Summary(a, chunk);");
                if (forward)
                {
                    component.WriteAdvance(body);
                }
                else
                {
                    component.WriteRetreat(body);
                }

                Keep(forward ? "chunk + 1" : "chunk");
            }

            void Keep(string chunk)
            {
                string view = forward ? "a.Boundaries" : "a.BoundaryGradients";
                Lines(body, component.States.Select(state =>
                    $"Gpu::Team.Copy<L>(s, tile, {(forward ? _layout.StateAt(state) : _layout.GradientAt(state))}, a.Memory, unit.At(a, {view}, {chunk}) + StateAt(s, {Int(state)}), {_layout.StateLength(state)});"));
                body.Line("Gpu::Team.Barrier(s);");
            }
        }));

    private void WriteKernel(SourceWriter writer, string name, string summary, bool adjoint, Action<SourceWriter> write) =>
        parts.Methods.WriteKernel(
            writer, name, summary, States.Select(s => (_layout.StateAt(s), _layout.StateLength(s))).Concat(States.Where(_ => adjoint).Select(s => (_layout.GradientAt(s), _layout.StateLength(s)))),
            adjoint, write);

    /// <summary>One thing in a parallel scan, another one otherwise. Without a scan there is no question.</summary>
    private void InScan(SourceWriter writer, Action scan, Action otherwise)
    {
        if (!parts.HasScan)
        {
            otherwise();
            return;
        }

        using (writer.Open("if (a.Scan != 0)"))
        {
            scan();
        }

        using (writer.Open("else"))
        {
            otherwise();
        }
    }

    /// <summary>What a kernel does only where it works on all components, and not on one for a scan.</summary>
    private void ForAll(SourceWriter writer, Action write)
    {
        if (!parts.HasScan)
        {
            write();
            return;
        }

        using (writer.Open("if (a.Component < 0)"))
        {
            write();
        }
    }

    /// <summary>What a kernel does for the component that it works on.</summary>
    /// <param name="always">Whether it always works on one: then there is no choice if there is only one.</param>
    private void ForComponent(SourceWriter writer, bool always, Action<GpuComponentEmitter> write)
    {
        foreach (GpuComponentEmitter component in _components)
        {
            if (always && _components.Count == 1)
            {
                write(component);
                return;
            }

            using (writer.Open($"if (a.Component == {parts.NumberOf(component)})"))
            {
                write(component);
            }
        }
    }

    private static void Lines(SourceWriter writer, IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            writer.Line(line);
        }
    }

    private static string Int(int value) => value.ToString(CultureInfo.InvariantCulture);
}
