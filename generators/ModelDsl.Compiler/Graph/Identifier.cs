namespace ModelDsl.Compiler.Graph;

/// <summary>Names in generated code.</summary>
public static class Identifier
{
    /// <summary>The name with a capital: what follows a prefix.</summary>
    public static string Capital(string name) => char.ToUpperInvariant(name[0]) + name.Substring(1);

    /// <summary>The name itself, or the name with the first digit from 2 on that makes it new.</summary>
    public static string Unique(string name, Func<string, bool> isTaken)
    {
        string candidate = name;
        for (int digit = 2; isTaken(candidate); digit++)
        {
            candidate = name + digit.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return candidate;
    }
}
