using System.Globalization;
using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission.Gpu;

/// <summary>Writes the kernels themselves: what a group of threads does with its share of a sequence, in each mode, forward and backward.</summary>
internal sealed class GpuEntryEmitter
{
    private readonly RecurrenceSpec _spec;
    private readonly KernelProgram _kernel;
    private readonly GpuNames _names;
    private readonly GpuLayoutEmitter _layout;
    private readonly GpuStagingEmitter _staging;

    public GpuEntryEmitter(RecurrenceSpec spec, KernelProgram kernel, GpuNames names, GpuLayoutEmitter layout)
    {
        _spec = spec;
        _kernel = kernel;
        _names = names;
        _layout = layout;
        _staging = new GpuStagingEmitter(spec, kernel, names, layout);
    }

    private int Components => _kernel.Components.Count;

    private IEnumerable<int> States => Enumerable.Range(0, _spec.Graph.States.Count);

    private bool HasScan => _kernel.Components.All(c => c.Component is not SequentialComponent);

    public void WriteOverrides(SourceWriter writer)
    {
        writer.Line();
        string scan = HasScan ? "Summarise<L>, Backward<L>, Advance<L>, Retreat<L>" : "null, null, null, null";
        writer.Line($"protected override {RuntimeNames.GpuEntries} Entries<L>() => new(Forward<L>, Backward<L>, {scan});");
        writer.Line();
        writer.Line("protected override int FrameLength(KernelShape s) => new Slots(s).End;");
        writer.Line();
        writer.Line("protected override int TileLength(KernelShape s, bool adjoint) => new Tiles(s, adjoint ? 1 : 0).End;");
        writer.Line();
        writer.Line($"protected override int StateLength(KernelShape s) => StateAt(s, {Int(_spec.Graph.States.Count)});");
        var body = new SourceWriter();
        if (HasScan)
        {
            body.Line("var tiles = new Tiles(s, 0);");
            using (body.Open("return component switch", "};"))
            {
                for (int c = 0; c < Components; c++)
                {
                    string states = string.Join(" + ", _kernel.Components[c].Component.States.Select(_layout.StateLength));
                    body.Line($"{(c == Components - 1 ? "_" : Int(c))} => {Transition(c)} + {states},");
                }
            }
        }
        else
        {
            body.Line("return 0;");
        }

        WritePlain(writer, "protected override int SummaryLength(KernelShape s, int component)", body.ToString(), null);
        body = new SourceWriter();
        using (body.Open("return state switch", "};"))
        {
            var lengths = new List<string>();
            foreach (int s in States)
            {
                body.Line($"{Int(s)} => {(lengths.Count == 0 ? "0" : string.Join(" + ", lengths))},");
                lengths.Add(_layout.StateLength(s));
            }

            body.Line($"_ => {string.Join(" + ", lengths.DefaultIfEmpty("0"))},");
        }

        WritePlain(writer, "private static int StateAt(KernelShape s, int state)", body.ToString(), "Where the states of a unit begin among those that are kept at the border of a chunk.");
    }

    public void WriteKernels(SourceWriter writer)
    {
        WriteForward(writer);
        WriteBackward(writer);
        if (HasScan)
        {
            WriteSummarise(writer);
            WriteCarry(writer, "Advance", "Carries the states of one component over the summaries of all chunks.", forward: true);
            WriteCarry(writer, "Retreat", "Carries the gradients of one component's states back over the summaries of all chunks.", forward: false);
        }

        WriteBegin(writer);
        WriteRun(writer);
        WriteStateCopies(writer);
    }

    /// <summary>Writes a method of device code; sizes and slots are declared where its text uses them.</summary>
    public void WriteMethod(SourceWriter writer, string summary, string header, string body)
    {
        writer.Line();
        writer.Line("// " + summary);
        writer.Line(header);
        writer.Line("    where L : unmanaged, ILane<L>");
        using (writer.Block())
        {
            _layout.WriteSizes(writer, body);
            if (body.Contains("at."))
            {
                writer.Line("var at = new Slots(s);");
            }

            writer.Lines(body.TrimEnd('\n'));
        }
    }

    private void WritePlain(SourceWriter writer, string header, string body, string? summary)
    {
        writer.Line();
        if (summary is not null)
        {
            writer.Line("// " + summary);
        }

        using (writer.Open(header))
        {
            _layout.WriteSizes(writer, body);
            writer.Lines(body.TrimEnd('\n'));
        }
    }

    private void WriteForward(SourceWriter writer)
    {
        WriteKernel(writer, "Forward", "Outputs and final states. Each group runs a unit: chunk after chunk, or (parallel scan) one chunk from the state that the scan has found.", 0, body =>
        {
            body.Line("Begin<L>(a, s, frame, unit);");
            if (HasScan)
            {
                using (body.Open("if (a.Scan != 0)"))
                {
                    body.Line("LoadStates<L>(a, s, tile, tiles, unit, unit.FirstChunk);");
                }

                using (body.Open("else"))
                {
                    ReadInitialStates(body);
                }
            }
            else
            {
                ReadInitialStates(body);
            }

            body.Line();
            using (body.Open("for (int chunk = unit.FirstChunk; chunk < unit.EndChunk; chunk++)"))
            {
                body.Line("int first = chunk * s.Chunk, tokens = IntrinsicMath.Min(s.Chunk, a.Time - first);");
                body.Line("ReadInputs<L>(a, s, frame, unit, first, tokens);");
                using (body.Open("if (a.Scan == 0 && a.Boundaries >= 0)"))
                {
                    body.Line("StoreStates<L>(a, s, tile, tiles, unit, chunk);");
                }

                body.Line();
                body.Line($"Run<L>(s, frame, tile, tiles, tokens, unit.Heads, {Int(Components)});");
                WriteStageCall(body, "Stage", Components);
                foreach (string line in _staging.Outputs())
                {
                    body.Line(line);
                }

                body.Line("Team.Barrier(s);");
            }

            body.Line();
            using (body.Open("if (unit.EndChunk == a.Chunks)"))
            {
                foreach (int s in States)
                {
                    body.Line(_staging.FinalStateOf(s));
                }
            }
        });
    }

    private void WriteBackward(SourceWriter writer)
    {
        string offsets = HasScan ? " In a parallel scan first, for each component: what a chunk adds to the gradient of the states before it." : "";
        WriteKernel(writer, "Backward", "Gradients of inputs and initial states. Each chunk is run again from the states before it, then its adjoint." + offsets, 1, body =>
        {
            body.Line("Begin<L>(a, s, frame, unit);");
            WriteClearParameters(body);
            if (HasScan)
            {
                using (body.Open("if (a.Scan != 0)"))
                {
                    body.Line("LoadStateGradients<L>(a, s, tile, tiles, unit, unit.EndChunk);");
                    WriteClearOwnGradients(body);
                }

                using (body.Open("else"))
                {
                    ReadFinalStateGradients(body);
                }
            }
            else
            {
                ReadFinalStateGradients(body);
            }

            body.Line();
            using (body.Open("for (int chunk = unit.EndChunk - 1; chunk >= unit.FirstChunk; chunk--)"))
            {
                body.Line("int first = chunk * s.Chunk, tokens = IntrinsicMath.Min(s.Chunk, a.Time - first);");
                body.Line("Recompute<L>(a, s, frame, tile, tiles, unit, chunk, first, tokens);");
                body.Line($"RunAdjoint<L>(s, frame, tile, tiles, tokens, unit.Heads, {(HasScan ? "a.Component" : "0")});");
                if (HasScan)
                {
                    WriteOffsets(body);
                    using (body.Open("if (a.Component < 0)"))
                    {
                        WriteInputGradients(body);
                    }
                }
                else
                {
                    WriteInputGradients(body);
                }

                body.Line("Team.Barrier(s);");
            }

            body.Line();
            if (HasScan)
            {
                using (body.Open("if (a.Component < 0)"))
                {
                    WriteLastGradients(body);
                }
            }
            else
            {
                WriteLastGradients(body);
            }
        });
    }

    private void ReadInitialStates(SourceWriter body)
    {
        foreach (int s in States)
        {
            body.Line(_staging.InitialStateOf(s));
        }
    }

    private void ReadFinalStateGradients(SourceWriter body)
    {
        foreach (int s in States)
        {
            body.Line(_staging.FinalStateGradientOf(s));
        }
    }

    private void WriteInputGradients(SourceWriter body)
    {
        WriteStageCall(body, "AdjointStage", 0);
        foreach (string line in _staging.InputGradients(hasTime: true))
        {
            body.Line(line);
        }
    }

    private void WriteLastGradients(SourceWriter body)
    {
        foreach (string line in _staging.InputGradients(hasTime: false))
        {
            body.Line(line);
        }

        using (body.Open("if (unit.FirstChunk == 0)"))
        {
            foreach (int s in States)
            {
                body.Line(_staging.InitialStateGradientOf(s));
            }
        }
    }

    /// <summary>What a chunk adds is what comes back if nothing comes from later chunks.</summary>
    private void WriteClearOwnGradients(SourceWriter body)
    {
        for (int c = 0; c < Components; c++)
        {
            using (body.Open($"if (a.Component == {Int(c)})"))
            {
                foreach (int state in _kernel.Components[c].Component.States)
                {
                    body.Line($"Team.Clear<L>(s, tile, {_layout.GradientAt(state)}, {_layout.StateLength(state)});");
                }
            }
        }
    }

    private void WriteOffsets(SourceWriter body)
    {
        body.Line("int summary = unit.Summary(a, chunk);");
        for (int c = 0; c < Components; c++)
        {
            using (body.Open($"if (a.Component == {Int(c)})"))
            {
                if (_kernel.Components[c].Component is MemoryComponent)
                {
                    new GpuMemoryEmitter(_kernel, _names, _layout, _kernel.Components[c]).WriteOffset(body, _layout);
                }
                else
                {
                    new GpuCarriedEmitter(_kernel, _names, _layout, _kernel.Components[c]).WriteOffset(body);
                }
            }
        }

        body.Line();
    }

    private void WriteSummarise(SourceWriter writer)
    {
        WriteKernel(writer, "Summarise", "What a chunk does to any state of one component: states = transition(states) + offset.", 0, body =>
        {
            body.Line("int chunk = unit.FirstChunk, first = chunk * s.Chunk, tokens = IntrinsicMath.Min(s.Chunk, a.Time - first), summary = unit.Summary(a, chunk);");
            body.Line("Begin<L>(a, s, frame, unit);");
            body.Line("LoadStates<L>(a, s, tile, tiles, unit, chunk);");
            body.Line("ReadInputs<L>(a, s, frame, unit, first, tokens);");
            body.Line("Run<L>(s, frame, tile, tiles, tokens, unit.Heads, a.Component);");
            ForComponent(body, c =>
            {
                WriteStageCall(body, "Stage", c);
                Emit(body, c, m => m.WriteSummary, e => e.WriteSummary);
            });
        });
    }

    private void WriteCarry(SourceWriter writer, string name, string summary, bool forward)
    {
        WriteKernel(writer, name, summary, forward ? 0 : 1, body => ForComponent(body, c =>
        {
            IReadOnlyList<int> states = _kernel.Components[c].Component.States.ToList();
            string view = forward ? "a.Boundaries" : "a.BoundaryGradients";
            foreach (int state in states)
            {
                body.Line(forward ? _staging.InitialStateOf(state) : _staging.FinalStateGradientOf(state));
            }

            body.Line("Team.Barrier(s);");
            Keep(forward ? "0" : "a.Chunks");
            using (body.Open(forward ? "for (int chunk = 0; chunk < a.Chunks; chunk++)" : "for (int chunk = a.Chunks - 1; chunk >= 0; chunk--)"))
            {
                body.Line("int summary = unit.Summary(a, chunk);");
                Emit(body, c, m => forward ? m.WriteAdvance : m.WriteRetreat, e => forward ? e.WriteAdvance : e.WriteRetreat);
                Keep(forward ? "chunk + 1" : "chunk");
            }

            void Keep(string chunk)
            {
                foreach (int state in states)
                {
                    string at = forward ? _layout.StateAt(state) : _layout.GradientAt(state);
                    body.Line($"Team.Copy<L>(s, tile, {at}, a.Memory, unit.At(a, {view}, {chunk}) + StateAt(s, {Int(state)}), {_layout.StateLength(state)});");
                }

                body.Line("Team.Barrier(s);");
            }
        }));
    }

    private void WriteKernel(SourceWriter writer, string name, string summary, int adjoint, Action<SourceWriter> write)
    {
        var body = new SourceWriter();
        body.Line("KernelShape s = shape.Value;");
        body.Line("ArrayView<float> frame = Team.Frame(a, s), tile = Team.Tile(a, s);");
        body.Line($"var tiles = new Tiles(s, {Int(adjoint)});");
        foreach (int state in States)
        {
            // Padding that no thread writes is zero from here on.
            body.Line($"Team.Clear<L>(s, tile, {_layout.StateAt(state)}, {_layout.StateLength(state)});");
            if (adjoint > 0)
            {
                body.Line($"Team.Clear<L>(s, tile, {_layout.GradientAt(state)}, {_layout.StateLength(state)});");
            }
        }

        body.Line("Team.Barrier(s);");
        using (body.Open("for (int task = Grid.IdxX; task < a.Tasks; task += Grid.DimX)"))
        {
            body.Line("UnitOfWork unit = UnitOfWork.Of(a, task);");
            write(body);
            body.Line("Team.Barrier(s);");
        }

        string text = body.ToString();
        writer.Line();
        writer.Line("// " + summary);
        writer.Line($"private static void {name}<L>(KernelArguments a, SpecializedValue<KernelShape> shape)");
        writer.Line("    where L : unmanaged, ILane<L>");
        using (writer.Block())
        {
            string[] lines = text.TrimEnd('\n').Split('\n');
            writer.Line(lines[0]);
            _layout.WriteSizes(writer, text);
            if (text.Contains("at."))
            {
                writer.Line("var at = new Slots(s);");
            }

            writer.Lines(string.Join("\n", lines.Skip(1)));
        }
    }

    private void WriteBegin(SourceWriter writer)
    {
        var body = new SourceWriter();
        body.Line("// Padding that no thread writes is zero from here on.");
        body.Line("Team.Clear<L>(s, frame, 0, s.FrameLength);");
        body.Line("Team.Barrier(s);");
        List<string> constant = _staging.Inputs(hasTime: false).ToList();
        if (constant.Count > 0)
        {
            constant.ForEach(body.Line);
            body.Line("Team.Barrier(s);");
        }

        if (_kernel.Prologue.Nests.Count > 0)
        {
            body.Line("Prologue<L>(s, frame, unit.Heads);");
        }

        WriteMethod(writer, "Turns to a unit: what does not depend on time.", "private static void Begin<L>(KernelArguments a, KernelShape s, ArrayView<float> frame, UnitOfWork unit)", body.ToString());

        body = new SourceWriter();
        foreach (string line in _staging.Inputs(hasTime: true).Concat(_staging.TokenIndex()))
        {
            body.Line(line);
        }

        body.Line("Team.Barrier(s);");
        WriteMethod(writer, "The inputs of a chunk.", "private static void ReadInputs<L>(KernelArguments a, KernelShape s, ArrayView<float> frame, UnitOfWork unit, int first, int tokens)", body.ToString());

        body = new SourceWriter();
        body.Line("LoadStates<L>(a, s, tile, tiles, unit, chunk);");
        body.Line("ReadInputs<L>(a, s, frame, unit, first, tokens);");
        foreach (string line in _staging.OutputGradients())
        {
            body.Line(line);
        }

        foreach (Slot slot in _kernel.Slots.Where(s => s.Kind == SlotKind.PreviousGradient))
        {
            body.Line($"Team.Clear<L>(s, frame, {GpuNames.At(slot)}, KernelShape.Pad((s.Chunk + 1) * {_names.Row(slot)}));");
        }

        body.Line($"Run<L>(s, frame, tile, tiles, tokens, unit.Heads, {Int(Components)});");
        WriteStageCall(body, "Stage", Components);
        if (_kernel.Components.Any(c => c.Component is MemoryComponent))
        {
            body.Line();
            body.Line("// The adjoint of a memory starts from its state before the chunk.");
            body.Line("LoadStates<L>(a, s, tile, tiles, unit, chunk);");
        }

        body.Line("Team.Barrier(s);");
        WriteMethod(
            writer, "Runs a chunk again from the states before it, for its adjoint.",
            "private static void Recompute<L>(KernelArguments a, KernelShape s, ArrayView<float> frame, ArrayView<float> tile, Tiles tiles, UnitOfWork unit, int chunk, int first, int tokens)",
            body.ToString());
    }

    private void WriteRun(SourceWriter writer)
    {
        const string Parameters = "(KernelShape s, ArrayView<float> frame, ArrayView<float> tile, Tiles tiles, int tokens, int heads, int ";
        var body = new SourceWriter();
        for (int c = 0; c < Components; c++)
        {
            using (body.Open($"if (components > {Int(c)})"))
            {
                WriteStageCall(body, "Stage", c, "heads");
                body.Line($"Engine{Int(c)}<L>(s, frame, tile, tiles, tokens, heads);");
            }
        }

        WriteMethod(writer, "The first components of a chunk, each after the stage that makes what it consumes.", $"private static void Run<L>{Parameters}components)", body.ToString());
        body = new SourceWriter();
        for (int c = Components - 1; c >= 0; c--)
        {
            using (body.Open($"if (last <= {Int(c)})"))
            {
                WriteStageCall(body, "AdjointStage", c + 1, "heads");
                body.Line($"AdjointEngine{Int(c)}<L>(s, frame, tile, tiles, tokens, heads);");
            }
        }

        WriteMethod(writer, "The adjoints of the last components of a chunk, down to one.", $"private static void RunAdjoint<L>{Parameters}last)", body.ToString());
    }

    private void WriteStateCopies(SourceWriter writer)
    {
        const string Parameters = "(KernelArguments a, KernelShape s, ArrayView<float> tile, Tiles tiles, UnitOfWork unit, int chunk)";
        Copies("StoreStates", "Keeps the states before a chunk.", s => $"tile, {_layout.StateAt(s)}, a.Memory, unit.At(a, a.Boundaries, chunk) + StateAt(s, {Int(s)})");
        Copies("LoadStates", "Takes the states before a chunk.", s => $"a.Memory, unit.At(a, a.Boundaries, chunk) + StateAt(s, {Int(s)}), tile, {_layout.StateAt(s)}");
        if (HasScan)
        {
            Copies("LoadStateGradients", "Takes the gradients of the states before a chunk.", s => $"a.Memory, unit.At(a, a.BoundaryGradients, chunk) + StateAt(s, {Int(s)}), tile, {_layout.GradientAt(s)}");
        }

        void Copies(string name, string summary, Func<int, string> arguments)
        {
            var body = new SourceWriter();
            foreach (int s in States)
            {
                body.Line($"Team.Copy<L>(s, {arguments(s)}, {_layout.StateLength(s)});");
            }

            body.Line("Team.Barrier(s);");
            WriteMethod(writer, summary, $"private static void {name}<L>{Parameters}", body.ToString());
        }
    }

    private void WriteClearParameters(SourceWriter body)
    {
        foreach (Slot slot in _kernel.Slots.Where(s => s.Kind == SlotKind.InputGradient && !s.HasTime))
        {
            body.Line($"Team.Clear<L>(s, frame, {GpuNames.At(slot)}, KernelShape.Pad({_names.Row(slot)}));");
        }
    }

    private void WriteStageCall(SourceWriter writer, string name, int index, string heads = "unit.Heads")
    {
        Stage stage = (name == "Stage" ? _kernel.Stages : _kernel.AdjointStages)[index];
        if (stage.Nests.Count > 0)
        {
            writer.Line($"{name}{Int(index)}<L>(s, frame, tokens, {heads});");
        }
    }

    /// <summary>What a kernel that works on one component does for each.</summary>
    private void ForComponent(SourceWriter writer, Action<int> write)
    {
        for (int c = 0; c < Components; c++)
        {
            if (Components == 1)
            {
                write(c);
                return;
            }

            using (writer.Open($"if (a.Component == {Int(c)})"))
            {
                write(c);
            }
        }
    }

    private void Emit(SourceWriter writer, int c, Func<GpuMemoryEmitter, Action<SourceWriter>> memory, Func<GpuCarriedEmitter, Action<SourceWriter>> carried)
    {
        LoweredComponent lowered = _kernel.Components[c];
        if (lowered.Component is MemoryComponent)
        {
            memory(new GpuMemoryEmitter(_kernel, _names, _layout, lowered))(writer);
        }
        else
        {
            carried(new GpuCarriedEmitter(_kernel, _names, _layout, lowered))(writer);
        }
    }

    private string Transition(int c) => _kernel.Components[c].Component is MemoryComponent
        ? new GpuMemoryEmitter(_kernel, _names, _layout, _kernel.Components[c]).TransitionLength
        : new GpuCarriedEmitter(_kernel, _names, _layout, _kernel.Components[c]).TransitionLength;

    private static string Int(int value) => value.ToString(CultureInfo.InvariantCulture);
}
