using ModelDsl.Kernels.Gpu;
using ModelDsl.Testing;

namespace ModelDsl.Gpu.Tests;

/// <summary>Specs and axes may have the names that generated code uses for types of the runtime: their kernels compile, and compute what they should.</summary>
public sealed class NameTests
{
    private const string Source =
        """
        public struct KernelShape : IAxis;
        public struct ArrayView : IAxis;
        public struct Group;
        public struct Grid;
        public struct Lanes1;
        public struct UnitOfWork;
        public struct KernelArguments;

        [Recurrence]
        public partial struct Memory
        {
            [State] Tensor<KernelShape, ArrayView> tiles;

            public Tensor<ArrayView> Step(Tensor<KernelShape> frame, Tensor<KernelShape> at, Tensor<ArrayView> unit, Scalar summary)
            {
                tiles = Sigmoid(summary) * tiles + Outer(at, unit);
                return Dot(frame, tiles);
            }
        }

        [Recurrence]
        public partial struct Team
        {
            [State] Tensor<KernelShape> tile;

            public Tensor<KernelShape> Step(Tensor<KernelShape> keep, Tensor<KernelShape> lane)
            {
                tile = Sigmoid(keep) * tile + lane;
                return tile;
            }
        }

        [Recurrence]
        public partial struct Staging
        {
            [State] Scalar s;

            public Scalar Step(Scalar a)
            {
                s = Tanh(s + a);
                return s;
            }
        }
        """;

    private static readonly CompiledSpecs s_specs = SpecCompiler.Compile(Source);

    [Theory]
    [InlineData("Memory")]
    [InlineData("Team")]
    [InlineData("Staging")]
    public void Names_of_the_runtime_are_free_for_specs(string name)
    {
        using GpuDevice device = GpuDevice.Open(GpuKind.Emulator);
        RecurrenceHandle recurrence = s_specs.Recurrence(name);
        var kernel = (IRecurrenceKernel)s_specs.Type(name).GetMethod("On")!.Invoke(null, [device])!;
        VerificationReport report = ModeVerification.Verify(
            new RecurrenceHandle(recurrence.Description, kernel, recurrence.Oracle), new VerificationOptions { Lengths = [3], Heads = 1 });
        Assert.True(report.Passed, report.ToString());
    }
}
