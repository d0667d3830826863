using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission.Gpu;

/// <summary>Writes the engine of states that are run token by token: the nests of a token inside the loop over time.</summary>
internal sealed class GpuSweepEmitter(KernelProgram kernel, GpuNames names, GpuLayoutEmitter layout, LoweredComponent lowered)
{
    public void WriteForward(SourceWriter writer)
    {
        foreach (int state in lowered.Component.States)
        {
            writer.Line($"Team.Copy<{Lane(state)}>(s, tile, {layout.StateAt(state)}, frame, {Slot(SlotKind.Previous, state)}, {layout.StateRow(state)});");
        }

        writer.Line("Team.Barrier(s);");
        Sweep(writer, lowered.Step, "for (int t = 0; t < tokens; t++)");
        foreach (int state in lowered.Component.States)
        {
            writer.Line($"Team.Copy<{Lane(state)}>(s, frame, {Slot(SlotKind.Previous, state)} + (tokens * {layout.StateRow(state)}), tile, {layout.StateAt(state)}, {layout.StateRow(state)});");
        }

        writer.Line("Team.Barrier(s);");
    }

    public void WriteAdjoint(SourceWriter writer)
    {
        foreach (int state in lowered.Component.States)
        {
            writer.Line($"Team.Add<{Lane(state)}>(s, tile, {layout.GradientAt(state)}, frame, {Slot(SlotKind.PreviousGradient, state)} + (tokens * {layout.StateRow(state)}), {layout.StateRow(state)});");
        }

        writer.Line("Team.Barrier(s);");
        Sweep(writer, lowered.StepAdjoint, "for (int t = tokens - 1; t >= 0; t--)");
        foreach (int state in lowered.Component.States)
        {
            writer.Line($"Team.Copy<{Lane(state)}>(s, frame, {Slot(SlotKind.PreviousGradient, state)}, tile, {layout.GradientAt(state)}, {layout.StateRow(state)});");
        }

        writer.Line("Team.Barrier(s);");
    }

    private void Sweep(SourceWriter writer, Stage stage, string loop)
    {
        using (writer.Open(loop))
        {
            GpuNestEmitter.Write(writer, kernel, names, stage);
        }
    }

    private string Slot(SlotKind kind, int state) => GpuNames.At(kernel.Slots.First(s => s.Kind == kind && s.Index == state));

    private string Lane(int state) => layout.StateRow(state) == "1" ? "Lanes1" : "L";
}
