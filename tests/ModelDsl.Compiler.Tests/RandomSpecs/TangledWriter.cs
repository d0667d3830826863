namespace ModelDsl.Compiler.Tests.RandomSpecs;

/// <summary>
/// Writes random specs of several states whose declarations and updates stand in any order, and whose statements share what they use: a key of two memories, a read that is a
/// value here and a gate there, a state before and after its update.
/// </summary>
internal sealed partial class TangledWriter
{
    private static readonly string[] s_vectors = ["Key", "Value", "Slot"];

    private readonly Choices _choices;
    private readonly SpecText _spec;
    private readonly Pool _pool;
    private readonly List<TangledState> _states = [];
    private readonly bool _hasMiniBatches;

    private TangledWriter(string name, int[] numbers)
    {
        _choices = new Choices(numbers);
        _hasMiniBatches = _choices.OneIn(12);
        _spec = new SpecText(name, _choices) { Attribute = _hasMiniBatches ? "Recurrence(MiniBatch = 4)" : "Recurrence" };
        _pool = new Pool(_choices);
    }

    /// <summary>The source of one spec.</summary>
    public static string Write(string name, int[] numbers)
    {
        var writer = new TangledWriter(name, numbers);
        writer.Write();
        return writer._spec.ToString();
    }

    private void Write()
    {
        for (int i = 1 + _choices.Below(4); i >= 0; i--)
        {
            Declare();
        }

        // What several states may use, from the start.
        foreach (string axis in s_vectors)
        {
            _pool.Add(new PooledValue(Vector(axis), _spec.OwnInput(Vector(axis), "x"), []));
        }

        _spec.ShuffleStates();
        if (_hasMiniBatches)
        {
            ReadStale();
        }

        for (int i = _choices.Below(4); i > 0; i--)
        {
            Read(_states[_choices.Below(_states.Count)]);
        }

        // Every state once at least, in any order; then some again.
        List<TangledState> left = [.. _states];
        for (int more = _choices.Below(4); left.Count > 0 || more > 0;)
        {
            TangledState next = left.Count > 0 ? left[_choices.Below(left.Count)] : _states[_choices.Below(_states.Count)];
            more -= left.Remove(next) ? 0 : 1;
            Update(next);
            if (_choices.OneIn(2))
            {
                Read(next);
            }
        }

        Outputs();
    }

    private void Declare()
    {
        string[] axes = _choices.Below(16) switch
        {
            0 or 1 => [],
            2 or 3 or 4 => [_choices.Of(s_vectors)],
            5 => ["Key", "Value", "Slot"],
            6 or 7 => ["Value", "Slot"],
            8 => ["Value", "Key"],
            9 => ["Slot", "Key"],
            _ => ["Key", "Value"],
        };
        bool isComplex = axes.Length < 3 && _choices.OneIn(axes.Length < 2 ? 4 : 10);
        string? plus = !isComplex && axes.Length < 3 && _choices.OneIn(axes.Length < 2 ? 3 : 12) ? _choices.Of("Max", "Min", "LogAddExp") : null;
        string prefix = plus is not null ? "m" : isComplex && axes.Length < 2 ? "z" : isComplex ? "Z" : axes.Length < 2 ? "h" : "S";
        var state = new TangledState(_spec.New(prefix), TypeOf(axes, isComplex), axes, isComplex, plus);
        _states.Add(state);
        _spec.State(state.Type, state.Name);
        _pool.Declare(state.Name);
        if (!isComplex && axes.Length < 2)
        {
            // The name itself: whoever uses it gets the state as it stands there.
            _pool.Add(new PooledValue(state.Type, state.Name, [state.Name]));
        }
    }

    private void Outputs()
    {
        for (int i = _choices.Below(3); i >= 0; i--)
        {
            string type = _choices.Of("Scalar", "Tensor<Key>", "Tensor<Value>", "Tensor<Slot>");
            string value = _pool.Take(type, null) is { } taken ? Function(type, taken.Text) : Input(type, "x");
            _spec.Output(type, _choices.Below(4) switch
            {
                0 => $"{value} * {Any(type, null)}",
                1 => $"{value} + {Any(type, null)}",
                _ => value,
            });
        }
    }

    /// <summary>Reads of states as they stood before the mini-batch, which may be used in any function.</summary>
    private void ReadStale()
    {
        TangledState[] able = [.. _states.Where(s => !s.IsComplex)];
        if (able.Length == 0)
        {
            _spec.MiniBatchIndex();
            return;
        }

        for (int i = _choices.Below(2); i >= 0; i--)
        {
            TangledState state = able[_choices.Below(able.Length)];
            string stale = $"Stale({state.Name})";
            if (state.Axes.Length < 2)
            {
                Offer(state.Type, stale, []);
            }
            else if (state.Axes.Length == 2)
            {
                int key = _choices.Below(2);
                Offer(Vector(state.Axes[1 - key]), $"Dot({Any(Vector(state.Axes[key]), null)}, {stale})", []);
            }
            else
            {
                _spec.MiniBatchIndex();
            }
        }

        if (_choices.OneIn(2))
        {
            _pool.Add(new PooledValue("Scalar", $"({_spec.MiniBatchIndex()} / 4)", []));
        }
    }

    private void Offer(string type, string expression, IEnumerable<string> states) =>
        _pool.Add(new PooledValue(type, _spec.Local("v", expression), [.. states]));

    private static string Vector(string axis) => $"Tensor<{axis}>";

    private static string TypeOf(string[] axes, bool isComplex) =>
        (isComplex ? "Complex" : "") + (axes.Length == 0 ? "Scalar" : $"Tensor<{string.Join(", ", axes)}>");
}

/// <summary>A state of a random spec.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its C# type.</param>
/// <param name="Axes">Its axes.</param>
/// <param name="IsComplex">Whether it is of complex numbers.</param>
/// <param name="Plus">The function that takes the place of a sum in its updates: Max, Min or LogAddExp; null if it is the sum.</param>
internal sealed record TangledState(string Name, string Type, string[] Axes, bool IsComplex, string? Plus)
{
    private bool? _readsSecond;

    /// <summary>Whether the token has given it a value already.</summary>
    public bool IsAssigned { get; set; }

    /// <summary>Whether the keys of a matrix lie along its second axis; one in a dozen times it is asked the other way.</summary>
    public bool ReadsSecond(Choices choices) => (_readsSecond ??= choices.OneIn(4)) ^ choices.OneIn(12);
}
