using ModelDsl.Kernels.Cpu;

namespace ModelDsl.Kernels.Tests;

/// <summary>Threads that share products.</summary>
public sealed unsafe class TeamTests
{
    /// <summary>Each part of each piece of work is done once, and done when the worker goes on, whoever has come by then.</summary>
    [Fact]
    public void EveryPartIsDoneOnceBeforeTheNextWork()
    {
        using Team team = Team.Of(5)!;
        int* done = stackalloc int[5];
        int most = 0;

        // A helper may be slow to come on a busy machine.
        int wanted = Math.Min(Environment.ProcessorCount, 2);
        long start = Environment.TickCount64;
        for (int i = 0; i < 20_000 || (most < wanted && Environment.TickCount64 - start < 10_000); i++)
        {
            new Span<int>(done, 5).Clear();
            int parts = 0;
            team.Run(new Count(done, &parts));
            most = Math.Max(most, parts);
            for (int part = 0; part < 5; part++)
            {
                Assert.Equal(part < parts ? 1 : 0, done[part]);
            }
        }

        Assert.InRange(most, wanted, 5);
    }

    [Fact]
    public void NobodyIsCalledForOneThread() => Assert.Null(Team.Of(1));

    /// <summary>Parts of a product are its columns: all of them, each once, also where there are more members than blocks of columns.</summary>
    [Theory]
    [InlineData(16)]
    [InlineData(272)]
    [InlineData(400)]
    public void PartsOfAProductAreAllItsColumns(int columns)
    {
        const int Rows = 5, Depth = 19;
        using var memory = new NativeRows(1);
        float* left = memory.Uniform(Rows, Depth, Depth), right = memory.Uniform(Depth, columns, columns);
        float* data = memory.Poisoned(1, (int)PackedMatrix.Length(Depth, columns));
        var matrix = new PackedMatrix(data, Depth, columns);
        matrix.Set(0, Depth, 0, columns, right, columns, 1);
        float* expected = memory.Poisoned(Rows, columns);
        matrix.Multiply(Rows, left, Depth, expected, columns);
        foreach (int parts in new[] { 1, 2, 3, 7 })
        {
            float* panels = memory.Poisoned(Rows, columns), added = memory.Poisoned(Rows, columns);
            new Span<float>(added, Rows * columns).Clear();
            for (int part = 0; part < parts; part++)
            {
                new TeamProduct.OfPanels(false, Rows, columns, Depth, left, Depth, data, Depth * PackedMatrix.PanelWidth, panels, columns, false).Run(part, parts);
                new TeamProduct.Added(Rows, columns, Depth, left, Depth, 1, right, columns, added, columns).Run(part, parts);
            }

            Assert.True(new ReadOnlySpan<float>(expected, Rows * columns).SequenceEqual(new ReadOnlySpan<float>(panels, Rows * columns)));
            Assert.True(new ReadOnlySpan<float>(expected, Rows * columns).SequenceEqual(new ReadOnlySpan<float>(added, Rows * columns)));
        }
    }

    private readonly struct Count(int* done, int* all) : ITeamWork
    {
        public void Run(int part, int parts)
        {
            Interlocked.Increment(ref done[part]);
            if (part == 0)
            {
                *all = parts;
            }
        }
    }
}
