using ModelDsl.Conformance.Goldens;

namespace ModelDsl.Conformance.Mapping;

/// <summary>Finds the tensors of a case in a file, and the sizes.</summary>
internal static class Binder
{
    public static BoundCase Bind(
        GoldenCase golden,
        GoldenFile file,
        IReadOnlyDictionary<string, GoldenCase.InputMapping> inputs,
        IReadOnlyDictionary<string, GoldenCase.StateMapping> states,
        IReadOnlyDictionary<string, GoldenCase.OutputMapping> outputs,
        IReadOnlyList<BoundDerivation> derivations)
    {
        RecurrenceDescription description = golden.Recurrence.Description;
        RequireAll(file, inputs.Values.Where(i => i.Constant is null).Select(i => i.Golden).Concat(outputs.Values.Select(o => o.Golden)));
        AxisSizes sizes = Solve(description, file, [.. golden.TensorsIn(file)]);
        int heads = sizes.Or("H", 1);
        SequenceShape shape = new(
            sizes.Or("B", 1), sizes["T"], heads, [.. description.Axes.Select(axis => axis.FixedSize ?? sizes[axis.Name])]);

        BoundTensor Place(GoldenTensor tensor, Layout layout, IReadOnlyList<int> axes)
        {
            Placement placement = layout.Place(tensor, sizes, [.. axes.Select(axis => description.Axes[axis].Name)]);
            return heads % placement.Heads == 0
                ? new BoundTensor(tensor, placement)
                : throw new GoldenException($"{tensor} has {placement.Heads} groups, which do not divide {heads} heads.");
        }

        List<BoundInput> boundInputs = [];
        foreach (InputDescription input in description.Inputs)
        {
            GoldenCase.InputMapping mapping = inputs[input.Name];
            GoldenTensor tensor = mapping.Constant is null ? file[mapping.Golden] : Constant(mapping, file, sizes);
            boundInputs.Add(new BoundInput(Place(tensor, mapping.Layout, input.Axes), mapping.Constant is not null));
        }

        List<BoundState> boundStates = [];
        foreach (TensorDescription state in description.States)
        {
            // What the runtime copies at the start of a mini-batch is no golden's business.
            if (state.StaleOf is not null)
            {
                boundStates.Add(new BoundState(null, null, null));
                continue;
            }

            GoldenCase.StateMapping mapping = states[state.Name];
            BoundTensor? Find(string? name, Layout layout) => file.Find(name) is { } tensor ? Place(tensor, layout, state.Axes) : null;
            boundStates.Add(new BoundState(
                Find(mapping.Initial, mapping.InitialLayout),
                Find(mapping.Final, mapping.FinalLayout),
                Find("d" + mapping.Final, mapping.FinalLayout)));
        }

        List<BoundOutput> boundOutputs = [];
        foreach (TensorDescription output in description.Outputs)
        {
            if (outputs.GetValueOrDefault(output.Name) is not { } mapping)
            {
                boundOutputs.Add(new BoundOutput(null, null));
                continue;
            }

            BoundTensor? Find(string? name) => file.Find(name) is { } tensor ? Place(tensor, mapping.Layout, output.Axes) : null;
            boundOutputs.Add(new BoundOutput(Place(file[mapping.Golden], mapping.Layout, output.Axes), Find("d" + mapping.Golden)));
        }

        HashSet<string> direct = [.. Mapped(inputs, states)];
        IReadOnlyList<ExpectedGradient> gradients = [];
        if (boundOutputs.Any(output => output.Gradient is not null))
        {
            HashSet<string> mapped = [.. direct, .. derivations.SelectMany(d => d.Derivation.Sources).Select(s => s.Golden)];
            gradients = [.. Gradients(file, mapped, golden.Outside).Where(g => golden.GoesThroughFinalStates || !g.ThroughFinalState)];
        }

        return new BoundCase(golden.Recurrence, golden.Name, shape, boundInputs, boundStates, boundOutputs, gradients)
        {
            MiniBatch = golden.MiniBatchSetting is { } setting ? (int)file.Number(setting) : 0,
            SequenceLength = golden.LengthTensor is { } length ? (int)file[length].Data[0] : 0,
            Derivations = derivations,
            Direct = direct,
        };
    }

    private static void RequireAll(GoldenFile file, IEnumerable<string> names)
    {
        foreach (string name in names)
        {
            _ = file[name];
        }
    }

    /// <summary>Learns from every tensor until none says anything new: an axis that holds two can be split once one of them is known.</summary>
    public static AxisSizes Solve(
        RecurrenceDescription description,
        GoldenFile file,
        IReadOnlyList<(string Golden, Layout Layout)> tensors)
    {
        AxisSizes sizes = new();
        foreach (AxisDescription axis in description.Axes)
        {
            if (axis.FixedSize is { } size)
            {
                sizes.Learn(axis.Name, size, "the recurrence");
            }
        }

        bool news = true;
        while (news)
        {
            news = false;
            foreach ((string golden, Layout layout) in tensors)
            {
                news |= layout.Learn(file[golden], sizes);
            }

            // An axis under another name: a recurrent matrix that no tensor of the file holds.
            foreach (AxisDescription axis in description.Axes)
            {
                if (axis.EqualTo is { } other && sizes.Find(axis.Name) is null && sizes.Find(description.Axes[other].Name) is { } size)
                {
                    news |= sizes.Learn(axis.Name, size, $"{description.Axes[other].Name}, which it is equal to");
                }
            }
        }

        return sizes;
    }

    private static GoldenTensor Constant(GoldenCase.InputMapping mapping, GoldenFile file, AxisSizes sizes)
    {
        int[] shape = mapping.Layout.Shape(sizes);
        float[] data = new float[shape.Aggregate(1, (a, b) => a * b)];
        int[] index = new int[shape.Length];
        for (int i = 0; i < data.Length; i++)
        {
            int rest = i;
            for (int axis = shape.Length - 1; axis >= 0; axis--)
            {
                (rest, index[axis]) = Math.DivRem(rest, shape[axis]);
            }

            data[i] = (float)mapping.Constant!(file, sizes, index);
        }

        return GoldenTensor.Of(mapping.Golden, shape, data);
    }

    private static IEnumerable<string> Mapped(
        IReadOnlyDictionary<string, GoldenCase.InputMapping> inputs, IReadOnlyDictionary<string, GoldenCase.StateMapping> states) =>
        inputs.Values.Where(i => i.Constant is null).Select(i => i.Golden)
            .Concat(states.Values.Select(s => s.Initial).OfType<string>());

    /// <summary>The file's gradients. One of a tensor that the mapping does not know would go unchecked: that is an error of the mapping.</summary>
    private static List<ExpectedGradient> Gradients(GoldenFile file, HashSet<string> mapped, IReadOnlyList<string> outside)
    {
        List<ExpectedGradient> gradients = [];
        foreach (GoldenTensor tensor in file.Tensors.Values)
        {
            if (tensor.Name.Split('_', 2) is not [("grad" or "gradfs") and var kind, var of] || outside.Contains(of))
            {
                continue;
            }

            if (!mapped.Contains(of))
            {
                throw new GoldenException($"The file has a gradient of '{of}', which is no input of the recurrence.");
            }

            if (!tensor.Shape.SequenceEqual(file[of].Shape))
            {
                throw new GoldenException($"{tensor} must have the shape of {file[of]}.");
            }

            gradients.Add(new ExpectedGradient(kind == "gradfs", of, tensor));
        }

        return gradients;
    }
}
