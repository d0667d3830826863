using ModelDsl.Kernels.Gpu.Ptx;

namespace ModelDsl.Gpu.Tables;

/// <summary>A kernel of a shipped recurrence and what its PTX asks of a device.</summary>
/// <param name="Modes">The modes that launch it.</param>
/// <param name="Entry">The kernel and its shape.</param>
/// <param name="Report">What its PTX says.</param>
internal sealed record PtxRow(string Modes, PtxEntry Entry, PtxReport Report)
{
    public override string ToString() => $"{Entry.Recurrence}, {Modes}, {Entry.Name}";
}
