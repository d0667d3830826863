using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ModelDsl.Testing;

/// <summary>Specs of ModelDsl.Recurrences.Tests as text, for tests that run them elsewhere than on the CPU. What is special about each stands beside it there.</summary>
public static class WrittenSpecs
{
    private const string Axes =
        """
        namespace ModelDsl.Recurrences.Tests;

        public struct Key : IAxis;
        public struct Value : IAxis;
        public struct Slot : IAxis;
        public struct Channel : IAxis;
        public struct Unit : IAxis;
        public struct Previous : IAxis;
        public struct Row : IAxis;
        public struct Column : IAxis;

        """;

    /// <summary>Each spec that is run, with the sizes and ranges that it needs; small ones, since devices may be emulated.</summary>
    public static IReadOnlyDictionary<string, VerificationOptions> Options { get; } = new Dictionary<string, VerificationOptions>
    {
        ["KimiDelta"] = Sized(("Key", 3), ("Value", 5)),
        ["Rwkv7"] = Sized(("Key", 3), ("Value", 5)),
        ["GatedDeltaProduct"] = Sized(("Key", 4), ("Value", 3)),
        ["GatedSlots"] = Sized(("Slot", 2), ("Key", 3), ("Value", 5)),
        ["ThreeAxisDelta"] = Sized(("Key", 3), ("Scale", 2), ("Value", 5)),
        ["ConvThenDelta"] = Sized(("Key", 3), ("Value", 5)),
        ["SignedGla"] = Sized(("Key", 3), ("Value", 5)),
        ["MLstm"] = Sized(("Key", 3), ("Value", 5)),
        ["MomentumDelta"] = Sized(("Key", 2), ("Value", 3)),
        ["Mamba3"] = Sized(("N", 2), ("Value", 3)),
        ["DampedLinOss"] = Sized(("N", 3)),
        ["LeastMeanSquares"] = new(),
        ["ScalarKalman"] = Sized(("Channel", 3)) with { Ranges = new Dictionary<string, (double, double)> { ["variance"] = (0.1, 2) } },
        ["Biquad"] = Sized(("Channel", 3)),
        ["HoltTrend"] = Sized(("Channel", 3)),
        ["LowRankTransition"] = Sized(("N", 3), ("Rank", 2)),
        ["TwoSidedDelta"] = Sized(("Key", 3), ("Value", 5)),
        ["ForgetsAsAsked"] = Sized(("Key", 3), ("Value", 2)),
        ["MultiQuery"] = Sized(("Query", 2), ("Key", 3), ("Value", 5)),
        ["TurningMemory"] = Sized(("Key", 3), ("Value", 2)),
        ["SlidingWindow"] = Sized(("Key", 3), ("Value", 2)),
        ["Holographic"] = Sized(("Channel", 3), ("Copy", 3)),
        ["EraseAndAdd"] = Sized(("Slot", 3), ("Value", 2)),
        ["SpikingNeuron"] = Sized(("Unit", 3)),
        ["Kuramoto"] = Sized(("Unit", 3)),
        ["Conveyor"] = Sized(("Slot", 3), ("Channel", 2)),
        ["NumberBeforeAndAfter"] = Sized(("Key", 3), ("Value", 5)),
        ["ScaledByADifference"] = new(),
    };

    /// <summary>Compiles some of them, and no other spec of their files.</summary>
    public static CompiledSpecs Compile(IEnumerable<string> names) => SpecCompiler.Compile([Axes, .. Files([.. names])]);

    private static IEnumerable<string> Files(HashSet<string> names)
    {
        foreach (string name in typeof(WrittenSpecs).Assembly.GetManifestResourceNames())
        {
            using var reader = new StreamReader(typeof(WrittenSpecs).Assembly.GetManifestResourceStream(name)!);
            SyntaxNode file = CSharpSyntaxTree.ParseText(reader.ReadToEnd()).GetRoot();
            IEnumerable<StructDeclarationSyntax> others = file.DescendantNodes().OfType<StructDeclarationSyntax>()
                .Where(s => s.Modifiers.Any(SyntaxKind.PartialKeyword) && !names.Contains(s.Identifier.ValueText));
            yield return file.RemoveNodes(others, SyntaxRemoveOptions.KeepNoTrivia)!.ToFullString();
        }
    }

    private static VerificationOptions Sized(params (string Axis, int Size)[] sizes) => new() { AxisSizes = sizes.ToDictionary(s => s.Axis, s => s.Size) };
}
