using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using ModelDsl.Testing;

namespace ModelDsl.Generators.Tests;

/// <summary>The page of the diagnostics says what is so: its examples are compiled, and no diagnostic is without a section.</summary>
public partial class DiagnosticPageTests
{
    private const string Axes = """
        struct Key : IAxis;
        struct Value : IAxis;
        [Axis(4)] struct N : IAxis;

        """;

    public static IEnumerable<object[]> Sections =>
        Section().Matches(Page("README.md")).Select(m => new object[] { m.Groups["id"].Value, m.Groups["wrong"].Value, m.Groups["right"].Value });

    [Theory]
    [MemberData(nameof(Sections))]
    public void ExamplesDoWhatThePageSays(string id, string wrong, string right)
    {
        Assert.Contains(GeneratorRun.Of(Axes + wrong).Result.Diagnostics, d => d.Id == id);
        GeneratorRun run = GeneratorRun.Of(Axes + right);
        Diagnostic[] unexpected = [.. run.Result.Diagnostics, .. run.Input.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error)];
        Assert.True(unexpected.Length == 0, SpecCompiler.Describe(unexpected));
    }

    [Fact]
    public void EveryDiagnosticHasASection()
    {
        string[] released = [.. ReleaseRow().Matches(Page("../AnalyzerReleases.Shipped.md") + Page("../AnalyzerReleases.Unshipped.md"))
            .Select(m => $"{m.Groups["id"].Value}: {m.Groups["title"].Value}")];
        string[] described = [.. Heading().Matches(Page("README.md")).Select(m => m.Groups["rule"].Value)];
        Assert.NotEmpty(released);
        Assert.Equal(released.Order(), described.Order());
    }

    private static string Page(string name, [CallerFilePath] string file = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "generators", "ModelDsl.Generators", "Diagnostics", name)).ReplaceLineEndings("\n");

    [GeneratedRegex("""^## (?<id>MDSL\d+): [^#]*?```csharp\n(?<wrong>[^`]*)```\n\n```csharp\n(?<right>[^`]*)```""", RegexOptions.Multiline)]
    private static partial Regex Section();

    [GeneratedRegex("""^## (?<rule>MDSL\d+: .*)$""", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("""^(?<id>MDSL\d+) \| [\w.]+ \| \w+ \| (?<title>.*)$""", RegexOptions.Multiline)]
    private static partial Regex ReleaseRow();
}
