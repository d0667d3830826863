using System.Globalization;
using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission.Gpu;

/// <summary>
/// Writes the engine of states that are carried element by element: h_i = sum_j multiplier_ij * h_j + input_i, for one state or several. A thread keeps its
/// elements in registers through a chunk.
/// </summary>
internal sealed class GpuCarriedEmitter
{
    private readonly KernelProgram _kernel;
    private readonly GpuNames _names;
    private readonly GpuLayoutEmitter _layout;
    private readonly int[] _states;
    private readonly int?[] _multipliers;
    private readonly int?[] _multiplierGradients;
    private readonly int?[] _inputs;
    private readonly int?[] _inputGradients;
    private readonly string _row;
    private readonly string _lane;

    public GpuCarriedEmitter(KernelProgram kernel, GpuNames names, GpuLayoutEmitter layout, LoweredComponent lowered)
    {
        _kernel = kernel;
        _names = names;
        _layout = layout;
        _states = lowered.Component.States.ToArray();
        (IReadOnlyList<Operand?> multipliers, IReadOnlyList<Operand?> inputs) = lowered.Component switch
        {
            ElementwiseComponent e => ([e.Multiplier], [e.Input]),
            CoupledComponent c => (c.Multipliers, c.Inputs),
            _ => throw new ArgumentException("Neither elementwise nor coupled.", nameof(lowered)),
        };
        int next = 0;
        (int?, int?) Take(Operand? operand) => operand is null ? (null, null) : (lowered.Operands[next], lowered.OperandGradients[next++]);
        (int? Slot, int? Gradient)[] taken = multipliers.Concat(inputs).Select(Take).ToArray();
        _multipliers = taken.Take(multipliers.Count).Select(p => p.Slot).ToArray();
        _multiplierGradients = taken.Take(multipliers.Count).Select(p => p.Gradient).ToArray();
        _inputs = taken.Skip(multipliers.Count).Select(p => p.Slot).ToArray();
        _inputGradients = taken.Skip(multipliers.Count).Select(p => p.Gradient).ToArray();
        _row = layout.StateRow(_states[0]);

        // A single number has no lanes.
        _lane = _row == "1" ? "Lanes1" : "L";
    }

    private int Count => _states.Length;

    /// <summary>Floats in the linear part of a chunk's summary.</summary>
    public string TransitionLength => Count == 1 ? _layout.StateLength(_states[0]) : $"{Int(Count * Count)} * {_layout.StateLength(_states[0])}";

    public void WriteForward(SourceWriter writer)
    {
        WriteEquations(writer);
        using (Elements(writer))
        {
            for (int i = 0; i < Count; i++)
            {
                writer.Line($"var {Carried(i)} = {Load("tile", _layout.StateAt(_states[i]))};");
                writer.Line($"{_lane}.Store(frame, {Slot(SlotKind.Previous, i)} + i, {Carried(i)});");
            }

            using (writer.Open("for (int t = 0; t < tokens; t++)"))
            {
                Update(writer, i => Carried(i), withInput: true);
                for (int i = 0; i < Count; i++)
                {
                    writer.Line($"{_lane}.Store(frame, {Slot(SlotKind.Next, i)}{Time(_row)} + i, {Carried(i)});");
                }
            }

            for (int i = 0; i < Count; i++)
            {
                writer.Line($"{_lane}.Store(tile, {_layout.StateAt(_states[i])} + i, {Carried(i)});");
            }
        }

        writer.Line("Team.Barrier(s);");
    }

    public void WriteAdjoint(SourceWriter writer)
    {
        writer.Line("// Gradients of states flow back: d before = d from outside + transposed multipliers * d after.");
        using (Elements(writer))
        {
            for (int i = 0; i < Count; i++)
            {
                writer.Line($"var {Returned(i)} = {Load("tile", _layout.GradientAt(_states[i]))} + {_lane}.Load(frame, {Slot(SlotKind.PreviousGradient, i)} + (tokens * {_row}) + i);");
            }

            using (writer.Open("for (int t = tokens - 1; t >= 0; t--)"))
            {
                for (int i = 0; i < Count; i++)
                {
                    if (_inputGradients[i] is { } input)
                    {
                        writer.Line($"{_lane}.Store({Operand(input)}, {Returned(i)});");
                    }

                    for (int j = 0; j < Count; j++)
                    {
                        if (_multiplierGradients[(i * Count) + j] is { } multiplier)
                        {
                            writer.Line($"{_lane}.Store({Operand(multiplier)}, {Returned(i)} * {_lane}.Load(frame, {Slot(SlotKind.Previous, j)}{Time(_row)} + i));");
                        }
                    }
                }

                string[] before = Enumerable.Range(0, Count).Select(j => string.Join(" + ", new[] { $"{_lane}.Load(frame, {Slot(SlotKind.PreviousGradient, j)}{Time(_row)} + i)" }
                    .Concat(Enumerable.Range(0, Count).Where(i => _multipliers[(i * Count) + j] is not null)
                        .Select(i => $"({_lane}.Load({Operand(_multipliers[(i * Count) + j]!.Value)}) * {Returned(i)})")))).ToArray();
                Assign(writer, Returned, before);
            }

            for (int i = 0; i < Count; i++)
            {
                writer.Line($"{_lane}.Store(tile, {_layout.GradientAt(_states[i])} + i, {Returned(i)});");
            }
        }

        writer.Line("Team.Barrier(s);");
    }

    /// <summary>The chunk as an affine map: what becomes of each unit state, and of zero.</summary>
    public void WriteSummary(SourceWriter writer)
    {
        using (Elements(writer))
        {
            for (int column = 0; column < Count; column++)
            {
                for (int i = 0; i < Count; i++)
                {
                    writer.Line($"var {Image(i, column)} = {_lane}.Broadcast({(i == column ? "1f" : "0f")});");
                }
            }

            for (int i = 0; i < Count; i++)
            {
                writer.Line($"var {Carried(i)} = {_lane}.Broadcast(0f);");
            }

            using (writer.Open("for (int t = 0; t < tokens; t++)"))
            {
                for (int column = 0; column < Count; column++)
                {
                    Update(writer, i => Image(i, column), withInput: false);
                }

                Update(writer, i => Carried(i), withInput: true);
            }

            for (int i = 0; i < Count; i++)
            {
                for (int column = 0; column < Count; column++)
                {
                    writer.Line($"{_lane}.Store(a.Memory, {TransitionAt(i, column)}, {Image(i, column)});");
                }
            }

            for (int i = 0; i < Count; i++)
            {
                writer.Line($"{_lane}.Store(a.Memory, {OffsetAt(i)}, {Carried(i)});");
            }
        }

        writer.Line("Team.Barrier(s);");
    }

    public void WriteAdvance(SourceWriter writer) => WriteApply(writer, i => _layout.StateAt(_states[i]), transposed: false);

    public void WriteRetreat(SourceWriter writer) => WriteApply(writer, i => _layout.GradientAt(_states[i]), transposed: true);

    /// <summary>Copies the gradients of the states before the chunk to the offset of its summary.</summary>
    public void WriteOffset(SourceWriter writer)
    {
        for (int i = 0; i < Count; i++)
        {
            writer.Line($"Team.Copy<L>(s, tile, {_layout.GradientAt(_states[i])}, a.Memory, summary + {TransitionLength}{(i == 0 ? "" : $" + ({Int(i)} * {_layout.StateLength(_states[i])})")}, {_layout.StateLength(_states[i])});");
        }
    }

    private void WriteApply(SourceWriter writer, Func<int, string> place, bool transposed)
    {
        using (Elements(writer))
        {
            for (int i = 0; i < Count; i++)
            {
                writer.Line($"var {Carried(i)} = {Load("tile", place(i))};");
            }

            for (int i = 0; i < Count; i++)
            {
                IEnumerable<string> terms = Enumerable.Range(0, Count).Select(j => $"({_lane}.Load(a.Memory, {(transposed ? TransitionAt(j, i) : TransitionAt(i, j))}) * {Carried(j)})");
                writer.Line($"{_lane}.Store(tile, {place(i)} + i, {string.Join(" + ", terms)} + {_lane}.Load(a.Memory, {OffsetAt(i)}));");
            }
        }

        writer.Line("Team.Barrier(s);");
    }

    private void WriteEquations(SourceWriter writer)
    {
        for (int i = 0; i < Count; i++)
        {
            IEnumerable<string> terms = Enumerable.Range(0, Count).Where(j => _multipliers[(i * Count) + j] is not null)
                .Select(j => $"{_kernel.Slots[_multipliers[(i * Count) + j]!.Value].Name} * {StateName(j)}")
                .Concat(_inputs[i] is { } input ? [_kernel.Slots[input].Name] : Array.Empty<string>()).DefaultIfEmpty("0");
            writer.Line($"// {StateName(i)} = {string.Join(" + ", terms)}");
        }
    }

    /// <summary>carried = multipliers * carried + input, all at once.</summary>
    private void Update(SourceWriter writer, Func<int, string> carried, bool withInput)
    {
        string[] next = Enumerable.Range(0, Count).Select(i =>
        {
            List<string> terms = Enumerable.Range(0, Count).Where(j => _multipliers[(i * Count) + j] is not null)
                .Select(j => $"({_lane}.Load({Operand(_multipliers[(i * Count) + j]!.Value)}) * {carried(j)})").ToList();
            if (withInput && _inputs[i] is { } input)
            {
                terms.Add($"{_lane}.Load({Operand(input)})");
            }

            return terms.Count == 0 ? $"{_lane}.Broadcast(0f)" : string.Join(" + ", terms);
        }).ToArray();
        Assign(writer, carried, next);
    }

    private void Assign(SourceWriter writer, Func<int, string> target, string[] values)
    {
        if (Count == 1)
        {
            writer.Line($"{target(0)} = {values[0]};");
            return;
        }

        for (int i = 0; i < Count; i++)
        {
            writer.Line($"var {target(i)}New = {values[i]};");
        }

        for (int i = 0; i < Count; i++)
        {
            writer.Line($"{target(i)} = {target(i)}New;");
        }
    }

    private SourceWriter.Scope Elements(SourceWriter writer) =>
        writer.Open($"for (int i = Group.IdxX * {_lane}.Width; i < {_row}; i += s.Threads * {_lane}.Width)");

    private string Load(string view, string at) => $"{_lane}.Load({view}, {at} + i)";

    private string Operand(int slot) => $"frame, {GpuNames.At(_kernel.Slots[slot])}{Time(_names.Row(_kernel.Slots[slot]))} + i";

    private static string Time(string row) => row == "1" ? " + t" : $" + (t * {row})";

    private string Slot(SlotKind kind, int i) => GpuNames.At(_kernel.Slots.First(s => s.Kind == kind && s.Index == _states[i]));

    private string TransitionAt(int i, int j) => $"summary + {(Count == 1 ? "" : $"({Int((i * Count) + j)} * {_layout.StateLength(_states[0])}) + ")}i";

    private string OffsetAt(int i) => $"summary + {TransitionLength}{(i == 0 ? "" : $" + ({Int(i)} * {_layout.StateLength(_states[0])})")} + i";

    private string StateName(int i) => _kernel.Program.Source.States[_states[i]].Name;

    private string Carried(int i) => StateName(i) + "Carried";

    private string Returned(int i) => _layout.GradientName(_states[i]) + "Carried";

    private string Image(int i, int column) => $"{StateName(i)}{(Count == 1 ? "" : "Of" + StateName(column))}Image";

    private static string Int(int value) => value.ToString(CultureInfo.InvariantCulture);
}
