using Microsoft.CodeAnalysis;
using Xunit;

namespace ModelDsl.Testing;

/// <summary>Asserts which diagnostics the generator reports, and exactly where.</summary>
public static class DiagnosticAssert
{
    /// <summary>The generator reports what the marks say and nothing else; gives the diagnostics in the order of their places.</summary>
    /// <param name="marked">A source with marks (<see cref="Markup"/>).</param>
    /// <param name="id">What <c>[| |]</c> expects.</param>
    public static IReadOnlyList<Diagnostic> Reports(string marked, string id = "")
    {
        Markup markup = Markup.Parse(marked, id);
        GeneratorRun run = GeneratorRun.Of(markup.Source);
        Assert.Null(run.Result.Exception);
        Diagnostic[] reported = [.. run.Result.Diagnostics.OrderBy(d => d.Location.SourceSpan.Start)];
        string expected = string.Join("\n", markup.Spans.Select(s => $"{s.Id} at '{markup.Source.Substring(s.Span.Start, s.Span.Length)}' [{s.Span}]"));
        string actual = string.Join("\n", reported.Select(d => $"{d.Id} at '{markup.Source.Substring(d.Location.SourceSpan.Start, d.Location.SourceSpan.Length)}' [{d.Location.SourceSpan}]"));
        string messages = string.Join("\n", reported.Select(d => d.ToString()));
        Assert.True(expected == actual, $"Expected:\n{expected}\nReported:\n{actual}\nMessages:\n{messages}");
        return reported;
    }
}
