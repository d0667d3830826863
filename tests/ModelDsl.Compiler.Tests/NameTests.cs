using ModelDsl.Testing;

namespace ModelDsl.Compiler.Tests;

/// <summary>Specs and axes may have the names of types and methods that kernels for the CPU use: kernels compile, and compute what they should.</summary>
public sealed class NameTests
{
    private const string Source =
        """
        public struct Frame : IAxis;
        public struct SlotKind : IAxis;
        public struct PackedMatrix : IAxis;
        public struct SimdKernel;
        public struct ElementwisePlan;
        public struct Cpu;
        public struct Semiring;

        [Recurrence]
        public partial struct Forward
        {
            [State] Tensor<Frame> h;

            public Tensor<Frame> Step(Tensor<Frame> x, Scalar g)
            {
                h = Sigmoid(g) * h + x;
                return h;
            }
        }

        [Recurrence]
        public partial struct MemoryPlan
        {
            [State] Tensor<Frame, SlotKind> S;

            public Tensor<SlotKind> Step(Tensor<Frame> k, Tensor<SlotKind> v, Scalar g)
            {
                S = Sigmoid(g) * S + Outer(k, v - Dot(k, S));
                return Dot(k, S);
            }
        }

        [Recurrence]
        public partial struct Stage
        {
            [State] Tensor<Frame> h;
            [State] Scalar m;

            public (Tensor<Frame>, Scalar) Step(Tensor<Frame> x, [Shared(Across.Time)] Tensor<PackedMatrix, Frame> w)
            {
                h = Tanh(x + Dot(h.As<PackedMatrix>(), w));
                m = Max(m - 1, Sum(x));
                return (h, m);
            }
        }

        [Recurrence]
        public partial struct Zero
        {
            [State] Scalar Load;

            public Scalar Step(Scalar x)
            {
                Load = 0.5 * Load + x;
                return Load;
            }
        }
        """;

    private static readonly CompiledSpecs s_specs = SpecCompiler.Compile(Source);

    [Theory]
    [InlineData("Forward")]
    [InlineData("MemoryPlan")]
    [InlineData("Stage")]
    [InlineData("Zero")]
    public void NamesOfGeneratedCodeAreFreeForSpecs(string name)
    {
        VerificationReport report = ModeVerification.Verify(s_specs.Recurrence(name), new VerificationOptions { Lengths = [5], ChunkSize = 2 });
        Assert.True(report.Passed, report.ToString());
    }
}
