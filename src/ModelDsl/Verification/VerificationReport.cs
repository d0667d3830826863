using System.Globalization;
using System.Text;

namespace ModelDsl;

/// <summary>The worst error of a group of tensors, relative to the largest value of the tensor.</summary>
/// <param name="Value">The error; infinite where a result is not a number.</param>
/// <param name="Where">The tensor and the run, e.g. "dk T=35"; empty if nothing differs.</param>
public readonly record struct VerificationError(double Value, string Where)
{
    /// <summary>A tensor is compared with its own largest value, however small beside the others.</summary>
    internal const double Floor = 1e-12;

    /// <summary>
    /// A gradient a hundred times smaller than the others of the same pass is what is left when larger terms cancel (a normaliser and
    /// what it normalises, say): float32 rounds the terms, so its error is compared with a hundredth of the largest gradient instead.
    /// </summary>
    internal const double CancellationFloor = 1e-2;

    /// <summary>The worse of two.</summary>
    internal VerificationError Or(VerificationError other) => other.Value > Value || Where is null ? other : this;

    /// <summary>The worst error of a group of tensors.</summary>
    /// <param name="found">What was computed.</param>
    /// <param name="expected">What is right.</param>
    /// <param name="where">The name of each tensor.</param>
    /// <param name="floor">The smallest size that an error is compared with, relative to the largest value of all.</param>
    /// <param name="all">The tensors of the pass if the group is a part of them: what is zero but for rounding shows beside the others alone.</param>
    internal static VerificationError Worst(float[][] found, double[][] expected, Func<int, string> where, double floor = Floor, double[][]? all = null)
    {
        double largest = (all ?? expected).SelectMany(e => e).Select(Math.Abs).DefaultIfEmpty(0).Max();
        VerificationError worst = default;
        for (int i = 0; i < found.Length; i++)
        {
            // What is zero but for rounding has no size of its own to be compared with.
            double size = expected[i].Max(Math.Abs), error = 0;
            double scale = size > 1e-9 * largest ? Math.Max(size, floor * largest) : largest > 0 ? largest : 1;
            for (int j = 0; j < found[i].Length; j++)
            {
                double difference = Math.Abs(found[i][j] - expected[i][j]);
                error = double.IsNaN(difference) ? double.PositiveInfinity : Math.Max(error, difference / scale);
            }

            worst = worst.Or(new(error, where(i)));
        }

        return worst;
    }

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
/// <param name="Packed">The worst difference between sequences packed, or padded, and the same alone, where it need not be none.</param>
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
    VerificationError Packed,
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
        List<string[]> cells = [["mode", "target", "outputs", "states", "gradients", "split", "packed", ""]];
        cells.AddRange(Rows.Select(r => (string[])
        [
            r.Mode.ToString(), r.Target, r.Outputs.ToString(), r.States.ToString(), r.Gradients.ToString(), r.Split.ToString(), r.Packed.ToString(), r.Passed ? "pass" : "FAIL",
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
