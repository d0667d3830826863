using Microsoft.CodeAnalysis;
using ModelDsl.Compiler.Graph;
using ModelDsl.Generators.Diagnostics;

namespace ModelDsl.Generators.Parsing;

/// <summary>
/// Finds states that a constant makes grow at every token: S = Exp(0.1) * S is an error (the sign of a log-decay was forgotten),
/// S = 1.1 * S a warning.
/// </summary>
/// <remarks>Only paths from the next state back to the state itself count, through sums and products: those are its transition.</remarks>
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
            string name = graph.States[state].Name;
            Visit(graph.NextStates[state]);

            void Visit(int id)
            {
                Node node = graph.Nodes[id];
                switch (node.Op)
                {
                    case Op.Add or Op.Subtract or Op.Negate:
                        foreach (int argument in node.Arguments.Where(a => reaches[a]))
                        {
                            Visit(argument);
                        }

                        break;

                    case Op.Multiply when reaches[node.Arguments[0]] != reaches[node.Arguments[1]]:
                        int carried = reaches[node.Arguments[0]] ? 0 : 1;
                        Check(id, node.Arguments[1 - carried]);
                        Visit(node.Arguments[carried]);
                        break;
                }
            }

            void Check(int product, int factor)
            {
                if (positiveExponential(factor) is { } exponential)
                {
                    diagnostics.Report(exponential.Location, Rules.PositiveLogDecay, name, Text(exponential.Exponent));
                }
                else if (graph.Nodes[factor] is { Op: Op.Constant, Value: > 1 or < -1 } constant)
                {
                    diagnostics.Report(locations[product], Rules.GrowingState, name, Text(constant.Value));
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
