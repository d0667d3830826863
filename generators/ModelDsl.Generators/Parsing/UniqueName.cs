namespace ModelDsl.Generators.Parsing;

internal static class UniqueName
{
    /// <summary>The name itself, or the name with the first digit from 2 on that makes it new.</summary>
    public static string For(string name, Func<string, bool> isTaken)
    {
        string candidate = name;
        for (int digit = 2; isTaken(candidate); digit++)
        {
            candidate = name + digit.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return candidate;
    }
}
