using System.Runtime.CompilerServices;
using Xunit;

namespace VerifyXunit;

/// <summary>
/// Snapshots with the conventions of Verify: <c>Class.Method.verified.cs</c> beside the test is the approved text, and
/// <c>Class.Method.received.cs</c> is written where the text differs. To approve, rename the one to the other.
/// </summary>
/// <remarks>Build with -p:UseVerify=true to use the package Verify.Xunit instead, where it can be restored.</remarks>
public static class Verifier
{
    /// <summary>Compares a text with its approved snapshot.</summary>
    /// <param name="target">The text.</param>
    /// <param name="extension">Of the snapshot's file.</param>
    /// <param name="sourceFile">The test's file, whose name is that of its class.</param>
    /// <param name="method">The test.</param>
    public static async Task Verify(
        string target, string extension, [CallerFilePath] string sourceFile = "", [CallerMemberName] string method = "")
    {
        string prefix = Path.Combine(Path.GetDirectoryName(sourceFile)!, $"{Path.GetFileNameWithoutExtension(sourceFile)}.{method}");
        string verified = $"{prefix}.verified.{extension}", received = $"{prefix}.received.{extension}";
        string actual = Normalize(target);
        string? expected = File.Exists(verified) ? Normalize(await File.ReadAllTextAsync(verified)) : null;
        if (actual == expected)
        {
            File.Delete(received);
            return;
        }

        await File.WriteAllTextAsync(received, actual);
        Assert.Fail(expected is null
            ? $"There is no snapshot yet. Read {received} and rename it to {Path.GetFileName(verified)} to approve it."
            : $"The text differs from {verified} {Difference(expected, actual)}. Read {received} and rename it over the other to approve it.");
    }

    private static string Normalize(string text) => text.Replace("\r\n", "\n").TrimEnd() + "\n";

    private static string Difference(string expected, string actual)
    {
        string[] a = expected.Split('\n'), b = actual.Split('\n');
        int line = 0;
        while (line < a.Length && line < b.Length && a[line] == b[line])
        {
            line++;
        }

        return $"at line {line + 1}: expected \"{a.ElementAtOrDefault(line)}\", received \"{b.ElementAtOrDefault(line)}\"";
    }
}
