using System.Globalization;
using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Emission;

/// <summary>Writes the state type of a recurrence: its tensors by name, on top of what every state can do.</summary>
internal static class StateEmitter
{
    private static readonly HashSet<string> Taken = ["Description", "Batch", "Heads", "Position", "MiniBatch", "Tensors", "Zero", "Load", "Save", "Clone", "SelectRows", "Item"];

    public static void Write(SourceWriter writer, RecurrenceSpec spec)
    {
        StepGraph graph = spec.Graph;
        if (graph.States.Count == 0)
        {
            return;
        }

        string name = graph.Name + "State";
        writer.Line();
        writer.Line($"/// <summary>What <see cref=\"{graph.Name}\"/> carries from one token to the next, as a value.</summary>");
        using (writer.Open($"{spec.Accessibility} sealed class {name} : {RuntimeNames.State}"))
        {
            writer.Line("/// <summary>A state that a run returned, by the names of the spec. No memory is copied.</summary>");
            writer.Line($"public {name}({RuntimeNames.State} state) : base(state, {spec.QualifiedName}.Description)");
            writer.Line("{");
            writer.Line("}");
            writer.Line();
            for (int s = 0; s < graph.States.Count; s++)
            {
                StateInfo state = graph.States[s];
                string property = Taken.Contains(state.Name) || state.Name == name ? state.Name + "Tensor" : state.Name;
                string meaning = state.StaleOf is { } of ? $": '{graph.States[of].Name}' as it stood at the start of the mini-batch; not looked at where a call starts one." : "";
                writer.Line($"/// <summary>[{string.Join(", ", new[] { "batch", "head" }.Concat(state.Axes))}]{meaning}</summary>");
                writer.Line($"public {RuntimeNames.SequenceTensor} @{property} => Tensors[{s.ToString(CultureInfo.InvariantCulture)}];");
                writer.Line();
            }

            string[] sizes = graph.Axes.Select(a => "n" + a.Name).ToArray();
            writer.Line("/// <summary>The state before the first token.</summary>");
            writer.Line($"public static {name} Zero({string.Join(", ", new[] { "int batch", "int heads" }.Concat(sizes.Select(s => "int " + s)))}) =>");
            writer.Line($"    new({RuntimeNames.State}.Zero({string.Join(", ", new[] { $"{spec.QualifiedName}.Description", "batch", "heads" }.Concat(sizes))}));");
            writer.Line();
            writer.Line("/// <summary>A state from a file that <c>Save</c> wrote.</summary>");
            writer.Line($"public static {name} Load(string path) => new({RuntimeNames.State}.Load({spec.QualifiedName}.Description, path));");
            writer.Line();
            writer.Line("/// <summary>A copy.</summary>");
            writer.Line($"public new {name} Clone() => new(base.Clone());");
            writer.Line();
            writer.Line("/// <summary>The states of some sequences of the batch, in a new order: what beam search asks for.</summary>");
            writer.Line($"public new {name} SelectRows(params global::System.ReadOnlySpan<int> rows) => new(base.SelectRows(rows));");
        }
    }
}
