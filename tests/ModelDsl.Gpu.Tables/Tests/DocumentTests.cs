using Xunit;

namespace ModelDsl.Gpu.Tables.Tests;

public class DocumentTests
{
    [Theory]
    [InlineData("work")]
    [InlineData("intensity")]
    public void Tables_of_the_page_are_what_the_code_says(string name) => Assert.Equal(
        Document.Tables[name](), Document.Read(File.ReadAllText(Document.Path), name), ignoreLineEndingDifferences: true);

    [Fact]
    public void The_page_has_every_kernel_with_its_barriers()
    {
        // Not to the last instruction: a change of a polynomial is no change of what is stated.
        Assert.Equal(
            ShippedKernels.Rows.Select(row => (row.ToString(), MarkdownTable.Whole(row.Report.Barriers))),
            Cells(Document.Read(File.ReadAllText(Document.Path), "kernels")).Skip(2).Select(row => ($"{row[0]}, {row[1]}, {row[2]}", row[8])));

        static IEnumerable<string[]> Cells(string table) => table.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('|').Skip(1).SkipLast(1).Select(cell => cell.Trim()).ToArray());
    }

    [Fact]
    public void A_table_takes_the_place_of_the_old_one()
    {
        const string page = "before\n<!-- table: a -->\nold\n<!-- end -->\nafter\n<!-- table: b -->\nb\n<!-- end -->\n";
        Assert.Equal("old\n", Document.Read(page, "a"));
        Assert.Equal(page.Replace("old", "new", StringComparison.Ordinal), Document.Replace(page, "a", "new\n"));
        Assert.Contains("'c'", Assert.Throws<FormatException>(() => Document.Read(page, "c")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Longer_chunks_of_chunkwise_kernels_raise_the_arithmetic_intensity()
    {
        foreach (Compiler.Lowering.KernelProgram program in ShippedSpecs.Programs.Where(p => ShippedSpecs.IsChunkwise(p) && !p.HeadsAsLanes))
        {
            double[] intensity = [.. new[] { 8, 32, 128 }.Select(chunk => CostTables.Total(
                new Compiler.Costs.CostModel(program, ShippedSpecs.Sizes(program, chunk)).Forward(Compiler.Costs.Schedule.Chunkwise, forBackward: true)).Intensity)];
            Assert.True(intensity[0] < intensity[1] && intensity[1] < intensity[2], $"{program.Program.Source.Name}: {string.Join(", ", intensity)}");
        }
    }
}
