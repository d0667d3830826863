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
            WriteDescription(writer, spec, description);
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
                ? $"/// <item>{mode.Mode}: {Xml(mode.Cost)} operations per token and head.</item>"
                : $"/// <item>{mode.Mode}: not legal, since {Xml(mode.Reason)}.</item>");
        }

        writer.Line("/// </list>");
        writer.Line("/// </remarks>");
    }

    private static void WriteDescription(SourceWriter writer, RecurrenceSpec spec, Description description)
    {
        StepGraph graph = spec.Graph;
        string Axes(IEnumerable<string> axes) => "[" + string.Join(", ", axes.Select(a => Int(graph.Axes.ToList().FindIndex(x => x.Name == a)))) + "]";
        writer.Line("/// <summary>What the compiler derived.</summary>");
        using (writer.Open($"public static {RuntimeNames.Description} Description {{ get; }} = new(", ");"))
        {
        }

        // The braces of a block are not those of an argument list: written by hand.
    }

    private static void WriteOracle(SourceWriter writer, RecurrenceSpec spec)
    {
    }

    private static void WriteRun(SourceWriter writer, RecurrenceSpec spec)
    {
    }

    private static string Int(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Xml(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
}
