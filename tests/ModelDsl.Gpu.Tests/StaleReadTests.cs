using ModelDsl.Kernels.Gpu;
using ModelDsl.Testing;

namespace ModelDsl.Gpu.Tests;

/// <summary>
/// The stale reads of ModelDsl.Recurrences.Tests on devices: chunks end where mini-batches do, also for a call that begins inside one, and the copies and matrices made of
/// memories have their adjoints. On OpenCL the conformance program runs TTT.
/// </summary>
public sealed class StaleReadTests
{
    private static readonly CompiledSpecs s_specs = SpecCompiler.Compile(Source());

    [Theory]
    [InlineData("StaleVector")]
    [InlineData("StaleScalar")]
    [InlineData("StaleCell")]
    [InlineData("MadeOfMemories")]
    [InlineData("SumOfEachMiniBatch")]
    public void Every_mode_agrees_with_the_definition_on_the_emulator(string name) =>
        InventedSpec.Verify(s_specs, name, GpuKind.Emulator, new VerificationOptions { Lengths = [9], Segments = [9, 0, 3], Batch = 1, Heads = 1 });

    private static string Source()
    {
        using var reader = new StreamReader(typeof(StaleReadTests).Assembly.GetManifestResourceStream("StaleReads.cs")!);
        return reader.ReadToEnd().Replace("namespace ModelDsl.Recurrences.Tests;", "", StringComparison.Ordinal)
            + "public struct Key : IAxis; public struct Value : IAxis; public struct Channel : IAxis;";
    }
}
