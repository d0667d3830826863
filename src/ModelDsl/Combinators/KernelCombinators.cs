namespace ModelDsl;

/// <summary>
/// Kernels made of kernels: other directions, prefixes, several side by side or one after another. What comes out is a kernel like any other, with the modes that
/// all of its parts have, exact gradients and packed sequences, on whatever target its parts run. Tensors are put together by name: inputs of one name are
/// one input (whose gradients add up), outputs of one name are added.
/// </summary>
/// <example><code>
/// IRecurrenceKernel both = Retention.Kernel.Bidirectional();
/// RecurrenceResult result = RecurrenceRunner.Run(both, [q, k, v, logDecay]);
/// </code></example>
public static class KernelCombinators
{
    /// <summary>What the name of a tensor of the backward direction ends with, where that direction has one for itself.</summary>
    public const string BackwardSuffix = "Backward";

    /// <summary>
    /// The recurrence over time from the last token to the first: its initial state is the one after the last token, its final state the one before the first. No
    /// tensor is copied: the kernel sees it through a negative stride.
    /// </summary>
    /// <param name="kernel">The recurrence.</param>
    public static IRecurrenceKernel Reversed(this IRecurrenceKernel kernel) =>
        new CompositionBuilder($"Reversed({NameOf(kernel)})").Add(kernel, new PartDirection(IsReversed: true)).Build();

    /// <summary>
    /// The recurrence with outputs that come one token late. The first token gets the output of the token before the call, which is a state more (named "last" and the
    /// output) and zero at first, so that calls can be split.
    /// </summary>
    /// <param name="kernel">The recurrence.</param>
    public static IRecurrenceKernel Delayed(this IRecurrenceKernel kernel) => new DelayedKernel(kernel);

    /// <summary>The same recurrence with other names for its inputs, states and outputs.</summary>
    /// <param name="kernel">The recurrence.</param>
    /// <param name="names">Old and new names.</param>
    /// <exception cref="ArgumentException">The recurrence has no tensor of an old name.</exception>
    public static IRecurrenceKernel Renamed(this IRecurrenceKernel kernel, params ReadOnlySpan<(string From, string To)> names)
    {
        RecurrenceDescription description = kernel.Description;
        Dictionary<string, string> all = [];
        foreach ((string from, string to) in names)
        {
            if (!NamesOf(description).Contains(from))
            {
                throw new ArgumentException(
                    $"{description.Name} has no tensor \"{from}\"; it has {string.Join(", ", NamesOf(description).Select(n => $"\"{n}\""))}.", nameof(names));
            }

            all[from] = to;
        }

        return new RenamedKernel(kernel, description.Name, name => all.GetValueOrDefault(name, name));
    }

    /// <summary>The same recurrence under another name.</summary>
    /// <param name="kernel">The recurrence.</param>
    /// <param name="name">Its name.</param>
    public static IRecurrenceKernel Named(this IRecurrenceKernel kernel, string name) => new RenamedKernel(kernel, name, tensor => tensor);

    /// <summary>Two recurrences over the same tokens: outputs of one name are added, the others stand beside each other.</summary>
    /// <param name="kernel">One.</param>
    /// <param name="other">The other; its states must have other names.</param>
    /// <exception cref="ArgumentException">Tensors of one name have other axes, or two states have one name.</exception>
    public static IRecurrenceKernel Beside(this IRecurrenceKernel kernel, IRecurrenceKernel other) =>
        new CompositionBuilder($"{NameOf(kernel)} + {NameOf(other)}").Add(kernel).Add(other).Build();

    /// <summary>A recurrence that reads outputs of another: they are its inputs of the same names. Outputs that it does not read remain outputs.</summary>
    /// <param name="kernel">The recurrence that comes first.</param>
    /// <param name="next">The one that reads its outputs.</param>
    /// <exception cref="ArgumentException">There is no such output, or tensors of one name have other axes.</exception>
    public static IRecurrenceKernel Then(this IRecurrenceKernel kernel, IRecurrenceKernel next)
    {
        bool IsRead(string output) => next.Description.Inputs.Any(i => i.Name == output);
        string name = $"{NameOf(kernel)} then {NameOf(next)}";
        if (!kernel.Description.Outputs.Any(o => IsRead(o.Name)))
        {
            throw new ArgumentException(
                $"{name}: no output of the first ({string.Join(", ", kernel.Description.Outputs.Select(o => o.Name))}) is an input of the second ({string.Join(", ", next.Description.Inputs.Select(i => i.Name))}).",
                nameof(next));
        }

        return new CompositionBuilder(name).Add(kernel, outputs: output => IsRead(output) ? OutputUse.Passed : OutputUse.Added).Add(next).Build();
    }

    /// <summary>
    /// Both directions: the recurrence from the first token to the last and from the last to the first, both with the token itself. Outputs are added, inputs and parameters are
    /// those of both, unless listed as separate. The backward direction's states have names of their own (<see cref="BackwardSuffix"/>).
    /// </summary>
    /// <param name="forward">The recurrence.</param>
    /// <param name="backward">What runs backward, if it is another one.</param>
    /// <param name="separate">Names of inputs, parameters and outputs that the backward direction has for itself: they get the <see cref="BackwardSuffix"/>.</param>
    /// <exception cref="ArgumentException">Both directions do not fit together, or one has no tensor of such a name.</exception>
    public static IRecurrenceKernel Bidirectional(this IRecurrenceKernel forward, IRecurrenceKernel? backward = null, params ReadOnlySpan<string> separate)
    {
        backward ??= forward;
        IEnumerable<string> names = [.. separate, .. backward.Description.States.Select(s => s.Name)];
        IRecurrenceKernel renamed = backward.Renamed([.. names.Select(n => (n, n + BackwardSuffix))]);
        return new CompositionBuilder($"Bidirectional({NameOf(forward)}{(backward == forward ? "" : ", " + NameOf(backward))})")
            .Add(forward)
            .Add(renamed, new PartDirection(IsReversed: true))
            .Build();
    }

    /// <summary>
    /// A recurrence that begins where another ends: the prefix runs over the first tokens of every sequence (or over all of them: what is not causal), and its final states are the
    /// initial states of those of the same name here. The prefix's outputs are dropped.
    /// </summary>
    /// <param name="kernel">The recurrence.</param>
    /// <param name="prefix">What runs first. Its inputs have the time of the call, and are read up to the prefix's end.</param>
    /// <param name="tokens">Tokens of the prefix, at least 1; null for the whole sequence.</param>
    /// <exception cref="ArgumentException">No state of the prefix is one of the recurrence, or tensors of one name have other axes.</exception>
    public static IRecurrenceKernel WithPrefix(this IRecurrenceKernel kernel, IRecurrenceKernel prefix, int? tokens = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens ?? 1, 1, nameof(tokens));
        bool IsPassed(string state) => kernel.Description.States.Any(s => s.Name == state);
        string name = $"{NameOf(kernel)} after {NameOf(prefix)}";
        if (!prefix.Description.States.Any(s => IsPassed(s.Name)))
        {
            throw new ArgumentException(
                $"{name}: no state of the prefix ({string.Join(", ", prefix.Description.States.Select(s => s.Name))}) is one of the recurrence ({string.Join(", ", kernel.Description.States.Select(s => s.Name))}).",
                nameof(prefix));
        }

        return new CompositionBuilder(name)
            .Add(prefix, new PartDirection(Tokens: tokens), _ => OutputUse.Dropped, IsPassed)
            .Add(kernel)
            .Build();
    }

    private static string NameOf(IRecurrenceKernel kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        return kernel.Description.Name;
    }

    private static IEnumerable<string> NamesOf(RecurrenceDescription description) =>
        [.. description.Inputs.Select(i => i.Name), .. description.States.Select(s => s.Name), .. description.Outputs.Select(o => o.Name)];
}
