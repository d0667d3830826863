using ModelDsl.Benchmarks.Specs;
using ModelDsl.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelDsl.Benchmarks.Operations;

/// <summary>The decode steps that are timed.</summary>
internal static class DecodeList
{
    private const int Heads = 8, Channels = 1536;

    /// <summary>Names with what makes them.</summary>
    public static (string Name, Func<DecodeStep> Create)[] All { get; } =
    [
        ("simple GLA", () => new("simple GLA", SimpleGatedLinearAttention.Kernel, OperationList.Matrix(SimpleGatedLinearAttention.Description, 1), LinearAttention)),
        ("diagonal GLA", () => new("diagonal GLA", GatedLinearAttention.Kernel, OperationList.Matrix(GatedLinearAttention.Description, 1), LinearAttention)),
        ("gated delta", () => new("gated delta", GatedDeltaRule.Kernel, OperationList.Matrix(GatedDeltaRule.Description, 1), Delta)),
        ("Mamba scan", () => new("Mamba scan", SoftplusScan.Kernel, OperationList.Sizes(SoftplusScan.Description, 1, 1, Channels), Scan)),
    ];

    private static void LinearAttention(Tensor[] x, Tensor state, Tensor output)
    {
        Tensor memory = state.squeeze(0);
        memory.mul_(x[3].exp().reshape(Heads, -1, 1)).addcmul_(Column(x[1]), Row(x[2]), 1);
        output.copy_(bmm(Row(x[0]) * Scale(x[0]), memory).reshape(output.shape));
    }

    private static void Delta(Tensor[] x, Tensor state, Tensor output)
    {
        Tensor memory = state.squeeze(0);
        memory.mul_(x[3].exp().reshape(Heads, 1, 1));
        Tensor written = (Row(x[2]) - bmm(Row(x[1]), memory)).mul_(x[4].reshape(Heads, 1, 1));
        memory.addcmul_(Column(x[1]), written, 1);
        output.copy_(bmm(Row(x[0]) * Scale(x[0]), memory).reshape(output.shape));
    }

    private static void Scan(Tensor[] x, Tensor state, Tensor output)
    {
        Tensor memory = state.squeeze(0);
        Tensor dt = nn.functional.softplus(x[1]).reshape(Channels, 1);
        memory.mul_((dt * x[2]).exp_()).addcmul_(dt * x[0].reshape(Channels, 1), x[3].reshape(1, -1), 1);
        output.copy_(mv(memory, x[4].reshape(-1)).reshape(output.shape));
    }

    private static Tensor Row(Tensor x) => x.reshape(Heads, 1, -1);

    private static Tensor Column(Tensor x) => x.reshape(Heads, -1, 1);

    private static double Scale(Tensor q) => 1 / Math.Sqrt(q.shape[^1]);
}
