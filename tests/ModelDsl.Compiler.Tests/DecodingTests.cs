using ModelDsl.Testing;

namespace ModelDsl.Compiler.Tests;

/// <summary>Alone: while other tests start, the runtime puts off optimising what runs often.</summary>
[CollectionDefinition(nameof(DecodingTests), DisableParallelization = true)]
public sealed class DecodingCollection;

/// <summary>Decoding token by token leaves nothing for the garbage collector.</summary>
[Collection(nameof(DecodingTests))]
public sealed class DecodingTests
{
    private static readonly CompiledSpecs s_specs = SpecCompiler.Compile(
        Specs.Axes, Specs.GatedDeltaRule, Specs.SelectiveScan, Specs.Cell, Specs.ShiftedMemory);

    [Theory]
    [InlineData("GatedDeltaRule")]
    [InlineData("SelectiveScan")]
    [InlineData("Cell")]
    [InlineData("ShiftedMemory")]
    public void AStepAllocatesNothing(string name)
    {
        IRecurrenceKernel kernel = s_specs.Recurrence(name).Kernel;
        var decoder = new RecurrenceDecoder(kernel, new SequenceShape(2, 1, 3, [.. kernel.Description.Axes.Select(_ => 20)]), threads: 1);
        // The first steps run code that is not optimised yet, which boxes what optimised code does not: steps are taken until that is over.
        long allocated = long.MaxValue;
        for (int round = 0; allocated > 0 && round < 300; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 50; i++)
            {
                decoder.Step();
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated > 0)
            {
                Thread.Sleep(50);
            }
        }

        Assert.Equal(0, allocated);
    }
}
