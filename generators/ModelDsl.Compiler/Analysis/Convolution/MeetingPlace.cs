using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>Where in a step something that differs from token to token first meets the states of a component in more than a sum.</summary>
internal static class MeetingPlace
{
    /// <summary>
    /// The innermost node on the way to the component's next states that uses both a state of it and the leaf of a name; the next state of the first one where there is none, as where
    /// the name is that of a value between components.
    /// </summary>
    /// <param name="source">The step.</param>
    /// <param name="states">The states of the component.</param>
    /// <param name="varying">The name of an input, of a state of another component, or of the token's index.</param>
    public static int Of(StepGraph source, IReadOnlyList<int> states, string varying)
    {
        int[] found = new int[source.Nodes.Count];
        bool[] hasState = source.Using(leaf => leaf.Op == Op.State && states.Contains(leaf.Index)), varies = source.Using(leaf => NameOf(source, leaf) == varying);
        for (int id = 0; id < found.Length; id++)
        {
            Node node = source.Nodes[id];
            int deeper = node.Arguments.Select(a => found[a]).FirstOrDefault(place => place > 0);
            bool meets = hasState[id] && varies[id] && node.Op is not (Op.Add or Op.Subtract or Op.Negate);
            found[id] = deeper > 0 ? deeper : meets ? id : 0;
        }

        return states.Select(s => found[source.NextStates[s]]).FirstOrDefault(place => place > 0) is > 0 and var best ? best : source.NextStates[states[0]];
    }

    private static string? NameOf(StepGraph source, Node leaf) => leaf.Op switch
    {
        Op.Input => source.Inputs[leaf.Index].Name,
        Op.State => source.States[leaf.Index].Name,
        _ => leaf.Name,
    };
}
