using System.Globalization;

namespace ModelDsl.Conformance.Reporting;

/// <summary>What became of a file on a target in a mode.</summary>
public enum Outcome
{
    /// <summary>All errors within their bounds.</summary>
    Passed,

    /// <summary>An error out of bounds, or no result.</summary>
    Failed,

    /// <summary>Not run.</summary>
    Skipped,
}

/// <summary>One line of the table.</summary>
/// <param name="Architecture">The architecture, or what the file name says if it is not known.</param>
/// <param name="File">The file's name.</param>
/// <param name="Target">The target, or "-".</param>
/// <param name="Mode">The mode, or "-".</param>
/// <param name="Errors">The worst errors.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Note">Why it failed or was skipped.</param>
public sealed record Row(string Architecture, string File, string Target, string Mode, Comparison Errors, Outcome Outcome, string Note = "")
{
    /// <summary>The row's cells, as text.</summary>
    public string[] Cells =>
    [
        Architecture, File, Target, Mode, Text(Errors.Outputs), Text(Errors.States), Text(Errors.Gradients),
        Outcome switch { Outcome.Passed => "pass", Outcome.Failed => "FAIL", _ => "skip" }, Note,
    ];

    private static string Text(double? error) => error is null ? "-" : error.Value.ToString("0.0e+00", CultureInfo.InvariantCulture);
}
