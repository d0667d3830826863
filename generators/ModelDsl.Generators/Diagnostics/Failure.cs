namespace ModelDsl.Generators.Diagnostics;

internal static class Failure
{
    /// <summary>An error in ModelDsl itself, on one line as a diagnostic's message must be.</summary>
    public static string Describe(Exception failure) =>
        $"{failure.GetType().Name}: {failure.Message} {failure.StackTrace}".Replace("\r", "").Replace("\n", " ");
}
