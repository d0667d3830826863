using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>What the components of a step say against a transition that is the same for all tokens.</summary>
internal static class TimeInvariance
{
    /// <summary>The first token-dependent part of a transition, by the name of the input that makes it so, or null.</summary>
    public static Obstacle? Obstacle(SequenceProgram program)
    {
        foreach (Component component in program.Components)
        {
            string state = program.Source.States[component.States[0]].Name;
            if (component is ElementwiseComponent { Semiring: { IsReal: false } semiring })
            {
                return new Obstacle(component.States[0], $"the update of '{state}' is linear over {semiring.Words}, not over plus and times: it has no impulse response", program.Source.NextStates[component.States[0]]);
            }

            if (component is LinearComponent { Varying: { } varying })
            {
                return Through(varying, $"the transition of '{state}' depends");
            }

            (IEnumerable<Operand?> Operands, string What)[] fixedParts = component switch
            {
                MemoryComponent m =>
                [
                    (m.Writes.SelectMany(w => w.Feedback).Concat(m.KeyDecays).Append(m.ValueDecay).Append(m.Turn?.Cosine).Append(m.Turn?.Sine), $"the transition of '{state}' depends"),

                    // An outer product that each token makes is as large as the memory: nothing would be gained.
                    (m.Reads.Concat(m.Writes.Select(w => w.Key)).SelectMany(k => k.Operands), $"the keys of '{state}' depend"),
                ],
                CoupledComponent c => [(c.Multipliers, $"the transition of '{state}' depends")],
                ElementwiseComponent e => [([e.Multiplier], $"the transition of '{state}' depends")],
                _ => [],
            };
            foreach ((IEnumerable<Operand?> operands, string what) in fixedParts)
            {
                if (operands.Where(o => o is not null).Select(o => VaryingInput(program, o!.Node)).FirstOrDefault(i => i is not null) is { } input)
                {
                    return Through(input, what);
                }
            }

            Obstacle Through(string input, string what) =>
                new(component.States[0], $"{what} on the token, through '{input}'", MeetingPlace.Of(program.Source, component.States, input));
        }

        return null;
    }

    /// <summary>The input, state or given through which a node depends on the token; null if it does not.</summary>
    public static string? VaryingInput(SequenceProgram program, int id)
    {
        Node node = program.Graph[id];
        return node.Op switch
        {
            Op.Input => program.Source.Inputs[node.Index].SharedAcrossTime ? null : program.Source.Inputs[node.Index].Name,
            Op.State => program.Source.States[node.Index].Name,
            Op.Given when program.Givens[node.Index].Kind == GivenKind.Direction => null,
            Op.Given => program.Givens[node.Index].Name,
            Op.TokenIndex => node.Name,
            _ => node.Arguments.Select(a => VaryingInput(program, a)).FirstOrDefault(n => n is not null),
        };
    }
}
