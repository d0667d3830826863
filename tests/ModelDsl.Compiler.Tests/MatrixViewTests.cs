using ModelDsl.Testing;

namespace ModelDsl.Compiler.Tests;

/// <summary>A parameter that is a matrix and nothing else is read where the caller has it, however it lies there: the bits are those of a matrix that lies row by row.</summary>
public sealed unsafe class MatrixViewTests
{
    private static readonly CompiledSpecs s_specs = SpecCompiler.Compile(Specs.Axes, Specs.Cell);

    /// <summary>One token and two are multiplied by the matrix as it lies where it can be, forty by panels; 20 units do not fill vectors.</summary>
    [Theory]
    [InlineData(32, 1)]
    [InlineData(32, 2)]
    [InlineData(32, 40)]
    [InlineData(20, 1)]
    [InlineData(20, 40)]
    public void BitsDoNotDependOnHowAMatrixLies(int units, int tokens)
    {
        (int Row, int Column)[] layouts = [(1, units), (3 * units, 3), (units + 5, 1), (1, units + 7), (0, 1), (1, 0), (0, units)];
        foreach ((int row, int column) in layouts)
        {
            var random = new Random(1);
            float[] memory = Numbers(random, 3 * units * (units + 7));
            float[] straight = [.. Enumerable.Range(0, units * units).Select(i => memory[(i / units * row) + (i % units * column)])];
            float[] x = Numbers(random, tokens * units), gate = Numbers(random, tokens * units);
            float[] expected = Outputs(units, tokens, x, gate, straight, units, 1);
            float[] found = Outputs(units, tokens, x, gate, memory, row, column);
            Assert.True(expected.AsSpan().SequenceEqual(found), $"{units} units, {tokens} tokens, strides {row} and {column}");
        }
    }

    private static float[] Numbers(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) * 0.3f)];

    private static float[] Outputs(int units, int tokens, float[] x, float[] gate, float[] matrix, int row, int column)
    {
        RecurrenceHandle cell = s_specs.Recurrence("Cell");
        var shape = new SequenceShape(1, tokens, 1, [.. cell.Description.Axes.Select(_ => units)]);
        float[] output = new float[tokens * units];
        fixed (float* px = x, pGate = gate, pMatrix = matrix, pOutput = output)
        {
            TensorView Tokens(float* data) => new((nint)data, 1, tokens * units, units, units, 1);
            cell.Kernel.Forward(
                shape,
                [Tokens(px), Tokens(pGate), new TensorView((nint)pMatrix, 1, 0, 0, 0, row, column)],
                [default, default],
                [Tokens(pOutput)],
                [default, default],
                new RunOptions(Mode.Recurrent));
        }

        return output;
    }
}
