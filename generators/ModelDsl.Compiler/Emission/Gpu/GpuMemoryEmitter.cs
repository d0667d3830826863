using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission.Gpu;

/// <summary>Writes the calls of the memory engine: operands into the tile, the chunk, reads or gradients out of it.</summary>
internal sealed class GpuMemoryEmitter : GpuComponentEmitter
{
    private readonly MemoryComponent _memory;
    private readonly string _tile;
    private readonly List<(string Set, int Slot, string Get, int Gradient, string Suffix)> _operands = [];
    private readonly List<string> _absent = [];

    public GpuMemoryEmitter(KernelProgram kernel, GpuNames names, GpuLayoutEmitter layout, int index)
        : base(kernel, names, layout, index)
    {
        _memory = (MemoryComponent)Lowered.Component;
        _tile = $"tiles.{layout.StateName(_memory.State)}";
        List();
    }

    public override string TransitionLength => $"Gpu::Memory.TransitionLength({_tile})";

    public override void WriteForward(SourceWriter writer)
    {
        WriteOperands(writer);
        writer.Line($"Gpu::Memory.Run<L>(s, tile, {_tile}, tokens);");
        for (int i = 0; i < _memory.Reads.Count; i++)
        {
            writer.Line($"Gpu::Memory.GetRead<L>(s, tile, {_tile}, {Int(i)}, {Place(Lowered.Reads[i])}, tokens);");
        }

        writer.Line("Gpu::Team.Barrier(s);");
    }

    public override void WriteAdjoint(SourceWriter writer)
    {
        WriteOperands(writer);
        for (int i = 0; i < _memory.Reads.Count; i++)
        {
            int gradient = Lowered.ReadGradients[i];
            writer.Line(gradient < 0
                ? $"Gpu::Memory.ClearReadGradient<L>(s, tile, {_tile}, {Int(i)}, tokens);"
                : $"Gpu::Memory.SetReadGradient<L>(s, tile, {_tile}, {Int(i)}, {Place(gradient)}, tokens);");
        }

        writer.Line($"Gpu::Memory.Adjoint<L>(s, tile, {_tile}, tokens);");
        foreach ((_, _, string get, int gradient, string suffix) in _operands)
        {
            writer.Line($"Gpu::Memory.{get}<L>(s, tile, {_tile}, {Arguments(suffix, gradient)});");
        }

        writer.Line("Gpu::Team.Barrier(s);");
    }

    public override void WriteSummary(SourceWriter writer)
    {
        WriteOperands(writer);
        writer.Line($"Gpu::Memory.Summarise<L>(s, tile, {_tile}, tokens, a.Memory, summary);");
    }

    public override void WriteAdvance(SourceWriter writer) => writer.Line($"Gpu::Memory.Advance<L>(s, tile, {_tile}, a.Memory, summary);");

    public override void WriteRetreat(SourceWriter writer) => writer.Line($"Gpu::Memory.Retreat<L>(s, tile, {_tile}, a.Memory, summary);");

    private void WriteOperands(SourceWriter writer)
    {
        foreach ((string set, int slot, _, _, string suffix) in _operands)
        {
            writer.Line($"Gpu::Memory.{set}<L>(s, tile, {_tile}, {Arguments(suffix, slot)});");
        }

        _absent.ForEach(writer.Line);
    }

    /// <summary>Operands are listed as reads, then per write its key, value and feedback, then the decays.</summary>
    private void List()
    {
        int next = 0;
        void Add(string name, string indices, string layout = "")
        {
            _operands.Add(("Set" + name, Lowered.Operands[next], $"Get{name}Gradient", Lowered.OperandGradients[next], indices + "|" + layout));
            next++;
        }

        for (int i = 0; i < _memory.Reads.Count; i++)
        {
            Add("Query", Int(i), InnerKeys);
        }

        for (int j = 0; j < _memory.Writes.Count; j++)
        {
            MemoryWrite write = _memory.Writes[j];
            Add("Key", Int(j), InnerKeys);
            if (write.Value is null)
            {
                _absent.Add($"Gpu::Memory.ClearValue<L>(s, tile, {_tile}, {Int(j)}, tokens);");
            }
            else
            {
                Add("Value", Int(j));
            }

            for (int i = 0; i < write.Feedback.Count && _memory.HasFeedback; i++)
            {
                if (write.Feedback[i] is { } coefficient)
                {
                    Add("Coefficient", $"{Int(j)}, {Int(i)}", coefficient.Axes.Count > 0 ? "1" : "0");
                }
                else
                {
                    _absent.Add($"Gpu::Memory.ClearCoefficient<L>(s, tile, {_tile}, {Int(j)}, {Int(i)}, tokens);");
                }
            }
        }

        if (_memory.KeyDecay is not null)
        {
            Add("KeyDecay", "", _memory.KeyDecayPerKey ? InnerKeys : "");
        }

        if (_memory.ValueDecay is not null)
        {
            Add("ValueDecay", "");
        }
    }

    /// <summary>Of several key axes the size of the innermost: a slot pads it, the engine does not.</summary>
    private string InnerKeys => _memory.KeyAxes.Count > 1 ? Names.Bound(Layout.StoredAxes(_memory.State)[_memory.KeyAxes.Count - 1]) : "";

    private string Arguments(string suffix, int slot)
    {
        string[] parts = suffix.Split('|');
        return string.Join(", ", new[] { parts[0], Place(slot), "tokens", parts[1] }.Where(p => p.Length > 0));
    }

    private string Place(int slot) => $"frame, {GpuNames.At(Kernel.Slots[slot])}, {Names.Row(Kernel.Slots[slot])}";
}
