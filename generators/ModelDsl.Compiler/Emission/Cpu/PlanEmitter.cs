using System.Globalization;
using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Graph;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission.Cpu;

/// <summary>Writes the plan of a kernel: its slots, and its components with the slots of their operands and results.</summary>
/// <param name="multipliedOnly">The inputs that are matrices of products and nothing else.</param>
internal sealed class PlanEmitter(RecurrenceSpec spec, KernelProgram kernel, MatrixTable matrices, IReadOnlyList<Slot> multipliedOnly)
{
    public void Write(SourceWriter writer)
    {
        using (writer.Open($"private static readonly {RuntimeNames.Plan} Plan = new()", "};"))
        {
            writer.Line($"HeadsAsLanes = {Bool(kernel.HeadsAsLanes)},");
            writer.Line("Slots =");
            writer.Line("[");
            foreach (Slot slot in kernel.Slots)
            {
                writer.Line($"    new(Cpu::SlotKind.{slot.Kind}, {Int(slot.Index)}, [{Axes(slot.Axes)}], {Bool(slot.HasTime)}, {Bool(slot.HasHead)}), // {Int(slot.Id)}: {slot.Name}");
            }

            writer.Line("],");
            writer.Line("Components =");
            writer.Line("[");
            foreach (LoweredComponent component in kernel.Components)
            {
                writer.Line($"    {Component(component)},");
            }

            writer.Line("],");
            writer.Line($"StateAxes = [{string.Join(", ", spec.Graph.States.Select((_, s) => $"[{StateAxes(s)}]"))}],");
            writer.Line($"Outputs = [{Ints(kernel.OutputSlots)}],");
            writer.Line($"InputGradients = [{Ints(kernel.InputGradientSlots)}],");
            IReadOnlyList<int> kept = KeptSlots.Of(kernel);
            if (kept.Count > 0)
            {
                writer.Line($"Kept = [{Ints(kept)}],");
            }

            if (matrices.Matrices.Count > 0)
            {
                writer.Line("Matrices =");
                writer.Line("[");
                for (int m = 0; m < matrices.Matrices.Count; m++)
                {
                    writer.Line($"    {Matrix(matrices.Matrices[m])}, // {Int(m)}: {matrices.Matrices[m].Name}");
                }

                writer.Line("],");
            }

            if (multipliedOnly.Count > 0)
            {
                writer.Line($"MultipliedOnly = [{Ints(multipliedOnly.Select(s => s.Id))}],");
            }
        }
    }

    private string Matrix(PackedFactor matrix)
    {
        string at = matrix.Fixed is { } index ? $", {Axes([index.Stored])}, {Int(index.Index)}" : "";
        return $"new({Int(matrix.Slot.Id)}, [{Axes(matrix.Outer)}], [{Axes(matrix.Depth)}], [{Axes(matrix.Columns)}], {Bool(matrix.IsAdjoint)}{at})";
    }

    /// <summary>Memory order; a memory has its keys first, and one column if it has no value axes.</summary>
    private string StateAxes(int state)
    {
        IEnumerable<string> axes = spec.Graph.States[state].Axes.OrderBy(Order);
        return kernel.Components.Select(c => c.Component).First(c => c.States.Contains(state)) switch
        {
            MemoryComponent m => Axes([.. axes.Where(m.KeyAxes.Contains), .. axes.Where(a => !m.KeyAxes.Contains(a))]) + (m.ValueAxes.Count == 0 ? ", -1" : ""),
            FormedComponent f => Axes([f.KeyAxis, .. axes.Where(a => a != f.KeyAxis)]),
            _ => Axes(axes),
        };
    }

    private int Order(string axis) => kernel.AxisOrder.ToList().IndexOf(axis);

    private string Component(LoweredComponent lowered)
    {
        switch (lowered.Component)
        {
            case MemoryComponent memory:
                // Operands are listed as reads, then per write its key, value and feedback, then the decays.
                int next = 0;
                (int Slot, int Gradient) Take(bool present = true)
                {
                    int i = present ? next++ : -1;
                    return present ? (lowered.Operands[i], lowered.OperandGradients[i]) : (-1, -1);
                }

                string Pair((int Slot, int Gradient) p) => $"new({Int(p.Slot)}, {Int(p.Gradient)})";
                // What further states have of a key, or of decays, stands last.
                string Further(IEnumerable<string> parts) => memory.States.Count == 1 ? "" : $", [{string.Join(", ", parts)}]";
                List<string> Parts(MemoryKey key) => key.Parts.Select(p => Pair(Take(p is not null))).ToList();
                string reads = string.Join(", ", memory.Reads.Select((r, i) =>
                    Parts(r) is var key ? $"new({key[0]}, {Int(lowered.Reads[i])}, {Int(lowered.ReadGradients[i])}{Further(key.Skip(1))})" : ""));
                string writes = string.Join(", ", memory.Writes.Select(w =>
                    Parts(w.Key) is var key ? $"new({key[0]}, {Pair(Take(w.Value is not null))}, [{string.Join(", ", w.Feedback.Select(c => $"new({Pair(Take(c is not null))}, {Bool(c is { Axes.Count: > 0 })})"))}]{Further(key.Skip(1))})" : ""));
                List<string> keyDecays = memory.KeyDecays.Select(_ => Pair(Take())).DefaultIfEmpty("new(-1, -1)").ToList();
                string valueDecay = Pair(Take(memory.ValueDecay is not null));
                string turn = memory.Turn is { } phase ? $", Turn: new({Pair(Take())}, {Pair(Take())}, {Bool(phase.Cosine.Axes.Count > 0)})" : "";
                string further = memory.States.Count == 1 ? "" : $"{Further(memory.States.Skip(1).Select(Int))}{Further(keyDecays.Skip(1))}";
                string keyAxes = memory.KeyAxes.Count > 1 || further.Length > 0 ? $", {Int(memory.KeyAxes.Count)}" : "";
                return $"new Cpu::MemoryPlan({Int(memory.State)}, [{reads}], [{writes}], {keyDecays[0]}, {Bool(memory.KeyDecayPerKey)}, {valueDecay}{keyAxes}{further}{turn})";
            case ElementwiseComponent elementwise:
                int multiplier = elementwise.Multiplier is null ? -1 : 0, input = elementwise.Input is null ? -1 : multiplier + 1;
                string Operand(int i) => i < 0 ? "new(-1, -1)" : $"new({Int(lowered.Operands[i])}, {Int(lowered.OperandGradients[i])})";
                string semiring = elementwise.Semiring.IsReal ? "" : $", Cpu::Semiring.{elementwise.Semiring.Name}, {Int(lowered.Slope)}";
                return $"new Cpu::ElementwisePlan({Int(elementwise.State)}, {Operand(multiplier)}, {Operand(input)}{semiring})";
            case CoupledComponent coupled:
                int taken = 0;
                string Present(Operand? o) => o is null ? "new(-1, -1)" : $"new({Int(lowered.Operands[taken])}, {Int(lowered.OperandGradients[taken++])})";
                string multipliers = string.Join(", ", coupled.Multipliers.Select(Present));
                return $"new Cpu::CoupledPlan([{Ints(coupled.States)}], [{multipliers}], [{string.Join(", ", coupled.Inputs.Select(Present))}])";
            case FormedComponent formed:
                int used = 0;
                string Used(Operand? o) => o is null ? "new(-1, -1)" : $"new({Int(lowered.Operands[used])}, {Int(lowered.OperandGradients[used++])})";
                string parts = string.Join(", ", formed.Parts.Select(p => $"new({Int(p.State)}, {Used(p.KeyFactor)}, {Bool(p.KeyFactor is { Axes.Count: > 0 })}, {Used(p.ValueFactor)})"));
                string terms = string.Join(", ", formed.Terms.Select(t => $"new({Used(t.Key)}, {Used(t.Write)})"));
                return $"new Cpu::FormedPlan({Int(formed.State)}, [{parts}], [{terms}])";
            case LinearComponent linear:
                return $"new Cpu::LinearPlan([{Ints(linear.States)}], [{Axes(linear.Independent)}], {Bool(linear.Varying is null)})";
            default:
                return $"new Cpu::SequentialPlan([{Ints(lowered.Component.States)}])";
        }
    }

    private string Axes(IEnumerable<string> axes) =>
        string.Join(", ", axes.Select(a => Int(spec.Graph.Axes.ToList().FindIndex(x => x.Name == a))));

    private static string Ints(IEnumerable<int> values) => string.Join(", ", values.Select(Int));

    private static string Int(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Bool(bool value) => value ? "true" : "false";
}
