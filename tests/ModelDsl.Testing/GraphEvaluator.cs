using ModelDsl.Compiler.Graph;

namespace ModelDsl.Testing;

/// <summary>A tensor of a step graph: named axes, row-major in their order.</summary>
/// <param name="Axes">Axis names.</param>
/// <param name="Data">The elements.</param>
public sealed record GraphTensor(IReadOnlyList<string> Axes, double[] Data);

/// <summary>Computes a step graph in double, node by node, as its operations are documented: what a graph means, for tests.</summary>
/// <param name="graph">The graph.</param>
/// <param name="sizes">The size of each axis.</param>
/// <param name="tokenIndex">The position of the token in its sequence.</param>
public sealed class GraphEvaluator(StepGraph graph, IReadOnlyDictionary<string, int> sizes, int tokenIndex = 0)
{
    /// <summary>Runs one token.</summary>
    /// <param name="inputs">The inputs, in order, each with its declared axes.</param>
    /// <param name="states">The states before the token.</param>
    /// <returns>The states after the token, and the outputs, in their declared axes.</returns>
    public (GraphTensor[] NextStates, GraphTensor[] Outputs) Run(IReadOnlyList<GraphTensor> inputs, IReadOnlyList<GraphTensor> states)
    {
        var values = new List<GraphTensor>();
        foreach (Node node in graph.Nodes)
        {
            values.Add(node.Op switch
            {
                Op.Input => inputs[node.Index],
                Op.State => states[node.Index],
                _ => Compute(node, [.. node.Arguments.Select(a => values[a])]),
            });
        }

        return (
            [.. graph.NextStates.Select((node, i) => Ordered(values[node], graph.States[i].Axes))],
            [.. graph.Outputs.Select(o => Ordered(values[o.Node], o.Axes))]);
    }

    private GraphTensor Compute(Node node, GraphTensor[] x) => node.Op switch
    {
        Op.Sum => Fold(node, x[0], 0, (sum, v) => sum + v),
        Op.MaxOver => Fold(node, x[0], double.NegativeInfinity, Math.Max),
        _ => Fill(node.Axes, index => Element(node, x, index)),
    };

    private double Element(Node node, GraphTensor[] x, Dictionary<string, int> index)
    {
        double At(int argument) => Read(x[argument], index);

        switch (node.Op)
        {
            case Op.Element:
                return Read(x[0], new(index) { [node.Axis!] = node.Index });
            case Op.Place:
                return index[node.Axis!] == node.Index ? At(0) : 0;
            case Op.Rename:
                return Read(x[0], new(index) { [node.Axis!] = index[node.NewAxis!] });
            case Op.QuarterTurn:
                int i = index[node.Axis!];
                double other = Read(x[0], new(index) { [node.Axis!] = i ^ 1 });
                return i % 2 == 0 ? -other : other;
            case Op.Shift:
                int from = index[node.Axis!] - node.Index;
                return from >= 0 && from < sizes[node.Axis!] ? Read(x[0], new(index) { [node.Axis!] = from }) : 0;
            case Op.Circulate:
                int size = sizes[node.Axis!], around = index[node.Axis!] - (node.Index * index[node.NewAxis!]);
                return Read(x[0], new(index) { [node.Axis!] = ((around % size) + size) % size });
            default:
                return Scalar(node, [.. x.Select((_, argument) => At(argument))]);
        }
    }

    private double Scalar(Node node, double[] x) => node.Op switch
    {
        Op.Constant => node.Value,
        Op.Extent => sizes[node.Axis!],
        Op.TokenIndex => tokenIndex,
        Op.Negate => -x[0],
        Op.Exp => Math.Exp(x[0]),
        Op.Log => Math.Log(x[0]),
        Op.Sigmoid => 1 / (1 + Math.Exp(-x[0])),
        Op.LogSigmoid => -Softplus(-x[0]),
        Op.Softplus => Softplus(x[0]),
        Op.Tanh => Math.Tanh(x[0]),
        Op.Sin => Math.Sin(x[0]),
        Op.Cos => Math.Cos(x[0]),
        Op.Sqrt => Math.Sqrt(x[0]),
        Op.Rsqrt => 1 / Math.Sqrt(x[0]),
        Op.Abs => Math.Abs(x[0]),
        Op.Sign => double.IsNaN(x[0]) ? double.NaN : Math.Sign(x[0]),
        Op.Detach => x[0],
        Op.Add => x[0] + x[1],
        Op.Subtract => x[0] - x[1],
        Op.Multiply => x[0] * x[1],
        Op.Divide => x[0] / x[1],
        Op.Max => Math.Max(x[0], x[1]),
        Op.Min => Math.Min(x[0], x[1]),
        Op.LogAddExp => x[0] == x[1] ? x[0] + Math.Log(2) : Math.Max(x[0], x[1]) + Softplus(-Math.Abs(x[0] - x[1])),
        Op.Greater => x[0] > x[1] ? 1 : 0,
        Op.GreaterOrEqual => x[0] >= x[1] ? 1 : 0,
        Op.Equal => x[0] == x[1] ? 1 : 0,
        Op.Where => x[0] != 0 ? x[1] : x[2],
        _ => throw new NotSupportedException($"No rule for {node.Op}."),
    };

    private static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));

    private GraphTensor Fold(Node node, GraphTensor x, double start, Func<double, double, double> combine) => Fill(node.Axes, index =>
    {
        double result = start;
        for (int i = 0; i < sizes[node.Axis!]; i++)
        {
            result = combine(result, Read(x, new(index) { [node.Axis!] = i }));
        }

        return result;
    });

    private GraphTensor Ordered(GraphTensor x, IReadOnlyList<string> axes) => Fill(axes, index => Read(x, index));

    private GraphTensor Fill(IReadOnlyList<string> axes, Func<Dictionary<string, int>, double> element)
    {
        double[] data = new double[axes.Aggregate(1, (n, a) => n * sizes[a])];
        var index = new Dictionary<string, int>();
        for (int flat = 0; flat < data.Length; flat++)
        {
            int rest = flat;
            for (int a = axes.Count - 1; a >= 0; a--)
            {
                index[axes[a]] = rest % sizes[axes[a]];
                rest /= sizes[axes[a]];
            }

            data[flat] = element(index);
        }

        return new GraphTensor([.. axes], data);
    }

    private double Read(GraphTensor x, Dictionary<string, int> index) => x.Data[x.Axes.Aggregate(0, (flat, a) => (flat * sizes[a]) + index[a])];
}
