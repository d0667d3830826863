namespace ModelDsl.Compiler.Emission;

/// <summary>C# texts as factors of a product.</summary>
internal static class Factor
{
    /// <summary>The text, in parentheses if it is more than one term: that it begins or ends with a call says nothing of what stands between.</summary>
    public static string Of(string text)
    {
        int depth = 0;
        foreach (char c in text)
        {
            depth += c is '(' or '[' ? 1 : c is ')' or ']' ? -1 : 0;
            if (c == ' ' && depth == 0)
            {
                return $"({text})";
            }
        }

        return text;
    }
}
