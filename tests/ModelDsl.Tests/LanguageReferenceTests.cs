using System.Reflection;
using System.Runtime.CompilerServices;

namespace ModelDsl.Tests;

public class LanguageReferenceTests
{
    [Fact]
    public void EveryFunctionIsInTheReference()
    {
        string reference = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Here())!, "../../src/ModelDsl/LANGUAGE.md"));
        string[] missing =
        [
            .. typeof(Functions).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
                .Select(m => m.Name).Distinct().Where(n => !reference.Contains($"{n}(", StringComparison.Ordinal) && !reference.Contains($"{n}<", StringComparison.Ordinal)),
        ];
        Assert.Empty(missing);
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
