using ModelDsl.Kernels.Gpu.Ptx;

namespace ModelDsl.Gpu.Tables;

/// <summary>A kernel of a shipped recurrence and what its PTX asks of a device.</summary>
/// <param name="Mode">The mode that launches it.</param>
/// <param name="Entry">The kernel and its shape.</param>
/// <param name="Report">What its PTX says.</param>
internal sealed record PtxRow(Mode Mode, PtxEntry Entry, PtxReport Report)
{
    public string Name => Entry.Shape.Component > 0 ? $"{Entry.Name} {Entry.Shape.Component}" : Entry.Name;

    public override string ToString() => $"{Entry.Recurrence}, {Mode}, {Name}";
}
