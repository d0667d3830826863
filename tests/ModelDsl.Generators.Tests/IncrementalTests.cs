using System.Collections;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using ModelDsl.Compiler;
using ModelDsl.Compiler.Graph;
using ModelDsl.Testing;

namespace ModelDsl.Generators.Tests;

/// <summary>What an edit makes the generator do again: as little as possible.</summary>
public class IncrementalTests
{
    private const string Spec = """
        public struct Key : IAxis;

        [Recurrence]
        public partial struct Ema
        {
            [State] Tensor<Key> h;

            public Tensor<Key> Step(Tensor<Key> x)
            {
                h = 0.5 * h + x;
                return h;
            }
        }
        """;

    private const string Second = """
        [Recurrence]
        public partial struct Shift
        {
            [State] Tensor<Key> last;

            public Tensor<Key> Step(Tensor<Key> x)
            {
                var before = last;
                last = x;
                return Helpers.Twice(before);
            }
        }
        """;

    private const string Helpers = """
        static class Helpers
        {
            public static Tensor<Key> Twice(Tensor<Key> x) => 2 * x;
        }
        """;

    [Fact]
    public void AnUnrelatedEditRunsNothingAgain()
    {
        GeneratorRun run = GeneratorRun.Of(Spec, Second, Helpers).After(c => c.AddSyntaxTrees(GeneratorRun.Parse("class Unrelated { int x = 1; }", "Unrelated.cs")));
        AssertReasons(run, TrackingNames.Parse, IncrementalStepRunReason.Unchanged, IncrementalStepRunReason.Cached);
        AssertNothingRanAfterParsing(run);
    }

    [Fact]
    public void ACommentInsideStepChangesNoCode()
    {
        GeneratorRun first = GeneratorRun.Of(Spec, Second, Helpers);
        GeneratorRun second = first.After(c => Replace(c, "Source0.cs", "return h;", "// The state itself.\n\n\n        return h;"));

        // Parsed anew, because diagnostics need true locations; but the spec is the same.
        AssertReasons(second, TrackingNames.Parse, IncrementalStepRunReason.Modified, IncrementalStepRunReason.Unchanged, IncrementalStepRunReason.Cached);
        AssertNothingRanAfterParsing(second);
        Assert.Equal(first.GeneratedText, second.GeneratedText);
    }

    [Fact]
    public void AChangedStepCompilesOneSpecAgain()
    {
        GeneratorRun run = GeneratorRun.Of(Spec, Second, Helpers).After(c => Replace(c, "Source0.cs", "0.5 * h", "0.25 * h"));
        Assert.Equal(1, Count(run, TrackingNames.Spec, IncrementalStepRunReason.Modified));
        Assert.Equal(1, Count(run, TrackingNames.Compile, IncrementalStepRunReason.Modified));
        Assert.Equal(1, Count(run, TrackingNames.Compile, IncrementalStepRunReason.Cached));
    }

    [Fact]
    public void AChangedHelperInAnotherFileCompilesItsSpecAgain()
    {
        GeneratorRun run = GeneratorRun.Of(Spec, Second, Helpers).After(c => Replace(c, "Source2.cs", "2 * x", "3 * x"));
        Assert.Equal(1, Count(run, TrackingNames.Spec, IncrementalStepRunReason.Modified));
        Assert.Equal("Shift", run.Result.TrackedSteps[TrackingNames.Spec]
            .SelectMany(s => s.Outputs).Where(o => o.Reason == IncrementalStepRunReason.Modified).Select(o => ((RecurrenceSpec)o.Value).Graph.Name).Single());
    }

    [Fact]
    public void ADiagnosticFollowsItsLine()
    {
        GeneratorRun run = GeneratorRun.Of(Spec.Replace("0.5 * h", "1.5 * h"))
            .After(c => Replace(c, "Source0.cs", "h = 1.5", "\n\n        h = 1.5"));
        Diagnostic warning = Assert.Single(run.Result.Diagnostics);
        Assert.Equal("MDSL031", warning.Id);
        Assert.Equal(11, warning.Location.GetLineSpan().StartLinePosition.Line);
        AssertReasons(run, TrackingNames.Compile, IncrementalStepRunReason.Cached, IncrementalStepRunReason.Unchanged);
    }

    [Fact]
    public void EqualSourcesGiveEqualSpecsAndDifferentOnesDifferent()
    {
        RecurrenceSpec spec = Assert.Single(GeneratorRun.Of(Spec).Specs);
        RecurrenceSpec again = Assert.Single(GeneratorRun.Of("\n// elsewhere\n" + Spec).Specs);
        RecurrenceSpec other = Assert.Single(GeneratorRun.Of(Spec.Replace("0.5", "0.75")).Specs);
        Assert.NotSame(spec, again);
        Assert.Equal(spec, again);
        Assert.Equal(spec.GetHashCode(), again.GetHashCode());
        Assert.NotEqual(spec, other);
    }

    [Theory]
    [InlineData(TrackingNames.Spec)]
    [InlineData(TrackingNames.Compile)]
    [InlineData(TrackingNames.Files)]
    public void WhatFeedsCodeHoldsNothingOfTheCompilation(string step)
    {
        GeneratorRun run = GeneratorRun.Of(Spec, Second, Helpers);
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        foreach (object value in run.Result.TrackedSteps[step].SelectMany(s => s.Outputs).Select(o => o.Value))
        {
            Walk(value, step, seen);
        }

        Assert.NotEmpty(seen);
    }

    [Fact]
    public void TheWalkWouldFindASymbol()
    {
        GeneratorRun run = GeneratorRun.Of(Spec);
        Assert.ThrowsAny<Exception>(() => Walk(run.Result.TrackedSteps[TrackingNames.Parse], "parse", new(ReferenceEqualityComparer.Instance)));
    }

    private static void Walk(object? value, string path, HashSet<object> seen)
    {
        if (value is null || value is string || value.GetType() is { IsPrimitive: true } or { IsEnum: true } || !seen.Add(value))
        {
            return;
        }

        Assert.False(
            value is ISymbol or Compilation or SyntaxNode or SyntaxTree or SemanticModel or Location or Diagnostic,
            $"A {value.GetType()} is reachable at {path}.");
        if (value is IEnumerable items)
        {
            foreach (object? item in items)
            {
                Walk(item, path + "[]", seen);
            }
        }

        for (Type? type = value.GetType(); type is not null && type != typeof(object); type = type.BaseType)
        {
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                Walk(field.GetValue(value), $"{path}.{field.Name}", seen);
            }
        }
    }

    private static Compilation Replace(Compilation compilation, string path, string old, string replacement)
    {
        SyntaxTree tree = compilation.SyntaxTrees.Single(t => t.FilePath == path);
        string text = tree.GetText().ToString();
        Assert.Contains(old, text);
        return compilation.ReplaceSyntaxTree(tree, tree.WithChangedText(SourceText.From(text.Replace(old, replacement), System.Text.Encoding.UTF8)));
    }

    /// <summary>Every named step after parsing, and every output: by reflection, so that none is forgotten.</summary>
    private static void AssertNothingRanAfterParsing(GeneratorRun run)
    {
        foreach (string name in typeof(TrackingNames).GetFields().Select(f => (string)f.GetValue(null)!).Where(n => n != TrackingNames.Parse))
        {
            AssertReasons(run, name, IncrementalStepRunReason.Cached, IncrementalStepRunReason.Unchanged);
        }

        Assert.NotEmpty(run.Result.TrackedOutputSteps);
        Assert.All(
            run.Result.TrackedOutputSteps.Values.SelectMany(steps => steps).SelectMany(s => s.Outputs),
            o => Assert.Equal(IncrementalStepRunReason.Cached, o.Reason));
    }

    private static void AssertReasons(GeneratorRun run, string step, params IncrementalStepRunReason[] allowed)
    {
        Assert.True(run.Result.TrackedSteps.ContainsKey(step), $"No step is called {step}.");
        Assert.All(
            run.Result.TrackedSteps[step].SelectMany(s => s.Outputs),
            o => Assert.True(allowed.Contains(o.Reason), $"{step} ran: {o.Reason}."));
    }

    private static int Count(GeneratorRun run, string step, IncrementalStepRunReason reason) =>
        run.Result.TrackedSteps[step].SelectMany(s => s.Outputs).Count(o => o.Reason == reason);
}
