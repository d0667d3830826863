using ModelDsl.Benchmarks.Specs;
using ModelDsl.Benchmarks.Torch;
using ModelDsl.Layers;

namespace ModelDsl.Benchmarks.Operations;

/// <summary>The operations and shapes that are timed.</summary>
internal static class OperationList
{
    private const int Heads = 8, Key = 64, Value = 64;
    private const int Channels = 1536, States = 16;
    private const int Units = 256;

    /// <summary>The names, in order.</summary>
    public static string[] Names { get; } =
    [
        "simple GLA T=512", "simple GLA T=2048",
        "diagonal GLA T=512", "diagonal GLA T=2048",
        "gated delta T=512", "gated delta T=2048",
        "Mamba scan T=512",
        "LSTM B=1 T=512", "LSTM B=8 T=512",
    ];

    /// <summary>An operation by its name, with fresh inputs.</summary>
    public static Operation Create(string name)
    {
        int time = int.Parse(name[(name.LastIndexOf('=') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
        return name.Split(' ')[0] switch
        {
            "simple" => new(name, SimpleGatedLinearAttention.Kernel, Matrix(SimpleGatedLinearAttention.Description, time), _ => LinearAttentionForms.Simple, 4 * Elements(time), "GF/s (4KV)"),
            "diagonal" => new(name, GatedLinearAttention.Kernel, Matrix(GatedLinearAttention.Description, time), _ => LinearAttentionForms.Diagonal, 4 * Elements(time), "GF/s (4KV)"),
            "gated" => new(name, GatedDeltaRule.Kernel, Matrix(GatedDeltaRule.Description, time), _ => DeltaRuleForms.All, 6 * Elements(time), "GF/s (6KV)"),
            "Mamba" => new(name, SoftplusScan.Kernel, Sizes(SoftplusScan.Description, 1, time, Channels), _ => SelectiveScanForms.All, (double)time * Channels * States, "Gelem/s"),
            "LSTM" => Lstm(name, time, batch: name.Contains("B=8", StringComparison.Ordinal) ? 8 : 1),
            _ => throw new ArgumentException($"There is no operation '{name}'; there are: {string.Join(", ", Names)}.", nameof(name)),
        };
    }

    /// <summary>The sizes of a call by the names of the axes.</summary>
    public static SequenceShape Sizes(RecurrenceDescription description, int batch, int time, int heads) =>
        new(batch, time, heads, [.. description.Axes.Select(a => a.FixedSize ?? a.Name switch
        {
            "Key" => Key,
            "Value" => Value,
            "N" => States,
            "Feature" or "Unit" or "PreviousUnit" => Units,
            _ => throw new ArgumentException($"No size is known for axis {a.Name} of {description.Name}.", nameof(description)),
        })]);

    /// <summary>The sizes of a call of a matrix memory.</summary>
    public static SequenceShape Matrix(RecurrenceDescription description, int time) => Sizes(description, 1, time, Heads);

    private static double Elements(int time) => (double)Key * Value * Heads * time;

    private static Operation Lstm(string name, int time, int batch) =>
        new(name, ProjectedLstm.Kernel, Sizes(ProjectedLstm.Description, batch, time, 1), LstmForms.For, 2.0 * 4 * Units * 2 * Units * batch * time, "GF/s");
}
