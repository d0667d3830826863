using ModelDsl.Conformance.Reporting;
using Xunit;

namespace ModelDsl.Conformance.Tests;

public sealed class ReadmeTests
{
    [Fact]
    public void TheReadmesTableOfModesIsWhatTheCodeSays()
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        int begin = readme.IndexOf(ModesTable.Begin, StringComparison.Ordinal);
        int end = readme.IndexOf(ModesTable.End, StringComparison.Ordinal);
        Assert.True(begin >= 0 && end > begin, $"README.md must hold {ModesTable.Begin} and {ModesTable.End}.");

        Assert.Equal(ModesTable.Text(), readme[begin..(end + ModesTable.End.Length)] + "\n");
    }
}
