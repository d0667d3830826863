namespace ModelDsl;

/// <summary>
/// Packed sequences: each must compute what it computes alone, to the bit, whatever lies beside it. Gradients of parameters are sums over sequences, added in
/// another order where several heads or chunks add to one, so they are held to a bound, and so is a padded batch, whose chunks are cut elsewhere.
/// </summary>
internal sealed class PackedVerification(IRecurrenceKernel kernel, Mode mode, VerificationCase packed)
{
    private readonly RecurrenceDescription _description = kernel.Description;
    private readonly SequenceOffsets _offsets = packed.Shape.Offsets!;
    private string? _failure;

    /// <summary>The worst errors of outputs and of gradients, where they are held to a bound, and what had to be equal but is not.</summary>
    /// <param name="withPadding">Whether padding at a sequence's end must not matter.</param>
    public (VerificationError Outputs, VerificationError Gradients, string? Failure) Run(bool withPadding)
    {
        SequenceNumbers together = Results(packed);
        SequenceNumbers?[] alone = [.. Segments.Select(s => _offsets.Length(s) == 0 ? null : Results(packed.Segment(s)))];
        foreach (int s in Segments)
        {
            SequenceNumbers part = together.Segment(_description, _offsets, s);
            if (alone[s] is { } separate)
            {
                RequireEqual(part, separate, $"segment {s} gives other bits packed than alone");
            }
            else
            {
                float[][] initial = packed.Numbers.Segment(_description, _offsets, s).InitialStates;
                RequireEqual(part.FinalStates, initial, i => _description.States[i].Name, "the final state of an empty segment is not its initial one");
            }
        }

        foreach (int remainder in new[] { 0, 1 })
        {
            SequenceNumbers poisoned = Results(packed.With(packed.Numbers.Poisoned(_description, _offsets, s => s % 2 == remainder)));
            foreach (int s in Segments.Where(s => s % 2 == remainder))
            {
                RequireEqual(
                    poisoned.Segment(_description, _offsets, s), together.Segment(_description, _offsets, s), $"what lies beside segment {s} changes it");
            }
        }

        VerificationError parameters = Parameters(together, [.. alone.OfType<SequenceNumbers>()]);
        (VerificationError outputs, VerificationError gradients) = withPadding ? Padding() : default;
        return (outputs, parameters.Or(gradients), _failure);
    }

    private IEnumerable<int> Segments => Enumerable.Range(0, _offsets.Count);

    /// <summary>The gradients of parameters against the sum of those of the sequences.</summary>
    private VerificationError Parameters(SequenceNumbers together, SequenceNumbers[] alone)
    {
        int[] parameters = [.. Enumerable.Range(0, together.Inputs.Length).Where(i => SequenceNumbers.IsParameter(_description, i))];
        return VerificationError.Worst(
            [.. parameters.Select(i => together.Inputs[i])],
            [.. parameters.Select(i => Sum([.. alone.Select(one => one.Inputs[i])]))],
            i => $"d{_description.Inputs[parameters[i]].Name} {packed.Name}",
            VerificationError.CancellationFloor,
            Doubles([.. together.Inputs, .. together.InitialStates]));
    }

    /// <summary>The two longest sequences as a padded batch against the same alone.</summary>
    private (VerificationError Outputs, VerificationError Gradients) Padding()
    {
        int[] longest = [.. Segments.OrderByDescending(_offsets.Length).Take(2)];
        if (longest.Length < 2 || _offsets.Length(longest[1]) == 0)
        {
            return default;
        }

        VerificationCase[] alone = [.. longest.Select(s => packed.Segment(s))];
        SequenceNumbers batch = Results(alone[0].PaddedWith(alone[1]));
        VerificationError outputs = default, gradients = default;
        List<SequenceNumbers> separate = [];
        for (int row = 0; row < 2; row++)
        {
            SequenceNumbers found = batch.Unpadded(_description, row, (alone[row].Shape.Time, alone[0].Shape.Time));
            SequenceNumbers expected = Results(alone[row].WithoutFinalGradients());
            separate.Add(expected);
            int[] varying = [.. Enumerable.Range(0, found.Inputs.Length).Where(i => !SequenceNumbers.IsParameter(_description, i))];
            outputs = outputs.Or(VerificationError.Worst(found.Outputs, Doubles(expected.Outputs), i => $"{_description.Outputs[i].Name} padded"));
            gradients = gradients.Or(VerificationError.Worst(
                [.. varying.Select(i => found.Inputs[i]), .. found.InitialStates],
                Doubles([.. varying.Select(i => expected.Inputs[i]), .. expected.InitialStates]),
                i => i < varying.Length ? $"d{_description.Inputs[varying[i]].Name} padded" : $"d{_description.States[i - varying.Length].Name}0 padded",
                VerificationError.CancellationFloor,
                Doubles([.. expected.Inputs, .. expected.InitialStates])));
        }

        return (outputs, gradients.Or(Parameters(batch, [.. separate])));
    }

    private SequenceNumbers Results(VerificationCase at)
    {
        using var run = new VerificationRun(kernel, mode, at);
        return run.Results();
    }

    private void RequireEqual(SequenceNumbers found, SequenceNumbers expected, string otherwise)
    {
        RequireEqual(found.Outputs, expected.Outputs, i => _description.Outputs[i].Name, otherwise);
        RequireEqual(found.FinalStates, expected.FinalStates, i => _description.States[i].Name, otherwise);
        RequireEqual(found.InitialStates, expected.InitialStates, i => $"d{_description.States[i].Name}0", otherwise);
        for (int i = 0; i < found.Inputs.Length; i++)
        {
            if (!SequenceNumbers.IsParameter(_description, i))
            {
                RequireEqual([found.Inputs[i]], [expected.Inputs[i]], _ => $"d{_description.Inputs[i].Name}", otherwise);
            }
        }
    }

    private void RequireEqual(float[][] found, float[][] expected, Func<int, string> name, string otherwise)
    {
        for (int i = 0; i < found.Length; i++)
        {
            if (!found[i].Select(BitConverter.SingleToInt32Bits).SequenceEqual(expected[i].Select(BitConverter.SingleToInt32Bits)))
            {
                _failure ??= $"T={packed.Name}: {otherwise}, in {name(i)}";
            }
        }
    }

    private static double[] Sum(float[][] parts)
    {
        var sum = new double[parts[0].Length];
        foreach (float[] part in parts)
        {
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += part[i];
            }
        }

        return sum;
    }

    private static double[][] Doubles(float[][] values) => [.. values.Select(v => v.Select(x => (double)x).ToArray())];
}
