using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission.Gpu;

/// <summary>
/// Writes the engine of a matrix that is made of memories once their engines have run: after the last token of a chunk alone, since within the chunk its memories are read in its place.
/// </summary>
internal sealed class GpuFormedEmitter : GpuComponentEmitter
{
    private readonly FormedComponent _formed;
    private readonly List<(FormedPart Part, Placed? KeyFactor, Placed? ValueFactor)> _parts = [];
    private readonly List<(Placed Key, Placed Write)> _terms = [];

    public GpuFormedEmitter(KernelProgram kernel, GpuNames names, GpuLayoutEmitter layout, int index)
        : base(kernel, names, layout, index)
    {
        _formed = (FormedComponent)Lowered.Component;

        // Operands are listed as the factors of each part, then the key and the write of each term.
        int next = 0;
        Placed? Take(Operand? operand) => operand is null ? null : new Placed(Kernel.Slots[Lowered.Operands[next]], Kernel.Slots[Lowered.OperandGradients[next++]], operand.Axes.Count > 0);
        foreach (FormedPart part in _formed.Parts)
        {
            _parts.Add((part, Take(part.KeyFactor), Take(part.ValueFactor)));
        }

        foreach (FormedTerm term in _formed.Terms)
        {
            _terms.Add((Take(term.Key)!, Take(term.Write)!));
        }
    }

    public override bool HasScan => false;

    public override bool ReadsStatesAfter => _parts.Any(p => p.KeyFactor is not null || p.ValueFactor is not null);

    public override string TransitionLength => throw NoScan();

    public override void WriteForward(SourceWriter writer)
    {
        WriteEquation(writer);
        writer.Line($"Gpu::Team.Clear<L>(s, tile, {Layout.StateAt(_formed.State)}, {Layout.StateLength(_formed.State)});");
        writer.Line("Gpu::Team.Barrier(s);");
        foreach ((FormedPart part, Placed? keyFactor, Placed? valueFactor) in _parts)
        {
            writer.Line($"Gpu::FormedMatrix.AddScaled<L>(s, tile, {Layout.StateAt(_formed.State)}, {Layout.StateAt(part.State)}, {Matrix}, frame, {Factor(keyFactor)}, {Last(valueFactor)});");
        }

        foreach ((Placed key, Placed write) in _terms)
        {
            writer.Line($"Gpu::FormedMatrix.AddOuter<L>(s, tile, {Layout.StateAt(_formed.State)}, {Matrix}, frame, {Last(key)}, {Last(write)});");
        }

        writer.Line("Gpu::Team.Barrier(s);");
    }

    /// <summary>Only the last token's operands have a say, and nothing of what the matrix was before the chunk.</summary>
    public override void WriteAdjoint(SourceWriter writer)
    {
        string gradient = Layout.GradientAt(_formed.State), sums = "tiles." + Layout.SumsName(_formed.State);
        foreach (Placed operand in Operands)
        {
            writer.Line($"Gpu::Team.Clear<L>(s, frame, {GpuNames.At(operand.Gradient)}, Gpu::KernelShape.Pad(s.Chunk * {Names.Row(operand.Gradient)}));");
        }

        writer.Line("Gpu::Team.Barrier(s);");
        foreach ((Placed key, Placed write) in _terms)
        {
            writer.Line($"// d {key.Slot.Name} = dW write; d {write.Slot.Name} = dW^T key");
            writer.Line($"Gpu::FormedMatrix.SumOverValues<L>(s, tile, {gradient}, {Matrix}, tile, -1, frame, {Last(write)}, frame, {LastGradient(key)});");
            writer.Line($"Gpu::FormedMatrix.SumOverKeys<L>(s, tile, {gradient}, {Matrix}, tile, -1, frame, {Last(key)}, 1, {LastGradient(write)});");
        }

        foreach ((FormedPart part, Placed? keyFactor, Placed? valueFactor) in _parts)
        {
            WritePartAdjoint(writer, gradient, sums, part, keyFactor, valueFactor);
        }

        writer.Line("Gpu::Team.Barrier(s);");
        writer.Line($"Gpu::Team.Clear<L>(s, tile, {gradient}, {Layout.StateLength(_formed.State)});");
        writer.Line("Gpu::Team.Barrier(s);");
    }

    private void WritePartAdjoint(SourceWriter writer, string gradient, string sums, FormedPart part, Placed? keyFactor, Placed? valueFactor)
    {
        // No token changes the copy of a state that is read stale: it is where it was. Others stand before the chunk again.
        string after = Kernel.Program.Source.States[part.State].StaleOf is null ? $"a.Memory, after + StateAt(s, {Int(part.State)})" : $"tile, {Layout.StateAt(part.State)}";
        if (keyFactor is { PerElement: true })
        {
            writer.Line($"Gpu::FormedMatrix.SumOverValues<L>(s, tile, {gradient}, {Matrix}, {after}, frame, {Last(valueFactor)}, frame, {LastGradient(keyFactor)});");
        }
        else if (keyFactor is not null)
        {
            writer.Line($"Gpu::FormedMatrix.SumOverValues<L>(s, tile, {gradient}, {Matrix}, {after}, frame, {Last(valueFactor)}, tile, {sums});");
            writer.Line("Gpu::Team.Barrier(s);");
            using (writer.Open("if (Gpu::Team.Thread == 0)"))
            {
                writer.Line($"frame[{LastGradient(keyFactor)}] = Gpu::Team.Sum(tile, {sums}, {Names.Bound(_formed.KeyAxis)});");
            }

            writer.Line("Gpu::Team.Barrier(s);");
        }

        if (valueFactor is not null)
        {
            writer.Line($"Gpu::FormedMatrix.SumOverKeys<L>(s, tile, {gradient}, {Matrix}, {after}, frame, {Factor(keyFactor)}, {LastGradient(valueFactor)});");
        }

        writer.Line($"Gpu::FormedMatrix.AddScaled<L>(s, tile, {Layout.GradientAt(part.State)}, {gradient}, {Matrix}, frame, {Factor(keyFactor)}, {Last(valueFactor)});");
    }

    public override void WriteSummary(SourceWriter writer) => throw NoScan();

    public override void WriteAdvance(SourceWriter writer) => throw NoScan();

    public override void WriteRetreat(SourceWriter writer) => throw NoScan();

    private IEnumerable<Placed> Operands => _parts.SelectMany(p => new[] { p.KeyFactor, p.ValueFactor }).Where(o => o is not null).Select(o => o!).Concat(_terms.SelectMany(t => new[] { t.Key, t.Write }));

    /// <summary>Keys, and floats of a row.</summary>
    private string Matrix
    {
        get
        {
            List<string> axes = Layout.StoredAxes(_formed.State);
            return $"{Names.Bound(axes[0])}, {Layout.Strides(_formed.State)[0]}";
        }
    }

    private void WriteEquation(SourceWriter writer)
    {
        IEnumerable<string> memories = _parts.Select(p => string.Join(
            " * ", new[] { p.KeyFactor?.Slot.Name, p.ValueFactor?.Slot.Name, Kernel.Program.Source.States[p.Part.State].Name }.Where(n => n is not null)));
        IEnumerable<string> products = _terms.Select(t => $"{t.Key.Slot.Name} (x) {t.Write.Slot.Name}");
        writer.Line($"// {Kernel.Program.Source.States[_formed.State].Name} = {string.Join(" + ", memories.Concat(products))}, after the last token");
    }

    private string Factor(Placed? operand) => $"{Last(operand)}, {(operand is { PerElement: true } ? "1" : "0")}";

    private string Last(Placed? operand) => operand is null ? "-1" : LastRow(operand.Slot);

    private string LastGradient(Placed operand) => LastRow(operand.Gradient);

    private string LastRow(Slot slot) => Names.Row(slot) == "1" ? $"{GpuNames.At(slot)} + tokens - 1" : $"{GpuNames.At(slot)} + ((tokens - 1) * {Names.Row(slot)})";

    private static InvalidOperationException NoScan() => new("A matrix that is made of memories has no summary.");

    /// <summary>An operand in the frame.</summary>
    /// <param name="PerElement">Whether it has axes, or is one number for each token.</param>
    private sealed record Placed(Slot Slot, Slot Gradient, bool PerElement);
}
