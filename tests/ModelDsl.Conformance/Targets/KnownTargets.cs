namespace ModelDsl.Conformance.Targets;

/// <summary>The targets there are.</summary>
public static class KnownTargets
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ITarget> All { get; } = [new CpuTarget(), new TorchTarget(), new OracleTarget()];

    /// <summary>Those that are run unless others are asked for: generated code.</summary>
    public static IReadOnlyList<ITarget> Default { get; } = [.. All.Where(t => t is not OracleTarget)];
}
