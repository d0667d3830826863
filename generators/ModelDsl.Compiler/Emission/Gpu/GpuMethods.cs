namespace ModelDsl.Compiler.Emission.Gpu;

/// <summary>Writes methods of device code; sizes and slots are declared where their text uses them.</summary>
internal sealed class GpuMethods(GpuLayoutEmitter layout)
{
    /// <summary>A method that is generic over what a thread computes at once.</summary>
    public void Write(SourceWriter writer, string summary, string header, string body)
    {
        writer.Line();
        writer.Line("// " + summary);
        writer.Line(header);
        writer.Line("    where L : unmanaged, Gpu::ILane<L>");
        using (writer.Block())
        {
            WriteLocals(writer, body);
            writer.Lines(body.TrimEnd('\n'));
        }
    }

    /// <summary>A method that only counts.</summary>
    public void WritePlain(SourceWriter writer, string header, string body, string? summary)
    {
        writer.Line();
        if (summary is not null)
        {
            writer.Line("// " + summary);
        }

        using (writer.Open(header))
        {
            layout.WriteSizes(writer, body);
            writer.Lines(body.TrimEnd('\n'));
        }
    }

    /// <summary>A kernel: a group clears its memory, then does what it has to for each of its tasks.</summary>
    /// <param name="states">The places of states, or of their gradients, in the tile, with their lengths.</param>
    /// <param name="adjoint">Whether the tile has room for the adjoint.</param>
    /// <param name="write">Writes what is done for a task.</param>
    public void WriteKernel(SourceWriter writer, string name, string summary, IEnumerable<(string At, string Length)> states, bool adjoint, Action<SourceWriter> write)
    {
        var tasks = new SourceWriter();
        using (tasks.Open("for (int task = Gpu::Team.Group; task < a.Tasks; task += Gpu::Team.Groups)"))
        {
            tasks.Line("Gpu::UnitOfWork unit = Gpu::UnitOfWork.Of(a, task);");
            write(tasks);
            tasks.Line("Gpu::Team.Barrier(s);");
        }

        bool hasFrame = tasks.ToString().Contains("frame");
        var body = new SourceWriter();
        body.Line($"Ilgpu::ArrayView<float> {(hasFrame ? "frame = Gpu::Team.Frame(a, s), " : "")}tile = Gpu::Team.Tile(a, s);");
        body.Line($"var tiles = new Tiles(s, {(adjoint ? "1" : "0")});");
        body.Line("// Padding that no thread writes is zero from here on.");
        if (hasFrame)
        {
            body.Line("Gpu::Team.Clear<L>(s, frame, 0, s.FrameLength);");
        }

        foreach ((string at, string length) in states)
        {
            body.Line($"Gpu::Team.Clear<L>(s, tile, {at}, {length});");
        }

        body.Line("Gpu::Team.Barrier(s);");
        body.Lines(tasks.ToString().TrimEnd('\n'));
        string text = body.ToString();
        writer.Line();
        writer.Line("// " + summary);
        writer.Line($"private static void {name}<L>(Gpu::KernelArguments a, Ilgpu::Runtime.SpecializedValue<Gpu::KernelShape> shape)");
        writer.Line("    where L : unmanaged, Gpu::ILane<L>");
        using (writer.Block())
        {
            writer.Line("Gpu::KernelShape s = shape.Value;");
            WriteLocals(writer, text);
            writer.Lines(text.TrimEnd('\n'));
        }
    }

    private void WriteLocals(SourceWriter writer, string body)
    {
        layout.WriteSizes(writer, body);
        if (body.Contains("at."))
        {
            writer.Line("var at = new Slots(s);");
        }
    }
}
