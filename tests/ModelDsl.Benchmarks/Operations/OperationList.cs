using ModelDsl.Benchmarks.Specs;
using ModelDsl.Benchmarks.Torch;
using ModelDsl.Layers;
using static TorchSharp.torch;

namespace ModelDsl.Benchmarks.Operations;

/// <summary>The operations and shapes that are timed.</summary>
internal static class OperationList
{
    private const int Heads = 8, Key = 64, Value = 64;
    private const int Channels = 1536, States = 16;

    /// <summary>The names, in order.</summary>
    public static string[] Names { get; } =
    [
        "simple GLA T=512", "simple GLA T=2048",
        "diagonal GLA T=512", "diagonal GLA T=2048",
        "gated delta T=512", "gated delta T=2048",
        "Mamba scan T=512",
        "S4D B=1 T=4096", "S4D B=8 T=4096",
        "S4 B=1 T=4096", "S4 B=8 T=4096",
        .. new[] { "LSTM", "GRU" }.SelectMany(cell => new[] { 64, 128, 256, 512 }.SelectMany(units => new[] { 1, 8 }.Select(batch => $"{cell} H={units} B={batch} T={(units == 512 ? 128 : 512)}"))),
    ];

    /// <summary>An operation by its name, with fresh inputs.</summary>
    public static Operation Create(string name)
    {
        int time = Number(name, "T");
        return name.Split(' ')[0] switch
        {
            "simple" => new(name, SimpleGatedLinearAttention.Kernel, Matrix(SimpleGatedLinearAttention.Description, time), _ => LinearAttentionForms.Simple, 4 * Elements(time), "GF/s (4KV)"),
            "diagonal" => new(name, GatedLinearAttention.Kernel, Matrix(GatedLinearAttention.Description, time), _ => LinearAttentionForms.Diagonal, 4 * Elements(time), "GF/s (4KV)"),
            "gated" => new(name, GatedDeltaRule.Kernel, Matrix(GatedDeltaRule.Description, time), _ => DeltaRuleForms.All, 6 * Elements(time), "GF/s (6KV)"),
            "Mamba" => new(name, SoftplusScan.Kernel, Sizes(SoftplusScan.Description, 1, time, Channels), _ => SelectiveScanForms.All, (double)time * Channels * States, "Gelem/s"),
            "S4D" => StateSpace(name, S4D.Kernel, DiagonalStateSpaceForms.All, time),
            "S4" => StateSpace(name, S4.Kernel, LowRankStateSpaceForms.All, time),
            "LSTM" => Cell(name, ProjectedLstm.Kernel, 4, LstmForms.For),
            "GRU" => Cell(name, ProjectedGru.Kernel, 3, GruForms.For),
            _ => throw new ArgumentException($"There is no operation '{name}'; there are: {string.Join(", ", Names)}.", nameof(name)),
        };
    }

    /// <summary>The sizes of a call by the names of the axes.</summary>
    public static SequenceShape Sizes(RecurrenceDescription description, int batch, int time, int heads, int units = 0, int states = States) =>
        new(batch, time, heads, [.. description.Axes.Select(a => a.FixedSize ?? a.Name switch
        {
            "Key" => Key,
            "Value" => Value,
            "N" => states,
            "Feature" or "Unit" or "PreviousUnit" => units,
            _ => throw new ArgumentException($"No size is known for axis {a.Name} of {description.Name}.", nameof(description)),
        })]);

    /// <summary>The sizes of a call of a matrix memory.</summary>
    public static SequenceShape Matrix(RecurrenceDescription description, int time) => Sizes(description, 1, time, Heads);

    /// <summary>A state space of 64 states: 32 complex numbers, one of each pair of conjugates.</summary>
    private static Operation StateSpace(string name, IRecurrenceKernel kernel, TorchForm[] forms, int time)
    {
        int batch = Number(name, "B");
        return new(name, kernel, Sizes(kernel.Description, batch, time, 64, states: 32), _ => forms, 64.0 * 64 * batch * time, "Gelem/s");
    }

    private static double Elements(int time) => (double)Key * Value * Heads * time;

    /// <summary>A layer of recurrent cells, with as many features as units: per unit and gate a product with the input and one with the state.</summary>
    private static Operation Cell(string name, IRecurrenceKernel kernel, int gates, Func<Tensor[], TorchForm[]> forms)
    {
        int units = Number(name, "H"), batch = Number(name, "B"), time = Number(name, "T");
        return new(name, kernel, Sizes(kernel.Description, batch, time, 1, units), forms, 2.0 * gates * units * 2 * units * batch * time, "GF/s");
    }

    /// <summary>The number that stands for a letter in a name: "LSTM H=64 B=1 T=512".</summary>
    private static int Number(string name, string letter) => int.Parse(
        name.Split(' ').First(word => word.StartsWith(letter + "=", StringComparison.Ordinal))[2..], System.Globalization.CultureInfo.InvariantCulture);
}
