namespace ModelDsl.Recurrences.Tests;

/// <summary>Holds a recurrence that no golden file holds against its own spec, and the spec's gradients against finite differences.</summary>
internal static class Invented
{
    /// <summary>Verifies a recurrence in all its legal modes.</summary>
    /// <param name="expected">The modes that must be legal, and no other.</param>
    /// <param name="options">Sizes and ranges.</param>
    public static void Verify<T>(Mode expected, VerificationOptions? options = null)
        where T : struct, IRecurrence<T>
    {
        VerificationReport report = ModeVerification.Verify<T>(options);
        Assert.True(report.Passed, report.ToString());
        Assert.Equal(expected, T.Description.LegalModes.Aggregate((a, b) => a | b));
        VerificationError oracle = OracleVerification.GradientError<T>((options ?? new()) with { Lengths = [1, 7] });
        Assert.True(oracle.Value < 1e-7, $"{report.Recurrence}: the oracle's gradient differs from finite differences: {oracle}");
    }
}
