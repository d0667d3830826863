using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>
/// A step that convolves with kernels of its own, cut in parts without states:
/// <code>
/// signals  = f(inputs)                           for each token
/// kernels  = k(parameters, lag, length)          for each lag
/// transfer = h(parameters, delay, length)        for each frequency
/// outputs  = g(inputs, signals (*) kernels)      for each token
/// </code>
/// Lags, lengths, delays and convolutions disappear: each part is a step of its own and is compiled like any other.
/// </summary>
/// <param name="Signals">What is convolved.</param>
/// <param name="Kernels">The kernels that are given for each lag, with the length as its last input; null if there are none.</param>
/// <param name="Transfers">Real and imaginary parts of transfer functions, with the length and both parts of the delays as its last inputs; null if there are none.</param>
/// <param name="Readout">What is made of convolved signals, its last inputs.</param>
/// <param name="DelayAxis">The axis of the delays; null if they are numbers.</param>
/// <param name="Terms">The convolutions, in the order in which the readout reads them.</param>
public sealed record GivenKernels(
    StepPart Signals, StepPart? Kernels, StepPart? Transfers, StepPart Readout, string? DelayAxis, EquatableArray<GivenKernel> Terms)
{
    /// <summary>The parts of a step; <see cref="GivenKernelRules"/> holds for it.</summary>
    public static GivenKernels Of(StepGraph source)
    {
        int[] convolutions = Enumerable.Range(0, source.Nodes.Count).Where(id => IsConvolution(source.Nodes[id].Op)).ToArray();
        int[] signals = convolutions.Select(id => source.Nodes[id].Arguments[0]).Distinct().ToArray();
        var terms = convolutions.Select(id => new GivenKernel(
            id, Array.IndexOf(signals, source.Nodes[id].Arguments[0]), source.Nodes[id].Op == Op.ConvolveByFrequency, source.Nodes[id].Axes)).ToList();
        Node? delay = source.Nodes.FirstOrDefault(n => n.Op == Op.Delay);
        return new GivenKernels(
            SignalsPart(source, terms, signals),
            Part(source, "Kernels", terms.Where(t => !t.ByFrequency).ToList(), delay: null),
            Part(source, "Transfers", terms.Where(t => t.ByFrequency).ToList(), delay ?? new Node(Op.Delay, default, default, Name: "delay")),
            ReadoutPart(source, terms),
            delay?.Axes.FirstOrDefault(),
            terms.ToEquatableArray());
    }

    /// <summary>Whether an operation convolves a sequence with a kernel that the step gives.</summary>
    public static bool IsConvolution(Op op) => op is Op.Convolve or Op.ConvolveByFrequency;

    private static StepPart SignalsPart(StepGraph source, List<GivenKernel> terms, int[] signals)
    {
        var part = new PartBuilder(source);
        return part.Finish(
            source.Name + "Signals",
            signals.Select((id, s) => new PartOutput(part.Copy(id), terms.First(t => t.Signal == s).Axes, Name(source, id, "signal", s))).ToArray());
    }

    private static StepPart? Part(StepGraph source, string suffix, List<GivenKernel> terms, Node? delay)
    {
        if (terms.Count == 0)
        {
            return null;
        }

        var part = new PartBuilder(source);
        part.Leaves.Add((Op.SequenceLength, 0), Given(default, "length", sharedAcrossTime: true));
        if (delay is null)
        {
            // Each token of the part is a lag.
            part.Leaves.Add((Op.Lag, 0), part.Graph.TokenIndex(source.Nodes.FirstOrDefault(n => n.Op == Op.Lag)?.Name ?? "lag"));
        }
        else
        {
            part.Leaves.Add((Op.Delay, 0), Given(delay.Axes, "delayRe", sharedAcrossTime: false));
            part.Leaves.Add((Op.Delay, 1), Given(delay.Axes, "delayIm", sharedAcrossTime: false));
        }

        return part.Finish(
            source.Name + suffix,
            terms.SelectMany((term, i) => source.Nodes[term.Node].Arguments.Skip(1).Select((id, p) => new PartOutput(
                part.Copy(id), term.Axes, Name(source, id, delay is null ? "kernel" : p == 0 ? "transferRe" : "transferIm", i)))).ToArray());

        // Nobody asks for the gradient of what the runtime passes.
        int Given(EquatableArray<string> axes, string name, bool sharedAcrossTime) =>
            part.Graph.Unary(Op.Detach, part.AddSequence(axes, name, sharedAcrossTime, sharedAcrossHeads: true));
    }

    private static StepPart ReadoutPart(StepGraph source, List<GivenKernel> terms)
    {
        var part = new PartBuilder(source);
        for (int t = 0; t < terms.Count; t++)
        {
            Node node = source.Nodes[terms[t].Node];
            part.Replace(terms[t].Node, part.AddSequence(terms[t].Axes, node.Name ?? (terms.Count == 1 ? "convolved" : "convolved" + (t + 1))));
        }

        return part.Finish(source.Name + "Readout", source.Outputs.Select(o => new PartOutput(part.Copy(o.Node), o.Axes, o.Name)).ToArray());
    }

    private static string Name(StepGraph source, int id, string kind, int index) =>
        source.Nodes[id].Name is { } name && !source.Inputs.Any(i => i.Name == name) ? name : kind + (index + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A convolution of a step.</summary>
/// <param name="Node">Its node.</param>
/// <param name="Signal">Which signal it convolves.</param>
/// <param name="ByFrequency">Whether its kernel is given by a transfer function.</param>
/// <param name="Axes">The axes of signal, kernel and result.</param>
public sealed record GivenKernel(int Node, int Signal, bool ByFrequency, EquatableArray<string> Axes);
