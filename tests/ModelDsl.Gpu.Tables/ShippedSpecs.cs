using System.Reflection;
using ModelDsl.Compiler.Adjoint;
using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Costs;
using ModelDsl.Compiler.Lowering;
using ModelDsl.Testing;

namespace ModelDsl.Gpu.Tables;

/// <summary>The recurrences of ModelDsl.Layers that have kernels for GPUs, as the compiler sees them, from their sources, and the sizes that tables are made for.</summary>
internal static class ShippedSpecs
{
    private static readonly Lazy<IReadOnlyList<KernelProgram>> s_programs = new(Compile);

    public static string RepositoryRoot { get; } =
        typeof(ShippedSpecs).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!;

    /// <summary>All of them, lowered, by name.</summary>
    public static IReadOnlyList<KernelProgram> Programs => s_programs.Value;

    /// <summary>The size of an axis in the tables: heads of 64, states of 16, cells of 64 units.</summary>
    public static int Size(string axis) => axis == "N" ? 16 : 64;

    /// <summary>Whether chunks can be run as such.</summary>
    public static bool IsChunkwise(KernelProgram program) => program.Program.Obstacles.Count == 0;

    /// <summary>A batch of 8 sequences of 4096 tokens with 16 heads of 64, or, where heads fill the lanes, 1024 channels.</summary>
    public static SequenceSizes Sizes(KernelProgram program, int chunk) => new(
        8, 4096, program.HeadsAsLanes ? 1024 : 16, chunk, program.Program.Source.Axes.ToDictionary(a => a.Name, a => a.FixedSize ?? Size(a.Name)), UnitHeads: 32);

    private static List<KernelProgram> Compile()
    {
        string folder = Path.Combine(RepositoryRoot, "src", "ModelDsl.Layers");
        string[] sources = [.. Directory.EnumerateFiles(folder, "*.cs").Order(StringComparer.Ordinal).Select(File.ReadAllText)];

        // For layers that are kernels there is nothing to run token by token or in chunks.
        return [.. GeneratorRun.Of(sources).Specs
            .Where(s => !s.Graph.IsConvolution)
            .OrderBy(s => s.Graph.Name, StringComparer.Ordinal)
            .Select(s => Lowerer.Lower(Differentiator.Differentiate(Analyser.Analyse(s.Graph))))];
    }
}
