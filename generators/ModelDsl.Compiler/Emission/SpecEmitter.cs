using System.Globalization;
using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Emission;

/// <summary>Writes the part of the spec's own struct: its description, its oracle, and typed ways to run it.</summary>
public static class SpecEmitter
{
    public static void Write(SourceWriter writer, RecurrenceSpec spec, Description description)
    {
        string name = spec.Graph.Name;
        WriteDocumentation(writer, description);
        using (writer.Open($"partial struct {name} : {RuntimeNames.Recurrence}<{name}>"))
        {
            writer.Line("/// <summary>What the compiler derived.</summary>");
            WriteDescription(writer, spec, description, $"public static {RuntimeNames.Description} Description {{ get; }}");
            writer.Line();
            writer.Line("/// <summary>The generated kernel for the CPU.</summary>");
            writer.Line($"public static {RuntimeNames.Kernel} Kernel {{ get; }} = new {name}Kernel();");
            writer.Line();
            WriteOracle(writer, spec);
            writer.Line();
            WriteRun(writer, spec);
        }
    }

    private static void WriteDocumentation(SourceWriter writer, Description description)
    {
        writer.Line("/// <remarks>");
        writer.Line($"/// Structure: {Xml(description.StructureClass)}.");
        writer.Line("/// <code>");
        foreach (string line in description.NormalForm.Split('\n'))
        {
            writer.Line("/// " + Xml(line));
        }

        writer.Line("/// </code>");
        writer.Line("/// <list type=\"bullet\">");
        foreach (ModeFinding mode in description.Modes)
        {
            writer.Line(mode.IsLegal
                ? $"/// <item>{mode.Mode}: legal; operations per token and head: {Xml(mode.Cost)}.</item>"
                : $"/// <item>{mode.Mode}: not legal, since {Xml(mode.Reason)}.</item>");
        }

        writer.Line("/// </list>");
        writer.Line("/// </remarks>");
    }

    /// <summary>Writes what was derived, as the value of a member.</summary>
    internal static void WriteDescription(SourceWriter writer, RecurrenceSpec spec, Description description, string member)
    {
        StepGraph graph = spec.Graph;
        string Axes(IEnumerable<string> axes) => "[" + string.Join(", ", axes.Select(a => Int(graph.Axes.ToList().FindIndex(x => x.Name == a)))) + "]";
        string Across(InputInfo input) => string.Join(
            " | ",
            new[] { input.SharedAcrossTime ? "Across.Time" : "", input.SharedAcrossHeads ? "Across.Heads" : "" }.Where(a => a.Length > 0).DefaultIfEmpty("Across.None")
                .Select(a => RuntimeNames.Runtime + "." + a));
        string Domain(int input) => Domains.Of(graph, input) is { } domain ? $" {{ Domain = {RuntimeNames.Runtime}.Domain.{domain} }}" : "";

        string EqualTo(string axis) => EqualAxes.Of(graph, axis) is { } other ? $" {{ EqualTo = {Int(other)} }}" : "";

        writer.Line($"{member} = new(");
        writer.Line($"    {Text(graph.Name)},");
        writer.Line($"    {Text(description.StructureClass)},");
        writer.Line($"    {Text(description.NormalForm)},");
        List(graph.Axes.Select(a => $"new({Text(a.Name)}, {(a.FixedSize is { } size ? Int(size) : "null")}){EqualTo(a.Name)}"), ",");
        List(graph.Inputs.Select((input, i) => $"new({Text(input.Name)}, {Axes(input.Axes)}, {Across(input)}){Domain(i)}"), ",");
        List(graph.States.Select(s => $"new({Text(s.Name)}, {Axes(s.Axes)}){(s.StaleOf is { } of ? $" {{ StaleOf = {Int(of)} }}" : "")}"), ",");
        List(graph.Outputs.Select(o => $"new({Text(o.Name)}, {Axes(o.Axes)})"), ",");
        string[] more =
        [
            .. graph.MiniBatch > 0 ? [$"MiniBatch = {Int(graph.MiniBatch)}"] : Array.Empty<string>(),
            .. graph.IsConvolution ? ["IsConvolution = true"] : Array.Empty<string>(),
            .. description.HasDenseTransition ? ["HasDenseTransition = true"] : Array.Empty<string>(),
        ];
        List(
            description.Modes.Select(m => $"new({RuntimeNames.Runtime}.Mode.{m.Mode}, {(m.IsLegal ? "true" : "false")}, {Text(m.Reason)}, {Text(m.Cost)})"),
            more.Length > 0 ? $") {{ {string.Join(", ", more)} }};" : ");");

        void List(IEnumerable<string> items, string end)
        {
            string[] all = items.ToArray();
            if (all.Length == 0)
            {
                writer.Line("    []" + end);
                return;
            }

            writer.Line("    [");
            foreach (string item in all)
            {
                writer.Line($"        {item},");
            }

            writer.Line("    ]" + end);
        }
    }

    private static void WriteOracle(SourceWriter writer, RecurrenceSpec spec)
    {
        StepSignature step = spec.Step;
        writer.Line("/// <inheritdoc/>");
        using (writer.Open($"public static void Oracle({RuntimeNames.OracleToken} token)"))
        {
            string fields = string.Join(", ", Arguments(step.Fields, "State").Zip(step.Fields, (value, field) => $"{Escape(field.Name)} = {value}"));
            List<string> arguments = Arguments(step.Parameters, "Input").ToList();
            foreach (SuppliedParameter supplied in step.Supplied)
            {
                arguments.Insert(supplied.Ordinal, Supplied(supplied));
            }

            writer.Line($"var recurrence = new {spec.Graph.Name} {{ {fields} }};");
            writer.Line($"var output = recurrence.Step({string.Join(", ", arguments)});");

            // Copies of states are the runner's business: a state that comes in knows its own.
            Set("State", step.Fields.SelectMany(field => Parts(field, "recurrence." + Escape(field.Name))));
            Set("Output", step.Results.SelectMany((result, i) => Parts(result, step.ReturnsTuple ? "output.Item" + Int(i + 1) : "output")));
        }

        // A complex value is two of the token's.
        static IEnumerable<string> Arguments(IEnumerable<StepValue> values, string kind)
        {
            int index = 0;
            return values.Select(v => v.IsComplex ? $"new({Value()}, {Value()})" : Value()).ToArray();

            string Value() => $"new(token.{kind}({Int(index++)}))";
        }

        string Supplied(SuppliedParameter supplied) => supplied.What switch
        {
            Supply.TokenIndex => "token.Index",
            Supply.MiniBatchIndex => "token.MiniBatchIndex",
            Supply.Lag => "token.Lag",
            Supply.SequenceLength => "token.SequenceLength",
            _ => $"new({Delay(supplied, "false")}, {Delay(supplied, "true")})",
        };

        string Delay(SuppliedParameter supplied, string imaginary) =>
            $"new(token.Delay({Int(spec.Graph.Axes.ToList().FindIndex(a => a.Name == supplied.Axis))}, imaginary: {imaginary}))";

        static IEnumerable<string> Parts(StepValue value, string name) => value.IsComplex ? [name + ".Re", name + ".Im"] : [name];

        void Set(string kind, IEnumerable<string> values)
        {
            foreach ((string value, int i) in values.Select((v, i) => (v, i)))
            {
                writer.Line($"token.Set{kind}({Int(i)}, {value}.Value);");
            }
        }
    }

    private static void WriteRun(SourceWriter writer, RecurrenceSpec spec)
    {
        StepGraph graph = spec.Graph;
        writer.Line("/// <summary>Runs a sequence on the CPU.</summary>");
        WriteInputs(writer, graph);
        string state = NewParameter(graph, "initialState"), mode = NewParameter(graph, "mode"), offsets = NewParameter(graph, "offsets");
        writer.Line($"/// <param name=\"{state}\">The state before the first token; null stands for zero.</param>");
        writer.Line($"/// <param name=\"{mode}\">How to run it; the result says what ran.</param>");
        writer.Line($"/// <param name=\"{offsets}\">Where packed sequences begin and end; null if none are.</param>");
        IEnumerable<string> parameters = graph.Inputs.Select(i => $"{RuntimeNames.SequenceTensor} {Escape(i.Name)}")
            .Append($"{RuntimeNames.State}? {state} = null")
            .Append($"{RuntimeNames.Runtime}.Mode {mode} = {RuntimeNames.Runtime}.Mode.Auto")
            .Append($"{RuntimeNames.Offsets}? {offsets} = null");
        writer.Line($"public static {RuntimeNames.Result} Run(");
        writer.Line("    " + string.Join(", ", parameters) + ") =>");
        writer.Line($"    {RuntimeNames.Runner}.Run({Kernel(graph)}, [{string.Join(", ", graph.Inputs.Select(i => Escape(i.Name)))}], {state}, new {RuntimeNames.Runtime}.RunOptions({mode}), {offsets});");
    }

    /// <summary>The name of a parameter beside those of the spec's inputs: its own, unless an input is called that.</summary>
    internal static string NewParameter(StepGraph graph, string name) => graph.Inputs.Any(i => i.Name == name) ? NewParameter(graph, name + "Argument") : name;

    /// <summary>The spec's kernel, where an input may be called that, too.</summary>
    internal static string Kernel(StepGraph graph) => graph.Inputs.Any(i => i.Name == "Kernel") ? graph.Name + ".Kernel" : "Kernel";

    /// <summary>Says the shape of each input, as parameters.</summary>
    internal static void WriteInputs(SourceWriter writer, StepGraph graph)
    {
        foreach (InputInfo input in graph.Inputs)
        {
            IEnumerable<string> axes = (input.SharedAcrossTime ? Array.Empty<string>() : ["batch", "time"]).Concat(input.SharedAcrossHeads ? [] : ["head"]).Concat(input.Axes);
            writer.Line($"/// <param name=\"{input.Name}\">[{string.Join(", ", axes)}]</param>");
        }
    }

    internal static string Escape(string name) => "@" + name;

    private static string Text(string text) => "\"" + text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n") + "\"";

    private static string Int(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Xml(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
}
