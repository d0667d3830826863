using Microsoft.CodeAnalysis;
using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Graph;
using ModelDsl.Generators.Diagnostics;

namespace ModelDsl.Generators.Parsing;

/// <summary>Says where a step that convolves with kernels of its own does what it may not, and which step carries nothing over time at all.</summary>
internal static class KernelCheck
{
    /// <param name="graph">The step.</param>
    /// <param name="locations">Where each node stands.</param>
    /// <param name="type">The struct.</param>
    /// <param name="diagnostics">Receives what is found.</param>
    public static void Report(StepGraph graph, IReadOnlyList<Location> locations, INamedTypeSymbol type, DiagnosticBag diagnostics)
    {
        foreach (KernelMistake mistake in GivenKernelRules.Check(graph))
        {
            DiagnosticDescriptor rule = mistake.Kind switch
            {
                KernelMistakeKind.Kernel => Rules.KernelVaries,
                KernelMistakeKind.Signal => Rules.NestedConvolution,
                _ => Rules.OutsideKernel,
            };
            diagnostics.Report(locations[mistake.Node], rule, mistake.What, mistake.Reason);
        }

        if (graph.States.Count == 0 && !graph.IsConvolution)
        {
            diagnostics.Report(type.Locations[0], Rules.NoState, type.Name);
        }

        if (graph.States.Count > 0 && graph.Nodes.ToList().FindIndex(n => GivenKernels.IsConvolution(n.Op)) is >= 0 and var convolution)
        {
            diagnostics.Report(locations[convolution], Rules.ConvolutionWithState, type.Name, graph.States[0].Name);
        }
    }
}
