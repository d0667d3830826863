using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>
/// A step whose states are updated linearly with coefficients that no token changes, cut in three:
/// <code>
/// signals  = f(inputs)                                 free of states: parallel in time
/// reads    = linear in states and signals              time-invariant: a convolution with impulse responses
/// outputs  = g(inputs, reads)                          of any form
/// </code>
/// Each part is a step of its own and is compiled like any other. States that have no response, because what comes out of others reaches them otherwise than linearly, or
/// because elements mix that signals have side by side, are states of the last part.
/// </summary>
/// <param name="Signals">What enters the states.</param>
/// <param name="Response">The states themselves: what comes out for what goes in.</param>
/// <param name="Readout">What is made of it.</param>
/// <param name="Powers">The response as a sum of powers, if it is one.</param>
/// <param name="Terms">Which signal reaches which read. A signal's axes are among the read's, and no axis of it is summed or renamed on the way.</param>
/// <param name="Kept">Why the readout has states; null if it has none.</param>
public sealed record ConvolutionSplit(
    StepPart Signals, StepPart Response, StepPart Readout, ResponsePowers? Powers, EquatableArray<ResponseTerm> Terms, Obstacle? Kept)
{
    /// <summary>The split of a step, or null with what stands in the way.</summary>
    public static ConvolutionSplit? Of(SequenceProgram program, out Obstacle? obstacle)
    {
        StepGraph source = program.Source;
        if (source.States.Count == 0)
        {
            obstacle = new Obstacle(-1, "there is no state, and nothing to convolve", -1);
            return null;
        }

        // What is read as it stood at the start of a mini-batch makes the response hang on where mini-batches start.
        int copy = source.States.ToList().FindIndex(s => s.StaleOf is not null);
        if (copy >= 0)
        {
            obstacle = new Obstacle(copy, $"'{source.States[source.States[copy].StaleOf!.Value].Name}' is read as it stood at the start of the mini-batch", -1);
            return null;
        }

        // A component that is not linear says best what makes it so.
        Component? nonlinear = program.Components.FirstOrDefault(c => c is SequentialComponent { IsLinear: false });
        obstacle = nonlinear is null ? TimeInvariance.Obstacle(program) : program.Obstacles.First(o => nonlinear.States.Contains(o.State));
        if (obstacle is not null)
        {
            return null;
        }

        source = TokenProducts.Gather(source, out IReadOnlyList<int> origin);
        try
        {
            return Cut(source, origin);
        }
        catch (NotTimeInvariantException refusal)
        {
            obstacle = refusal.In(origin);
            return null;
        }
    }

    private static ConvolutionSplit Cut(StepGraph source, IReadOnlyList<int> origin)
    {
        var facts = new TokenDependence(source);
        ResponseBuilder response = Respond(source, facts, out NotTimeInvariantException? refusal);
        var readout = new ReadoutBuilder(source, facts, response);
        StepPart states = response.ResponsePart(readout.Reads);
        if (refusal is not null && !Remembers(states.Graph))
        {
            throw refusal;
        }

        EquatableArray<ResponseTerm> terms = readout.Reads.SelectMany((read, r) => response.SignalsOf(read.Node).Select(signal => new ResponseTerm(signal, r))).ToEquatableArray();
        return new ConvolutionSplit(response.SignalsPart(), states, readout.Part, ResponsePowers.Of(states, terms), terms, refusal?.In(origin));
    }

    /// <summary>The response of as many states as have one.</summary>
    private static ResponseBuilder Respond(StepGraph source, TokenDependence facts, out NotTimeInvariantException? refusal)
    {
        refusal = null;
        List<int> states = [.. Enumerable.Range(0, source.States.Count)];
        while (true)
        {
            try
            {
                return new ResponseBuilder(source, facts, states);
            }
            catch (NotTimeInvariantException e)
            {
                refusal ??= e;
                states.Remove(e.State);
                if (states.Count == 0)
                {
                    throw refusal;
                }
            }
        }
    }

    /// <summary>Whether anything stays in the states for more than a token. Else there is nothing to gain from a convolution.</summary>
    private static bool Remembers(StepGraph response)
    {
        bool[] hasState = response.Using(leaf => leaf.Op == Op.State);
        return response.NextStates.Any(next => hasState[next]);
    }
}

/// <param name="Graph">The part, as a step.</param>
/// <param name="Inputs">Its first inputs, as inputs of the whole step; the others are signals or reads, in order.</param>
/// <param name="States">Its states, as states of the whole step.</param>
public sealed record StepPart(StepGraph Graph, EquatableArray<int> Inputs, EquatableArray<int> States);

/// <param name="Signal">A signal.</param>
/// <param name="Read">A read that it reaches.</param>
public sealed record ResponseTerm(int Signal, int Read);

/// <summary>A value that a part hands to the next one.</summary>
/// <param name="Node">Its node in the graph that computes it.</param>
internal sealed record PartOutput(int Node, EquatableArray<string> Axes, string Name);

/// <summary>A step has no impulse response.</summary>
/// <param name="state">The state that it stands in the way of.</param>
/// <param name="node">The node of the source graph that is to blame; -1 if there is no single one.</param>
/// <param name="reason">In words.</param>
internal sealed class NotTimeInvariantException(int state, int node, string reason) : Exception(reason)
{
    public int State { get; } = state;

    public int Node { get; } = node;

    /// <summary>The same, said of the step.</summary>
    /// <param name="origin">For each node of the graph, the step's node that it came from.</param>
    public Obstacle In(IReadOnlyList<int> origin) => new(State, Message, Node < 0 ? -1 : origin[Node]);
}
