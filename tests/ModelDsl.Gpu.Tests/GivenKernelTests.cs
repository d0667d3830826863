using ModelDsl.Kernels.Gpu;
using ModelDsl.Testing;

namespace ModelDsl.Gpu.Tests;

/// <summary>The layers of ModelDsl.Recurrences.Tests that are convolutions with kernels of their own, on devices: kernels for lags and for frequencies, packed and padded, with gradients.</summary>
public sealed class GivenKernelTests
{
    private static readonly CompiledSpecs s_specs = SpecCompiler.Compile(Source());

    [Theory]
    [InlineData("BothKinds")]
    [InlineData("RationalMatrices")]
    [InlineData("SharedKernel")]
    public void They_agree_with_their_definition_on_the_emulator(string name) =>
        InventedSpec.Verify(s_specs, name, GpuKind.Emulator, new VerificationOptions { Lengths = [1, 5], Segments = [3, 0, 2], Batch = 2, Heads = 1 });

    [SkippableFact]
    public void They_agree_with_their_definition_on_OpenCL()
    {
        Devices.Require(GpuKind.OpenCL);
        InventedSpec.Verify(s_specs, "BothKinds", GpuKind.OpenCL, new VerificationOptions { Lengths = [17], Segments = [17, 0, 17], Heads = 2 });
    }

    private static string Source()
    {
        using var reader = new StreamReader(typeof(GivenKernelTests).Assembly.GetManifestResourceStream("GivenKernels.cs")!);
        return reader.ReadToEnd().Replace("namespace ModelDsl.Recurrences.Tests;", "", StringComparison.Ordinal)
            + "public struct Key : IAxis; public struct Value : IAxis; public struct Channel : IAxis; public struct Lag : IAxis;";
    }
}
