using System.Globalization;
using System.Text;

namespace ModelDsl;

/// <summary>The worst error of a group of tensors, relative to the largest value of the tensor.</summary>
/// <param name="Value">The error; infinite where a result is not a number.</param>
/// <param name="Where">The tensor and the run, e.g. "dk T=35"; empty if nothing differs.</param>
public readonly record struct VerificationError(double Value, string Where)
{
    /// <summary>The worse of two.</summary>
    internal VerificationError Or(VerificationError other) => other.Value > Value || Where is null ? other : this;

    /// <summary>The error and where it is.</summary>
    public override string ToString() => Where is null or ""
        ? Value.ToString("0.0e+00", CultureInfo.InvariantCulture)
        : $"{Value.ToString("0.0e+00", CultureInfo.InvariantCulture)} {Where}";
}

/// <summary>One mode on one target.</summary>
/// <param name="Mode">The mode.</param>
/// <param name="Target">The target's name.</param>
/// <param name="Runs">The runs that were made: the length, and what was special about it.</param>
/// <param name="Outputs">The worst error of an output, against the spec itself.</param>
/// <param name="States">The worst error of a final state.</param>
/// <param name="Gradients">The worst error of the gradient of an input or initial state.</param>
/// <param name="Split">The worst difference between one call and several with the state carried.</param>
/// <param name="Failure">What went wrong apart from the numbers, or null.</param>
/// <param name="Passed">Whether all is within its bound.</param>
public sealed record VerificationRow(
    Mode Mode,
    string Target,
    IReadOnlyList<string> Runs,
    VerificationError Outputs,
    VerificationError States,
    VerificationError Gradients,
    VerificationError Split,
    string? Failure,
    bool Passed);

/// <summary>What <see cref="ModeVerification"/> found. Prints as a table.</summary>
/// <param name="Recurrence">The name of the spec.</param>
/// <param name="Setting">Sizes and bounds, in words.</param>
/// <param name="Rows">One row per target and legal mode.</param>
/// <param name="Illegal">The modes that were not run because they are not legal, with the reason.</param>
public sealed record VerificationReport(
    string Recurrence, string Setting, IReadOnlyList<VerificationRow> Rows, IReadOnlyList<(Mode Mode, string Reason)> Illegal)
{
    /// <summary>Whether every row passed, and there is one.</summary>
    public bool Passed => Rows.Count > 0 && Rows.All(r => r.Passed);

    /// <summary>The table.</summary>
    public override string ToString()
    {
        List<string[]> cells = [["mode", "target", "outputs", "states", "gradients", "split", ""]];
        cells.AddRange(Rows.Select(r => (string[])
        [
            r.Mode.ToString(), r.Target, r.Outputs.ToString(), r.States.ToString(), r.Gradients.ToString(), r.Split.ToString(), r.Passed ? "pass" : "FAIL",
        ]));
        int[] widths = [.. Enumerable.Range(0, cells[0].Length).Select(c => cells.Max(row => row[c].Length))];

        var text = new StringBuilder();
        text.Append(Recurrence).Append(": ").AppendLine(Setting);
        foreach (string runs in Rows.Select(r => string.Join(", ", r.Runs)).Distinct())
        {
            text.Append("lengths: ").AppendLine(runs);
        }

        foreach (string[] row in cells)
        {
            text.AppendLine(string.Join("  ", row.Select((cell, c) => cell.PadRight(widths[c]))).TrimEnd());
        }

        foreach (VerificationRow row in Rows.Where(r => r.Failure is not null))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{row.Mode} on {row.Target}: {row.Failure}");
        }

        foreach ((Mode mode, string reason) in Illegal)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{mode} is not legal: {reason}");
        }

        return text.ToString();
    }
}
