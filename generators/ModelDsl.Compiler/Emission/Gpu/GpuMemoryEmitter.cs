using System.Globalization;
using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission.Gpu;

/// <summary>Writes the calls of the memory engine: operands into the tile, the chunk, reads or gradients out of it.</summary>
internal sealed class GpuMemoryEmitter
{
    private readonly KernelProgram _kernel;
    private readonly GpuNames _names;
    private readonly LoweredComponent _lowered;
    private readonly MemoryComponent _memory;
    private readonly string _tile;
    private readonly List<(string Set, int Slot, string Get, int Gradient, string Suffix)> _operands = [];
    private readonly List<string> _absent = [];

    public GpuMemoryEmitter(KernelProgram kernel, GpuNames names, GpuLayoutEmitter layout, LoweredComponent lowered)
    {
        _kernel = kernel;
        _names = names;
        _lowered = lowered;
        _memory = (MemoryComponent)lowered.Component;
        _tile = $"tiles.{layout.StateName(_memory.State)}";
        List();
    }

    public string TransitionLength => $"Memory.TransitionLength({_tile})";

    public void WriteForward(SourceWriter writer)
    {
        WriteOperands(writer);
        using (writer.Open("if (s.Mode == Mode.Recurrent)"))
        {
            writer.Line($"Memory.Recur<L>(s, tile, {_tile}, tokens);");
        }

        using (writer.Open("else"))
        {
            writer.Line($"Memory.Forward<L>(s, tile, {_tile}, tokens);");
        }

        writer.Line();
        for (int i = 0; i < _memory.Reads.Count; i++)
        {
            writer.Line($"Memory.GetRead<L>(s, tile, {_tile}, {Int(i)}, {Place(_lowered.Reads[i])}, tokens);");
        }

        writer.Line("Team.Barrier(s);");
    }

    public void WriteAdjoint(SourceWriter writer)
    {
        WriteOperands(writer);
        for (int i = 0; i < _memory.Reads.Count; i++)
        {
            int gradient = _lowered.ReadGradients[i];
            writer.Line(gradient < 0
                ? $"Memory.ClearReadGradient<L>(s, tile, {_tile}, {Int(i)}, tokens);"
                : $"Memory.SetReadGradient<L>(s, tile, {_tile}, {Int(i)}, {Place(gradient)}, tokens);");
        }

        writer.Line($"Memory.Adjoint<L>(s, tile, {_tile}, tokens);");
        foreach ((_, _, string get, int gradient, string suffix) in _operands)
        {
            writer.Line($"Memory.{get}<L>(s, tile, {_tile}, {Arguments(suffix, gradient)});");
        }

        writer.Line("Team.Barrier(s);");
    }

    public void WriteSummary(SourceWriter writer)
    {
        WriteOperands(writer);
        writer.Line($"Memory.Summarise<L>(s, tile, {_tile}, tokens, a.Memory, summary);");
    }

    public void WriteAdvance(SourceWriter writer) => writer.Line($"Memory.Advance<L>(s, tile, {_tile}, a.Memory, summary);");

    public void WriteRetreat(SourceWriter writer) => writer.Line($"Memory.Retreat<L>(s, tile, {_tile}, a.Memory, summary);");

    public void WriteOffset(SourceWriter writer, GpuLayoutEmitter layout) =>
        writer.Line($"Team.Copy<L>(s, tile, {_tile}.StateGradient, a.Memory, summary + {TransitionLength}, {layout.StateLength(_memory.State)});");

    private void WriteOperands(SourceWriter writer)
    {
        foreach ((string set, int slot, _, _, string suffix) in _operands)
        {
            writer.Line($"Memory.{set}<L>(s, tile, {_tile}, {Arguments(suffix, slot)});");
        }

        _absent.ForEach(writer.Line);
    }

    /// <summary>Operands are listed as reads, then per write its key, value and feedback, then the decays.</summary>
    private void List()
    {
        int next = 0;
        void Add(string name, string indices, string perValue = "")
        {
            _operands.Add(("Set" + name, _lowered.Operands[next], $"Get{name}Gradient", _lowered.OperandGradients[next], indices + "|" + perValue));
            next++;
        }

        for (int i = 0; i < _memory.Reads.Count; i++)
        {
            Add("Query", Int(i));
        }

        for (int j = 0; j < _memory.Writes.Count; j++)
        {
            MemoryWrite write = _memory.Writes[j];
            Add("Key", Int(j));
            if (write.Value is null)
            {
                _absent.Add($"Memory.ClearValue<L>(s, tile, {_tile}, {Int(j)}, tokens);");
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
                    _absent.Add($"Memory.ClearCoefficient<L>(s, tile, {_tile}, {Int(j)}, {Int(i)}, tokens);");
                }
            }
        }

        if (_memory.KeyDecay is not null)
        {
            Add("KeyDecay", "");
        }

        if (_memory.ValueDecay is not null)
        {
            Add("ValueDecay", "");
        }
    }

    private string Arguments(string suffix, int slot)
    {
        string[] parts = suffix.Split('|');
        return string.Join(", ", new[] { parts[0], Place(slot), "tokens", parts[1] }.Where(p => p.Length > 0));
    }

    private string Place(int slot) => $"frame, {GpuNames.At(_kernel.Slots[slot])}, {_names.Row(_kernel.Slots[slot])}";

    private static string Int(int value) => value.ToString(CultureInfo.InvariantCulture);
}
