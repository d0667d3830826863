using ModelDsl.Kernels.Gpu;
using ModelDsl.Testing;

namespace ModelDsl.Gpu.Tests;

/// <summary>
/// Layers of the literature, and what outsiders might write, with every gradient on the emulator: one for each thing that a kernel can be made of. ILGPU takes seconds to
/// compile a memory for one mode, so memories share the modes among them, and few are here: the others are run through torch and on the CPU.
/// </summary>
public sealed class WrittenSpecTests(WrittenSpecTests.Compiled compiled) : IClassFixture<WrittenSpecTests.Compiled>
{
    private const Mode All = Mode.Recurrent | Mode.Chunkwise | Mode.ParallelScan | Mode.Quadratic;

    private static readonly Dictionary<string, Mode> s_modes = new()
    {
        ["NumberBeforeAndAfter"] = Mode.Chunkwise,
        ["ScaledByADifference"] = All,
        ["LeastMeanSquares"] = Mode.Chunkwise,
        ["Mamba3"] = Mode.ParallelScan,
        ["SlidingWindow"] = Mode.Quadratic,
        ["DampedLinOss"] = All,
        ["HoltTrend"] = All,
        ["Biquad"] = All,
        ["EraseAndAdd"] = All,
        ["ScalarKalman"] = Mode.Recurrent,
        ["SpikingNeuron"] = Mode.Recurrent,
        ["Kuramoto"] = Mode.Recurrent,
    };

    public static TheoryData<string> Names => [.. s_modes.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Modes_agree_with_the_definition_on_the_emulator(string name) => InventedSpec.Verify(
        compiled.Specs,
        name,
        GpuKind.Emulator,
        WrittenSpecs.Options[name] with
        {
            Lengths = [3],
            Segments = [],
            ChunkSize = 2,
            Batch = 1,
            Heads = 1,
            Modes = [.. Enum.GetValues<Mode>().Where(mode => mode != Mode.Auto && s_modes[name].HasFlag(mode))],
        });

    /// <summary>The specs, compiled once.</summary>
    public sealed class Compiled : IDisposable
    {
        public CompiledSpecs Specs { get; } = WrittenSpecs.Compile(s_modes.Keys);

        public void Dispose() => Specs.Dispose();
    }
}
