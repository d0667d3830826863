using Microsoft.CodeAnalysis;
using ModelDsl.Compiler.Graph;
using ModelDsl.Generators.Diagnostics;

namespace ModelDsl.Generators.Parsing;

/// <summary>
/// Finds states that a constant makes grow at every token: S = Exp(0.1) * S is an error (the sign of a log-decay was forgotten),
/// S = 1.1 * S a warning.
/// </summary>
/// <remarks>
/// Only paths from the next state back to the state itself count, through sums and products: those are its transition. Constants on a path are multiplied, so that a
/// small step times a large rate (<c>y += 0.05 * (x - 4.7 * y)</c>) is no growth.
/// </remarks>
internal static class DecayCheck
{
    /// <param name="graph">The step.</param>
    /// <param name="locations">Where each node stands.</param>
    /// <param name="positiveExponential">For a constant node that was written Exp(c) with c positive: where, and c.</param>
    /// <param name="diagnostics">Receives what is found.</param>
    public static void Report(
        StepGraph graph,
        IReadOnlyList<Location> locations,
        Func<int, (Location Location, double Exponent)?> positiveExponential,
        DiagnosticBag diagnostics)
    {
        for (int state = 0; state < graph.States.Count; state++)
        {
            bool[] reaches = Reaches(graph, state);
            if (!reaches[graph.NextStates[state]])
            {
                continue;
            }

            // From the next state down: by which constant each node is multiplied on its way there, and in which product. A node is looked at once, however many ways there are.
            var scales = new (double Scale, int Product)?[graph.Nodes.Count];
            scales[graph.NextStates[state]] = (1, -1);
            for (int id = graph.NextStates[state]; id >= 0; id--)
            {
                if (scales[id] is not { } found)
                {
                    continue;
                }

                Node node = graph.Nodes[id];
                if (node.Op == Op.State && Math.Abs(found.Scale) > 1)
                {
                    diagnostics.Report(locations[found.Product], Rules.GrowingState, graph.States[state].Name, Text(found.Scale));
                }

                if (node.Op is Op.Add or Op.Subtract or Op.Negate)
                {
                    foreach (int argument in node.Arguments.Where(a => reaches[a]))
                    {
                        Reach(argument, found);
                    }
                }
                else if (node.Op == Op.Multiply && reaches[node.Arguments[0]] != reaches[node.Arguments[1]])
                {
                    int carried = reaches[node.Arguments[0]] ? 0 : 1;
                    int factor = node.Arguments[1 - carried];
                    if (positiveExponential(factor) is { } exponential)
                    {
                        diagnostics.Report(exponential.Location, Rules.PositiveLogDecay, graph.States[state].Name, Text(exponential.Exponent));
                    }
                    else
                    {
                        // Of a factor that is no constant nothing is known: it may be small.
                        double scale = graph.Nodes[factor] is { Op: Op.Constant, Value: var constant } ? found.Scale * constant : 0;
                        Reach(node.Arguments[carried], (scale, found.Product < 0 ? id : found.Product));
                    }
                }
            }

            void Reach(int id, (double Scale, int Product) way)
            {
                if (scales[id] is not { } known || Math.Abs(known.Scale) < Math.Abs(way.Scale))
                {
                    scales[id] = way;
                }
            }
        }
    }

    private static string Text(double value) => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture);

    private static bool[] Reaches(StepGraph graph, int state)
    {
        bool[] reaches = new bool[graph.Nodes.Count];
        for (int id = 0; id < reaches.Length; id++)
        {
            Node node = graph.Nodes[id];
            reaches[id] = (node.Op == Op.State && node.Index == state) || node.Arguments.Any(a => reaches[a]);
        }

        return reaches;
    }
}
