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

        // A key has a part for each state. One that is absent is zero.
        void AddKey(MemoryKey key, string name, string index)
        {
            for (int part = 0; part < key.Parts.Count; part++)
            {
                if (key.Parts[part] is not null)
                {
                    Add(name, index, PartOfKey(part));
                }
                else
                {
                    _absent.Add($"Gpu::Memory.Set{name}<L>(s, tile, {_tile}, {index}, frame, -1, 0, tokens, {PartOfKey(part)});");
                }
            }
        }

        for (int i = 0; i < _memory.Reads.Count; i++)
        {
            AddKey(_memory.Reads[i], "Query", Int(i));
        }

        for (int j = 0; j < _memory.Writes.Count; j++)
        {
            MemoryWrite write = _memory.Writes[j];
            AddKey(write.Key, "Key", Int(j));
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

        if (_memory.KeyDecayPerKey)
        {
            AddKey(new MemoryKey(_memory.KeyDecays), "KeyDecay", "");
        }
        else if (_memory.KeyDecays.Count > 0)
        {
            Add("KeyDecay", "");
        }

        if (_memory.ValueDecay is not null)
        {
            Add("ValueDecay", "");
        }
    }

    /// <summary>The size of the innermost key axis, which a slot pads and the engine does not, and where the keys of a state are among those of all; nothing where rows are alike.</summary>
    private string PartOfKey(int part)
    {
        List<string> axes = Layout.StoredAxes(_memory.State).Take(_memory.KeyAxes.Count).Select(Names.Bound).ToList();
        string inner = axes[axes.Count - 1], keys = string.Join(" * ", axes);
        return _memory.States.Count > 1 ? $"{inner}, {(part == 0 ? "0" : part == 1 ? keys : $"{Int(part)} * {keys}")}, {keys}" : axes.Count > 1 ? inner : "";
    }

    private string Arguments(string suffix, int slot)
    {
        string[] parts = suffix.Split('|');
        return string.Join(", ", new[] { parts[0], Place(slot), "tokens", parts[1] }.Where(p => p.Length > 0));
    }

    private string Place(int slot) => $"frame, {GpuNames.At(Kernel.Slots[slot])}, {Names.Row(Kernel.Slots[slot])}";
}
