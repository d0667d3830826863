using ModelDsl.Conformance.Mapping;

namespace ModelDsl.Conformance.Targets;

/// <summary>The generated kernel for the CPU, over views of the golden tensors themselves.</summary>
public sealed class CpuTarget : ITarget
{
    /// <inheritdoc/>
    public string Name => "cpu";

    /// <inheritdoc/>
    public IEnumerable<Mode> Modes(RecurrenceHandle recurrence) => recurrence.Description.LegalModes;

    /// <inheritdoc/>
    public RunResult Run(BoundCase golden, Mode mode, int chunkSize) => KernelRun.Run(golden.Recurrence.Kernel, golden, golden.Options(mode, chunkSize));
}
