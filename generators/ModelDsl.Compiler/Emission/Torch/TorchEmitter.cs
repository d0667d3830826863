using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Emission.Torch;

/// <summary>Writes the part of the spec's own struct that runs it on torch tensors, for projects that refer to ModelDsl.TorchSharp.</summary>
internal static class TorchEmitter
{
    public static void Write(SourceWriter writer, RecurrenceSpec spec)
    {
        StepGraph graph = spec.Graph;
        using (writer.Open($"partial struct {graph.Name}"))
        {
            string states = SpecEmitter.NewParameter(graph, "initialStates"), options = SpecEmitter.NewParameter(graph, "options"), offsets = SpecEmitter.NewParameter(graph, "offsets");
            writer.Line("/// <summary>Runs a sequence of float32 CPU tensors as one differentiable function, without copying them.</summary>");
            SpecEmitter.WriteInputs(writer, graph);
            writer.Line($"/// <param name=\"{states}\">Before the first token, in this order: {string.Join(", ", graph.States.Select(s => $"{s.Name} [{string.Join(", ", new[] { "batch", "head" }.Concat(s.Axes))}]"))}; null stands for zero.</param>");
            writer.Line($"/// <param name=\"{options}\">Mode, chunk size, threads, checks; the result says which mode ran.</param>");
            writer.Line($"/// <param name=\"{offsets}\">Where packed sequences begin and end; null if none are.</param>");
            writer.Line($"/// <returns>Outputs, in this order: {string.Join(", ", graph.Outputs.Select(o => $"{o.Name} [{string.Join(", ", new[] { "batch", "time", "head" }.Concat(o.Axes))}]"))}; and the final states.</returns>");
            IEnumerable<string> parameters = graph.Inputs.Select(i => $"{RuntimeNames.TorchTensor} {SpecEmitter.Escape(i.Name)}")
                .Append($"global::System.Collections.Generic.IReadOnlyList<{RuntimeNames.TorchTensor}?>? {states} = null")
                .Append($"{RuntimeNames.Runtime}.RunOptions {options} = default")
                .Append($"{RuntimeNames.Offsets}? {offsets} = null");
            writer.Line($"public static {RuntimeNames.TorchResult} Run(");
            writer.Line("    " + string.Join(", ", parameters) + ") =>");
            writer.Line($"    {RuntimeNames.TorchFunction}.Apply({SpecEmitter.Kernel(graph)}, [{string.Join(", ", graph.Inputs.Select(i => SpecEmitter.Escape(i.Name)))}], {states}, {options}, {offsets});");
        }
    }
}
