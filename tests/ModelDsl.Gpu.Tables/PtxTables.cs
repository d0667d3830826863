using System.Globalization;
using ModelDsl.Kernels.Gpu.Ptx;
using static ModelDsl.Gpu.Tables.MarkdownTable;

namespace ModelDsl.Gpu.Tables;

/// <summary>The table of what kernels ask of a device.</summary>
internal static class PtxTables
{
    public static string Kernels()
    {
        MarkdownTable table = new(
            "recurrence", "modes", "kernel", "chunk", "registers live", "estimated", "shared bytes", "tile", "barriers", "local", "f64", "instructions", "occupancy sm_80", "sm_90");
        foreach (PtxRow row in ShippedKernels.Rows)
        {
            PtxReport report = row.Report;
            table.Row(
                row.Entry.Recurrence,
                row.Modes,
                row.Entry.Name,
                Whole(row.Entry.Shape.Chunk),
                Whole(report.Pressure.Registers),
                Whole(report.Registers),
                Whole(report.SharedBytes),
                row.Entry.Shape.TileIsShared != 0 ? "shared" : "global",
                Whole(report.Barriers),
                Whole(report.LocalBytes + report.LocalAccesses),
                Whole(report.DoubleInstructions),
                Whole(report.Mix.Total),
                Cell(report.On(PtxTarget.Sm80)),
                Cell(report.On(PtxTarget.Sm90)));
        }

        return table.ToString();
    }

    private static string Cell(Occupancy occupancy) => string.Create(CultureInfo.InvariantCulture, $"{occupancy.Ratio * 100:0} % ({occupancy.Limit})");
}
