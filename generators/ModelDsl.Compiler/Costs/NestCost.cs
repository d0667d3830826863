using ModelDsl.Compiler.Graph;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Costs;

/// <summary>
/// Operations of nests. A value that a nest computes is computed once for each point that it varies with, not for each point of the nest: emission moves it
/// out of the loops that it does not depend on. What is found in memory costs none.
/// </summary>
internal sealed class NestCost(KernelProgram kernel, SequenceSizes sizes)
{
    private GraphBuilder Graph => kernel.Program.Graph;

    /// <summary>Operations of a stage for so many tokens, for one unit.</summary>
    public double Of(Stage stage, int tokens) => stage.Nests.Sum(nest => Of(nest, tokens));

    private double Of(Nest nest, int tokens)
    {
        var seen = new HashSet<int>();
        double operations = 0;
        foreach (NestItem item in nest.Items)
        {
            Visit(item.Node, item.Stamp);
            double points = sizes.Volume(nest.Space.Axes) * Time(nest.Space.OverTime) * Heads(nest.Space.OverHead);
            if (nest.Space.IsReduction)
            {
                operations += points;
            }

            if (item.Accumulate)
            {
                operations += sizes.Volume(nest.Space.Axes.Where(a => !nest.Space.Reduced.Contains(a)))
                    * Time(nest.Space.OverTime && !nest.Space.ReduceTime) * Heads(nest.Space.OverHead && !nest.Space.ReduceHead);
            }
        }

        return operations;

        void Visit(int id, int stamp)
        {
            bool isInMemory = kernel.Places.TryGetValue(id, out Place? place) && place.Stamp < stamp;
            if (isInMemory || !seen.Add(id))
            {
                return;
            }

            Node node = Graph[id];
            (bool time, bool head) = kernel.Extents(id);
            operations += OperationCosts.Of(node.Op) * sizes.Volume(node.Axes) * Time(time && nest.Space.OverTime) * Heads(head && nest.Space.OverHead);
            foreach (int argument in node.Arguments)
            {
                Visit(argument, stamp);
            }
        }

        double Time(bool varies) => varies ? tokens : 1;
        double Heads(bool varies) => varies ? Math.Min(sizes.UnitHeads, sizes.Heads) : 1;
    }
}
