using ModelDsl.Testing;
using VerifyXunit;

namespace ModelDsl.Compiler.Tests;

/// <summary>The kernels that are generated, as text: a vector, a cell that is nonlinear, and two components in a row (ModelDsl.Generators.Tests has a memory).</summary>
public class GeneratedCodeTests
{
    [Fact]
    public Task Elementwise() => Verifier.Verify(KernelOf(Specs.SelectiveScan), "cs");

    [Fact]
    public Task OverAnotherSemiring() => Verifier.Verify(KernelOf(Specs.LogarithmOfSum), "cs");

    [Fact]
    public Task Nonlinear() => Verifier.Verify(KernelOf(Specs.Cell), "cs");

    [Fact]
    public Task DenseTransition() => Verifier.Verify(KernelOf(Specs.Dense), "cs");

    [Fact]
    public Task ShiftBeforeAMemory() => Verifier.Verify(KernelOf(Specs.ShiftedMemory), "cs");

    [Fact]
    public Task MemoryForGpus() => Verifier.Verify(GpuKernelOf(Specs.GatedDeltaRule), "cs");

    [Fact]
    public Task ElementwiseForGpus() => Verifier.Verify(GpuKernelOf(Specs.SelectiveScan), "cs");

    [Fact]
    public Task OverAnotherSemiringForGpus() => Verifier.Verify(GpuKernelOf(Specs.LogarithmOfSum), "cs");

    [Fact]
    public Task NonlinearForGpus() => Verifier.Verify(GpuKernelOf(Specs.Cell), "cs");

    [Fact]
    public Task ConvolutionForGpus() => Verifier.Verify(GpuKernelOf(Specs.MovingAverage, ".Convolution.Gpu.g.cs"), "cs");

    // Its two shares of the gradient are a sum, of which each term is a call.
    [Fact]
    public void ASumThatMultipliesAGradientIsAFactorOfAllOfIt()
    {
        const string spec = "[Recurrence] public partial struct Twice { [State] Tensor<Key> m; public Tensor<Key> Step(Tensor<Key> f, Tensor<Key> i) => m = LogAddExp(m + f, m + i); }";
        Assert.Matches(@"dM = \(Load\([^;]* \+ [^;]*\)\) \* dM;", KernelOf(spec));
        Assert.Matches(@"dM = \(L\.Load\([^;]* \+ [^;]*\)\) \* dM;", GpuKernelOf(spec));
    }

    private static string GpuKernelOf(string spec, string file = ".Gpu.g.cs") => RecurrenceCompiler.Compile(GeneratorRun.Of(Specs.Axes + spec).Specs.Single() with { EmitGpu = true }).Files
        .Last(f => f.HintName.EndsWith(file, StringComparison.Ordinal)).Text;

    private static string KernelOf(string spec) => GeneratorRun.Of(Specs.Axes + spec).Result.GeneratedSources
        .Single(s => s.HintName.EndsWith(".Kernel.g.cs", StringComparison.Ordinal)).SourceText.ToString();
}
