using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler;

/// <summary>A parsed spec: all that code generation depends on, and nothing of where it stands in a file.</summary>
/// <param name="Namespace">The namespace of the struct, or empty.</param>
/// <param name="ContainingTypes">The declarations of the types around it, outermost first, e.g. "partial class Outer".</param>
/// <param name="Accessibility">"public" or "internal".</param>
/// <param name="AxisTypes">For each axis of the graph, its marker type in C#, with global:: .</param>
/// <param name="Step">The spec's own Step, as the oracle calls it.</param>
/// <param name="RequiredModes">The modes that the spec asks for, as flags of ModelDsl.Mode.</param>
/// <param name="EmitTorch">Whether the consumer references ModelDsl.TorchSharp.</param>
/// <param name="EmitGpu">Whether the consumer references ModelDsl.Kernels.Gpu.</param>
public sealed record RecurrenceSpec(
    string Namespace,
    EquatableArray<string> ContainingTypes,
    string Accessibility,
    StepGraph Graph,
    EquatableArray<string> AxisTypes,
    StepSignature Step,
    int RequiredModes,
    bool EmitTorch,
    bool EmitGpu)
{
    /// <summary>The struct in C#, with global:: .</summary>
    public string QualifiedName => string.Join(".", new[] { Namespace }.Where(n => n.Length > 0)
        .Concat(ContainingTypes.Select(declaration => declaration.Split(' ').Last())).Append(Graph.Name).Prepend("global::")).Replace("global::.", "global::");
}

/// <summary>What Step takes, carries and returns, in its own types: the graph has two real values for each complex one.</summary>
/// <param name="Parameters">Its parameters, less those that no caller passes.</param>
/// <param name="Supplied">The parameters that no caller passes, in order.</param>
/// <param name="ReturnsTuple">Whether Step returns a tuple.</param>
public sealed record StepSignature(
    EquatableArray<StepValue> Parameters,
    EquatableArray<SuppliedParameter> Supplied,
    EquatableArray<StepValue> Fields,
    EquatableArray<StepValue> Results,
    bool ReturnsTuple);

/// <summary>A parameter, a field or a result of Step.</summary>
public sealed record StepValue(string Name, bool IsComplex);

/// <summary>What the runtime passes for a parameter of Step.</summary>
public enum Supply
{
    TokenIndex,
    MiniBatchIndex,
    Lag,
    SequenceLength,
    Delay,
}

/// <summary>A parameter of Step that no caller passes.</summary>
/// <param name="Ordinal">Which parameter, counted from 0.</param>
/// <param name="What">What it holds.</param>
/// <param name="Axis">Its axis, or null.</param>
public sealed record SuppliedParameter(int Ordinal, Supply What, string? Axis);

/// <summary>A generated file.</summary>
/// <param name="HintName">Its name, ending in .g.cs.</param>
public sealed record GeneratedFile(string HintName, string Text);

/// <summary>A mode that cannot be derived.</summary>
/// <param name="Mode">Its name in ModelDsl.Mode.</param>
/// <param name="ModeFlag">Its flag in ModelDsl.Mode.</param>
/// <param name="Reason">Which term breaks it, in words and in mathematical notation.</param>
/// <param name="Node">The node that breaks it: a diagnostic points at where it stands. -1 if there is none.</param>
public sealed record IllegalMode(string Mode, int ModeFlag, string Reason, int Node);

/// <summary>What the compiler makes of a spec.</summary>
public sealed record CompilationResult(EquatableArray<GeneratedFile> Files, EquatableArray<IllegalMode> IllegalModes);
