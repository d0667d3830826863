using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission.Gpu;

/// <summary>Writes the engine of states that are run token by token: the nests of a token inside the loop over time.</summary>
internal class GpuSweepEmitter(KernelProgram kernel, GpuNames names, GpuLayoutEmitter layout, int index) : GpuComponentEmitter(kernel, names, layout, index)
{
    public override bool HasScan => false;

    public override string TransitionLength => throw NoScan();

    public override void WriteForward(SourceWriter writer)
    {
        foreach (int state in States)
        {
            writer.Line($"Gpu::Team.Copy<{Lane(state)}>(s, tile, {Layout.StateAt(state)}, frame, {At(SlotKind.Previous, state)}, {Layout.StateRow(state)});");
        }

        writer.Line("Gpu::Team.Barrier(s);");
        Sweep(writer, Lowered.Step, "for (int t = 0; t < tokens; t++)");
        foreach (int state in States)
        {
            writer.Line($"Gpu::Team.Copy<{Lane(state)}>(s, frame, {At(SlotKind.Previous, state)} + (tokens * {Layout.StateRow(state)}), tile, {Layout.StateAt(state)}, {Layout.StateRow(state)});");
        }

        writer.Line("Gpu::Team.Barrier(s);");
    }

    public override void WriteAdjoint(SourceWriter writer)
    {
        foreach (int state in States)
        {
            writer.Line($"Gpu::Team.Add<{Lane(state)}>(s, tile, {Layout.GradientAt(state)}, frame, {At(SlotKind.PreviousGradient, state)} + (tokens * {Layout.StateRow(state)}), {Layout.StateRow(state)});");
        }

        writer.Line("Gpu::Team.Barrier(s);");
        Sweep(writer, Lowered.StepAdjoint, "for (int t = tokens - 1; t >= 0; t--)");
        foreach (int state in States)
        {
            writer.Line($"Gpu::Team.Copy<{Lane(state)}>(s, frame, {At(SlotKind.PreviousGradient, state)}, tile, {Layout.GradientAt(state)}, {Layout.StateRow(state)});");
        }

        writer.Line("Gpu::Team.Barrier(s);");
    }

    public override void WriteSummary(SourceWriter writer) => throw NoScan();

    public override void WriteAdvance(SourceWriter writer) => throw NoScan();

    public override void WriteRetreat(SourceWriter writer) => throw NoScan();

    protected void Sweep(SourceWriter writer, Stage stage, string loop)
    {
        using (writer.Open(loop))
        {
            GpuNestEmitter.Write(writer, Kernel, Names, stage);
        }
    }

    protected string At(SlotKind kind, int state) => GpuNames.At(Slot(kind, state));

    protected string Lane(int state) => Layout.StateRow(state) == "1" ? "Gpu::Lanes1" : "L";

    private static InvalidOperationException NoScan() => new("States that are run token by token have no summary.");
}
