using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>What a step that convolves with kernels of its own must keep to.</summary>
public static class GivenKernelRules
{
    /// <summary>What a step does that it may not: one for each convolution and each misplaced leaf.</summary>
    public static IEnumerable<KernelMistake> Check(StepGraph source)
    {
        int[] convolutions = Enumerable.Range(0, source.Nodes.Count).Where(id => GivenKernels.IsConvolution(source.Nodes[id].Op)).ToArray();
        foreach (int id in convolutions)
        {
            Node node = source.Nodes[id];
            string function = node.Op.ToString();
            foreach (int kernel in node.Arguments.Skip(1))
            {
                if (Find(source, kernel, n => Varies(source, n, node.Op)) is { } varying)
                {
                    yield return new KernelMistake(KernelMistakeKind.Kernel, id, function, Reason(source, varying, node.Op));
                    break;
                }
            }

            if (Find(source, node.Arguments[0], n => GivenKernels.IsConvolution(n.Op)) is not null)
            {
                yield return new KernelMistake(KernelMistakeKind.Signal, id, function, "");
            }
        }

        // What only kernels have, where no kernel is.
        var seen = new HashSet<int>();
        foreach (int root in source.Outputs.Select(o => o.Node).Concat(source.NextStates).Concat(convolutions.Select(id => source.Nodes[id].Arguments[0])))
        {
            foreach (KernelMistake mistake in Outside(source, root, -1, seen))
            {
                yield return mistake;
            }
        }
    }

    private static IEnumerable<KernelMistake> Outside(StepGraph source, int id, int user, HashSet<int> seen)
    {
        Node node = source.Nodes[id];
        if (node.Op is Op.Lag or Op.Delay or Op.SequenceLength)
        {
            yield return new KernelMistake(KernelMistakeKind.Leaf, user < 0 ? id : user, node.Name!, node.Op == Op.Delay ? "the transfer function of ConvolveByFrequency" : "the kernel of Convolve");
        }

        if (!seen.Add(id) || GivenKernels.IsConvolution(node.Op))
        {
            yield break;
        }

        foreach (KernelMistake mistake in node.Arguments.SelectMany(a => Outside(source, a, id, seen)))
        {
            yield return mistake;
        }
    }

    private static bool Varies(StepGraph source, Node node, Op convolution) => node.Op switch
    {
        Op.Input => !source.Inputs[node.Index].SharedAcrossTime,
        Op.State or Op.TokenIndex or Op.Convolve or Op.ConvolveByFrequency => true,
        Op.Lag => convolution == Op.ConvolveByFrequency,
        Op.Delay => convolution == Op.Convolve,
        _ => false,
    };

    private static string Reason(StepGraph source, Node node, Op convolution) => node.Op switch
    {
        Op.Lag => $"'{node.Name}' is a lag, and a transfer function is given for each frequency: write it in terms of a parameter marked [Delay]",
        Op.Delay => $"'{node.Name}' is a delay at a frequency, and a kernel is given for each lag: write it in terms of a parameter marked [Lag]",
        Op.Convolve or Op.ConvolveByFrequency => "it is made of another convolution, and differs from token to token",
        Op.State => $"the state '{node.Name}' differs from token to token",
        Op.TokenIndex => $"'{node.Name}' counts tokens: a parameter marked [Lag] holds how many tokens ago",
        _ => $"'{node.Name}' differs from token to token: mark it [Shared(Across.Time)] if it is a parameter",
    };

    private static Node? Find(StepGraph source, int id, Func<Node, bool> isIt)
    {
        var seen = new HashSet<int>();
        return Visit(id);

        Node? Visit(int at)
        {
            Node node = source.Nodes[at];
            return isIt(node) ? node : !seen.Add(at) ? null : node.Arguments.Select(Visit).FirstOrDefault(n => n is not null);
        }
    }
}

/// <summary>What is wrong.</summary>
public enum KernelMistakeKind
{
    /// <summary>A kernel is not the same for all tokens.</summary>
    Kernel,

    /// <summary>What is convolved is made of another convolution.</summary>
    Signal,

    /// <summary>A lag, a length or a delay is used where no kernel is.</summary>
    Leaf,
}

/// <param name="Kind">What is wrong.</param>
/// <param name="Node">Where.</param>
/// <param name="What">The function that is called, or the parameter.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record KernelMistake(KernelMistakeKind Kind, int Node, string What, string Reason);
