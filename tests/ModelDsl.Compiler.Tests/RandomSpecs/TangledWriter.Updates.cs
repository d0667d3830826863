namespace ModelDsl.Compiler.Tests.RandomSpecs;

// What happens to states.
internal sealed partial class TangledWriter
{
    private void Read(TangledState state)
    {
        string s = state.Name;
        if (state is { IsComplex: true, Axes.Length: 2 })
        {
            (string along, string across) = state.ReadsSecond(_choices) ? (state.Axes[1], state.Axes[0]) : (state.Axes[0], state.Axes[1]);
            string asked = _choices.OneIn(2) ? Key(along, s) : Input($"ComplexTensor<{along}>", "w");
            string read = asked.StartsWith('w') ? $"Dot({asked}, {s})" : $"Sum({asked} * {s}, Over<{along}>())";
            Offer(Vector(across), _choices.Of($"{read}.Re", $"SiLU({read}.Im)", $"SquaredAbs({read})"), [s]);
            return;
        }

        if (state.IsComplex)
        {
            string type = TypeOf(state.Axes, false);
            Offer(type, _choices.Of($"{s}.Re", $"{s}.Im", $"SquaredAbs({s})", $"Abs({s})"), [s]);
            return;
        }

        switch (state.Axes.Length)
        {
            case 0 or 1:
                // The state as it stands now, under another name.
                Offer(state.Type, _choices.Of(s, $"{s} * {Input(state.Type, "c")}"), [s]);
                break;
            case 2:
                // With one key axis or, rarely, with the other: then it is read both ways.
                bool swapped = state.ReadsSecond(_choices);
                (string key, string value) = swapped ? (state.Axes[1], state.Axes[0]) : (state.Axes[0], state.Axes[1]);
                Offer(Vector(value), _choices.OneIn(8) ? $"Sum({Key(key, s)} * {s}, Over<{key}>())" : $"Dot({Key(key, s)}, {s})", [s]);
                break;
            default:
                string k = Key("Key", s);
                string read = _spec.Local("r", $"Dot({k}, {s})");
                Offer(_choices.Of(Vector("Value")), $"Dot({read}, {Input(Vector("Slot"), "c")})", [s]);
                Offer(Vector("Slot"), $"Sum(SiLU({read}), Over<Value>())", [s]);
                break;
        }
    }

    private void Update(TangledState state)
    {
        for (int i = _choices.Below(state.Axes.Length > 1 ? 3 : 2); i >= 0; i--)
        {
            if (state is { IsComplex: true, Axes.Length: 2 })
            {
                UpdateComplexMatrix(state);
            }
            else if (state.IsComplex)
            {
                Turn(state);
            }
            else if (state.Plus is { } plus && !_choices.OneIn(16))
            {
                UpdateSemiring(state, plus);
            }
            else if (state.Axes.Length == 2)
            {
                UpdateMatrix(state);
            }
            else if (state.Axes.Length == 3)
            {
                UpdateThreeAxes(state);
            }
            else
            {
                UpdateVector(state);
            }

            state.IsAssigned = true;
        }
    }

    private void Turn(TangledState state)
    {
        string z = state.Name, type = TypeOf(state.Axes, false);
        string x = _choices.OneIn(2) ? Input(state.Type, "w") : $"Complex({Any(type, z)}, {Any(type, z)})";
        string turn = _choices.Below(4) switch
        {
            0 => $"Polar({Gate(type, z)}, {Any(type, z)})",
            1 => $"Exp(Complex(-Softplus({Any(type, z)}), {Any(type, z)}))",
            2 => $"({Gate("Scalar", z)} * {Input(state.Type, "w")} / 2)",
            _ => $"Conjugate(Polar(0.9, {Any(type, z)}))",
        };
        _spec.Line(_choices.Below(4) switch
        {
            0 => $"{z} *= {turn};",
            1 => $"{z} = {Gate("Scalar", z)} * {z} + {x};",
            _ => $"{z} = {turn} * {z} + {x};",
        });
    }

    /// <summary>A memory of complex numbers: what is written, what it is written under and what turns it are complex or not, each by itself.</summary>
    private void UpdateComplexMatrix(TangledState state)
    {
        string s = state.Name, key = state.Axes[0], value = state.Axes[1];
        string Complex(string axis) => _choices.OneIn(2) ? Input($"ComplexTensor<{axis}>", "w") : $"Complex({Any(Vector(axis), s)}, {Any(Vector(axis), s)})";
        string axis = _choices.Of(key, value), turn = $"Polar({Gate(Vector(axis), s)}, {Any(Vector(axis), s)})";
        string gate = Gate(_choices.Of("Scalar", Vector(key), Vector(value)), s);
        string k = _choices.OneIn(2) ? Key(key, s) : Complex(key), v = Complex(value);
        switch (_choices.Below(7))
        {
            case 0: _spec.Line($"{s} *= {turn};"); break;
            case 1: _spec.Line($"{s} *= {gate};"); break;
            case 2: _spec.Line($"{s} = {turn} * {s} + Outer({k}, {v});"); break;
            case 3 when _choices.OneIn(3): _spec.Line($"{s} += Outer({k}, {Gate("Scalar", s)} * ({v} - Dot({Complex(key)}, {s})));"); break;
            default: _spec.Line($"{s} = {gate} * {s} + Outer({k}, {v});"); break;
        }
    }

    private void UpdateVector(TangledState state)
    {
        string h = state.Name, type = state.Type;
        TangledState? twin = _states.FirstOrDefault(s => s != state && s.Type == type);
        switch (_choices.Below(14))
        {
            case 0 when _choices.OneIn(3): _spec.Line($"{h} *= Square({_spec.Weight(type, "a")}) - Square({_spec.Weight(type, "a")});"); break;
            case 0: _spec.Line($"{h} *= {Gate(_choices.Of(type, "Scalar"), h)};"); break;
            case 1: _spec.Line($"{h} += {Gate(type, h)} * ({Any(type, h)} - {h});"); break;
            case 2: _spec.Line($"{h} = Where({Input("Scalar", "reset")} > 0.4, {Any(type, h)}, {h});"); break;
            case 3 when !state.IsAssigned: _spec.Line($"{h} = {Any(type, h)};"); break;
            case 4 when twin is not null:
                // Both at once, each from what the other was.
                _spec.Line($"({h}, {twin.Name}) = ({Gate(type, h)} * {h} + 0.2 * {twin.Name}, {(_choices.OneIn(2) ? "" : $"0.3 * {h} - ")}0.5 * {twin.Name} + {Any(type, twin.Name)});");
                _pool.Uses(h, [twin.Name]);
                _pool.Uses(twin.Name, [h]);
                twin.IsAssigned = true;
                break;
            case 5 when _choices.OneIn(2): _spec.Line($"{h} = Max({h}, {Any(type, h)});"); break;
            case 6 when _choices.OneIn(2): _spec.Line($"{h} = Tanh({Gate(type, h)} * {h} + {Any(type, h)});"); break;
            case 7 when state.Axes.Length == 1 && _choices.OneIn(2): _spec.Line($"{h} = Shift({h}, {_choices.Of("1", "-1")}) + {Any(type, h)};"); break;
            case 8 when state.Axes.Length == 1: _spec.Line($"{h} = Push({h}, {Any("Scalar", h)});"); break;
            case 9 when state.Axes is ["Key"] && _choices.OneIn(2): _spec.Line($"{h} = 0.2 * Dot({Input("Tensor<Key, Previous>", "W")}, {h}.As<Previous>()) + {Any(type, h)};"); break;
            default: _spec.Line($"{h} = {Gate(_choices.Of(type, "Scalar"), h)} * {h} + {Any(type, h)};"); break;
        }
    }

    private void UpdateMatrix(TangledState state)
    {
        string s = state.Name;
        bool swapped = state.ReadsSecond(_choices);
        (string key, string value) = swapped ? (state.Axes[1], state.Axes[0]) : (state.Axes[0], state.Axes[1]);
        string k = _choices.OneIn(2) ? _spec.Local("k", Key(key, s)) : Key(key, s);
        string Outer(string written) => swapped ? $"Outer({written}, {k})" : $"Outer({k}, {written})";
        switch (_choices.Below(15))
        {
            case 0 or 1: _spec.Line($"{s} *= {Gate(_choices.Of("Scalar", Vector(key), Vector(value)), s)};"); break;
            case 2: _spec.Line($"{s} = {Gate("Scalar", s)} * {s} + {Outer(Any(Vector(value), s))};"); break;
            case 3: _spec.Line($"{s} = {Gate(Vector(key), s)} * {s} + {Outer($"{Any(Vector(value), s)} - {_choices.Of("Sigmoid", "0.5 * Tanh")}({Any("Scalar", s)}) * Dot({k}, {s})")};"); break;
            case 4:
                string condition = _choices.Of($"{Input("Scalar", "reset")} > 0.4", $"{Any("Scalar", s)} > 0.3");
                _spec.Line($"{s} = Where({condition}, {(_choices.OneIn(3) ? Outer(Any(Vector(value), s)) : "0")}, {s});");
                break;
            case 5 or 6:
                string rate = _choices.Of("Scalar", Vector(value));
                _spec.Line($"{s} += {Outer($"{Gate(rate, s)} * ({Any(Vector(value), s)} - Dot({k}, {s}))")};");
                break;
            case 7 when !state.IsAssigned: _spec.Line($"{s} = Push({s}, {Any(Vector(state.Axes[1]), s)});"); break;
            case 8:
                string read = _spec.Local("r", $"Dot({k}, {s})");
                _spec.Line($"{s} += {Outer($"{Any(Vector(value), s)} - {Gate("Scalar", s)} * {read}")};");
                _pool.Add(new PooledValue(Vector(value), read, [s]));
                break;
            case 9 when _choices.OneIn(2): _spec.Line($"{s} = {Gate("Scalar", s)} * {s} + 0.3 * {Input(state.Type, "X")};"); break;
            case 10 when _states.FirstOrDefault(other => other != state && other.Type == state.Type) is { } twin && _choices.OneIn(2):
                _spec.Line($"{s} = {Gate("Scalar", s)} * {s} + 0.2 * {twin.Name};");
                _pool.Uses(s, [twin.Name]);
                break;
            default: _spec.Line($"{s} += {Outer(Any(Vector(value), s))};"); break;
        }
    }

    private void UpdateThreeAxes(TangledState state)
    {
        string s = state.Name, k = _spec.Local("k", Key("Key", s));
        switch (_choices.Below(5))
        {
            case 0: _spec.Line($"{s} *= {Gate(_choices.Of("Scalar", Vector("Key"), Vector("Value"), Vector("Slot")), s)};"); break;
            case 1: _spec.Line($"{s} += Outer({k}, {Gate(_choices.Of("Scalar", Vector("Slot")), s)} * (Outer({Any(Vector("Value"), s)}, {Any(Vector("Slot"), s)}) - Dot({k}, {s})));"); break;
            default: _spec.Line($"{s} += Outer({k}, Outer({Any(Vector("Value"), s)}, {Any(Vector("Slot"), s)}));"); break;
        }
    }
}
