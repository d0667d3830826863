using global::TorchSharp;
using Tensor = global::TorchSharp.torch.Tensor;

namespace ModelDsl.TorchSharp;

/// <summary>Checks the tensors of one call against a description, and finds the sizes on the way.</summary>
internal sealed class TensorBinding
{
    private readonly RecurrenceDescription _description;

    /// <summary>The size of each dimension, 0 while unknown, and who said so.</summary>
    private readonly int[] _sizes;
    private readonly string[] _sources;

    private TensorBinding(RecurrenceDescription description, SequenceOffsets? offsets)
    {
        _description = description;
        _sizes = new int[Dimension.FirstAxis + description.Axes.Count];
        _sources = new string[_sizes.Length];
        for (int i = 0; i < description.Axes.Count; i++)
        {
            if (description.Axes[i].FixedSize is { } size)
                (_sizes[Dimension.FirstAxis + i], _sources[Dimension.FirstAxis + i]) = (size, "by the spec");
        }

        if (offsets is null)
            return;
        (_sizes[Dimension.Batch.Slot], _sources[Dimension.Batch.Slot]) = (1, "by packed sequences, which lie one after another in a batch of one");
        (_sizes[Dimension.Time.Slot], _sources[Dimension.Time.Slot]) = (offsets.Tokens, $"by the offsets {offsets}");
        (_sizes[Dimension.Sequence.Slot], _sources[Dimension.Sequence.Slot]) = (offsets.Count, $"by the offsets {offsets}");
    }

    /// <summary>The sizes of a call whose tensors fit the description and each other.</summary>
    /// <exception cref="ArgumentException">A tensor does not fit; the message names it, its shape, and what was expected.</exception>
    public static SequenceShape Bind(
        RecurrenceDescription description, IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?>? initialStates, RunOptions checks, SequenceOffsets? offsets = null)
    {
        if (inputs.Count != description.Inputs.Count)
            throw new ArgumentException($"{description.Name} takes {description.Inputs.Count} inputs ({Names(description.Inputs.Select(i => i.Name))}), not {inputs.Count}.", nameof(inputs));
        if (initialStates is not null && initialStates.Count != description.States.Count)
            throw new ArgumentException($"{description.Name} has {description.States.Count} states ({Names(description.States.Select(s => s.Name))}), not {initialStates.Count}.", nameof(initialStates));

        var binding = new TensorBinding(description, offsets);
        var rows = offsets is null ? Dimension.Batch : Dimension.Sequence;
        var given = new List<Given>();
        for (int i = 0; i < inputs.Count; i++)
            given.Add(new($"Input '{description.Inputs[i].Name}'", nameof(inputs), inputs[i], TensorLayout.OfInput(description.Inputs[i]), IsState: false));
        for (int i = 0; i < (initialStates?.Count ?? 0); i++)
        {
            if (initialStates![i] is { } state)
                given.Add(new($"Initial state '{description.States[i].Name}'", nameof(initialStates), state, TensorLayout.OfState(description.States[i], rows), IsState: true));
        }

        given.ForEach(binding.CheckKind);
        given.ForEach(binding.BindSizes);
        given.ForEach(binding.CheckHeads);
        if (checks.CheckFinite)
            given.ForEach(binding.CheckFinite);
        for (int i = 0; i < inputs.Count && checks.CheckDomains; i++)
            binding.CheckDomain(given[i], description.Inputs[i].Domain);
        return binding.Shape() with { Offsets = offsets };
    }

    private void CheckKind(Given given)
    {
        if (given.Tensor is not { IsInvalid: false } tensor)
            throw new ArgumentException($"{given.What} of {_description.Name} is null or disposed; expected {Expected(given)}.", given.Parameter);
        if (tensor.dtype != torch.float32)
            throw Unfit(given, "its dtype is not float32");
        if (tensor.device_type != DeviceType.CPU)
            throw Unfit(given, $"it is on device {tensor.device}, not on the CPU");
        if (tensor.is_sparse)
            throw Unfit(given, "it is sparse");
        if (tensor.dim() != given.Layout.Rank)
            throw Unfit(given, $"its rank is {tensor.dim()}, not {given.Layout.Rank}");
    }

    private void BindSizes(Given given)
    {
        long[] sizes = given.Tensor!.shape;
        int position = 0;
        foreach (var dimension in given.Layout.Dimensions())
        {
            long size = sizes[position++];
            string name = dimension.NameIn(_description);
            if (size is < 1 or > int.MaxValue)
                throw Unfit(given, $"its {name} size is {size}");
            int known = _sizes[dimension.Slot];
            if (known == 0 || (dimension == Dimension.Head && size > known))
                (_sizes[dimension.Slot], _sources[dimension.Slot]) = ((int)size, "by " + Lower(given.What));
            else if (size != known && dimension != Dimension.Head)
                throw Unfit(given, $"its {name} size is {size}, but {known} was given {_sources[dimension.Slot]}");
        }
    }

    /// <summary>The largest number of heads is the number of heads: other inputs may hold a divisor of it, states hold all.</summary>
    private void CheckHeads(Given given)
    {
        int position = given.Layout.Dimensions().ToList().IndexOf(Dimension.Head);
        if (position < 0)
            return;
        long heads = given.Tensor!.shape[position];
        int all = _sizes[Dimension.Head.Slot];
        if (given.IsState ? heads != all : all % heads != 0)
            throw Unfit(given, $"its {heads} heads {(given.IsState ? "are not" : "do not divide")} the {all} heads given {_sources[Dimension.Head.Slot]}");
    }

    private void CheckFinite(Given given)
    {
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        if (!given.Tensor!.isfinite().all().item<bool>())
            throw Unfit(given, "it holds NaN or infinity");
    }

    private void CheckDomain(Given given, Domain? domain)
    {
        if (domain is null)
            return;
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        float[] numbers = given.Tensor!.contiguous().data<float>().ToArray();
        int at = Array.FindIndex(numbers, value => !domain.Value.Contains(value));
        if (at >= 0)
            throw Unfit(given, $"it holds {numbers[at]}, but {domain.Value.InWords()} was expected");
    }

    private SequenceShape Shape()
    {
        // Heads that no input has are one.
        if (_sizes[Dimension.Head.Slot] == 0)
            _sizes[Dimension.Head.Slot] = 1;

        // Where nothing is packed no tensor has this dimension.
        if (_sizes[Dimension.Sequence.Slot] == 0)
            _sizes[Dimension.Sequence.Slot] = _sizes[Dimension.Batch.Slot];
        // An axis that the spec calls by another's name has its size.
        for (int i = 0; i < _description.Axes.Count; i++)
        {
            if (_description.Axes[i].EqualTo is not { } other)
                continue;
            ref int size = ref _sizes[Dimension.FirstAxis + i];
            ref int same = ref _sizes[Dimension.FirstAxis + other];
            if (size == 0)
                size = same;
            else if (same == 0)
                same = size;
            else if (size != same)
                throw new ArgumentException($"Axis {_description.Axes[i].Name} of {_description.Name} has size {size} and axis {_description.Axes[other].Name} has size {same}, but the spec renames one to the other: they must be equal.", "inputs");
        }

        int unknown = Array.IndexOf(_sizes, 0);
        if (unknown >= 0)
            throw new ArgumentException($"Nothing says the size of '{new Dimension(unknown).NameIn(_description)}' of {_description.Name}: give an initial state that has it.", "initialStates");
        return new(_sizes[0], _sizes[1], _sizes[2], _sizes[Dimension.FirstAxis..]);
    }

    private ArgumentException Unfit(Given given, string reason) => new(
        $"{given.What} of {_description.Name} is {given.Tensor!.dtype} [{string.Join(", ", given.Tensor.shape)}]: {reason}; expected {Expected(given)}.",
        given.Parameter);

    /// <summary>E.g. "float32 [batch = 2, time = 64, head, Key = 16] on the CPU", with the sizes known so far.</summary>
    private string Expected(Given given)
    {
        var dimensions = given.Layout.Dimensions().Select(d =>
            _sizes[d.Slot] == 0 ? d.NameIn(_description) : $"{d.NameIn(_description)} = {_sizes[d.Slot]}");
        return $"float32 [{string.Join(", ", dimensions)}] on the CPU";
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names);

    private static string Lower(string what) => char.ToLowerInvariant(what[0]) + what[1..];

    private sealed record Given(string What, string Parameter, Tensor? Tensor, TensorLayout Layout, bool IsState);
}
