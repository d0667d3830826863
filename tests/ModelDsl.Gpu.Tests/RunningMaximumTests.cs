using ModelDsl.Kernels.Gpu;
using ModelDsl.Testing;

namespace ModelDsl.Gpu.Tests;

/// <summary>A maximum that nothing is added to, of a state that one thread carries: a chunk's summary leaves what it makes of a state as it is.</summary>
public sealed class RunningMaximumTests
{
    [Fact]
    public void A_number_beside_a_vector_may_be_a_running_maximum()
    {
        using CompiledSpecs specs = SpecCompiler.Compile(
            """
            public struct Key : IAxis;

            [Recurrence(Require = Mode.ParallelScan)]
            public partial struct MaximumBesideAVector
            {
                [State] Scalar most;
                [State] Tensor<Key> h;

                public Tensor<Key> Step(Scalar x, Tensor<Key> y)
                {
                    h = Exp(Min(most - x, 0)) * h + y;
                    most = Max(most, x);
                    return h;
                }
            }
            """);
        InventedSpec.Verify(specs, "MaximumBesideAVector", GpuKind.Emulator, new VerificationOptions
        {
            Lengths = [3],
            Segments = [],
            ChunkSize = 2,
            Batch = 1,
            Heads = 1,
            AxisSizes = new Dictionary<string, int> { ["Key"] = 2 },
            Modes = [Mode.ParallelScan],
        });
    }
}
