namespace ModelDsl.Compiler.Tests.RandomSpecs;

/// <summary>Writes what happens to one memory: decays, reads, and writes that correct what was read.</summary>
internal sealed class MemoryWriter
{
    private readonly SpecText _spec;
    private readonly Choices _choices;
    private readonly ValueWriter _value;
    private readonly string _key, _valueAxis, _state;
    private readonly bool _keyIsSecond;
    private readonly List<string> _reads = [];

    public MemoryWriter(SpecText spec, Choices choices, ValueWriter value, string key, string valueAxis)
    {
        (_spec, _choices, _value, _key, _valueAxis) = (spec, choices, value, key, valueAxis);
        _state = spec.New("S");
        _keyIsSecond = choices.OneIn(5);
        spec.State(_keyIsSecond ? $"Tensor<{valueAxis}, {key}>" : $"Tensor<{key}, {valueAxis}>", _state);
    }

    /// <summary>Writes the statements; gives the reads.</summary>
    public IReadOnlyList<string> Write()
    {
        string? before = _choices.OneIn(6) ? _spec.Local("before", _state) : null;
        for (int i = 1 + _choices.Below(4); i > 0; i--)
        {
            Operation();
        }

        Add();
        if (before is not null)
        {
            _reads.Add(_spec.Local("stale", $"Dot({_value.Key(_key)}, {before})"));
        }

        if (_reads.Count == 0 || _choices.OneIn(2))
        {
            Read();
        }

        return _reads;
    }

    private void Operation()
    {
        switch (_choices.Below(10))
        {
            case 0 or 1: Decay(); break;
            case 2: _spec.Line($"{_state} *= {_value.Multiplier(_key)};"); break;
            case 3: _spec.Line($"{_state} *= {_value.Multiplier(_valueAxis)};"); break;
            case 4 or 5: Add(); break;
            case 6: Grouped(); break;
            case 7: Loop(); break;
            default: Read(); break;
        }
    }

    private void Decay() => _spec.Line(_choices.Below(6) switch
    {
        0 => $"{_state} = {_value.Rate()} * {_state};",
        1 => $"{_state} = Where({_spec.Input("Scalar", "reset")} > 0.4, 0, {_state});",
        2 => $"{_state} = -({_state} * {_value.Rate()});",
        3 => $"{_state} /= 1 + Square({_spec.Input("Scalar", "a")});",
        4 => $"{_state} = ({_value.Rate()} * {_value.Multiplier(_key)}) * {_state};",
        _ => $"{_state} *= {_value.Rate()};",
    });

    private void Read() => _reads.Add(_spec.Local("read", $"Dot({_value.Key(_key)}, {_state})"));

    private void Add()
    {
        string k = Key();
        _spec.Line(_choices.Below(5) switch
        {
            0 => $"{_state} -= {Outer(k, Written(k))};",
            1 => $"{_state} = {_state} + {Outer(k, Written(k))};",
            2 => $"{_state} += {_value.Rate()} * {Outer(k, Written(k))};",
            _ => $"{_state} += {Outer(k, Written(k))};",
        });
    }

    private void Grouped()
    {
        string k = Key(), other = Key();
        _spec.Line(_choices.Below(6) switch
        {
            0 => $"{_state} = {_value.Rate()} * {_state} + {Outer(k, Written(k))} - {Outer(other, Written(other))};",
            1 => $"{_state} = {_value.Rate()} * ({_state} - {Outer(k, $"{_value.Rate()} * Dot({k}, {_state})")}) + {Outer(k, Written(k))};",
            2 => $"{_state} = ({_state} + {Outer(k, Written(k))}) / 2;",
            3 => $"{_state} = {_value.Multiplier(_key)} * ({_state} + {Outer(k, Written(k))});",
            4 => $"{_state} = {_value.Multiplier(_valueAxis)} * {_state} - {Outer(k, Written(other))};",
            _ => $"{_state} += {_value.Rate()} * ({Outer(k, Written(k))} + {Outer(other, Written(k))});",
        });
    }

    private void Loop()
    {
        string k = Key();
        string written = $"{_value.Rate()} * ({_value.Vector(_valueAxis)} - Dot({k}, {_state}))";
        _spec.Line($"for (int i = 0; i < 2; i++) {{ {_state} += {Outer(k, written)}; }}");
    }

    /// <summary>What is written: given, or a correction of what was read.</summary>
    private string Written(string key)
    {
        string v = _value.Vector(_valueAxis);
        switch (_choices.Below(9))
        {
            case 0: return $"{v} - Dot({key}, {_state})";
            case 1 or 2: return $"{_value.Rate()} * ({v} - Dot({key}, {_state}))";
        }

        if (_reads.Count == 0)
        {
            return _choices.OneIn(2) ? v : $"{_value.Rate()} * {v}";
        }

        string read = _choices.Of(_reads);
        return _choices.Below(7) switch
        {
            0 => $"{v} - {read}",
            1 => $"-({_value.Rate()} * {read}) + {v} / 2",
            2 => $"{_value.Multiplier(_valueAxis)} * ({v} - {read})",
            3 => $"{v} - ({read} + {_choices.Of(_reads)}) / (2 + Square({_spec.Input("Scalar", "a")}))",
            4 => $"-{read}",
            5 => $"{v} * 0.5",
            _ => $"({v} - {_value.Rate()} * {read}) * {_value.Rate()}",
        };
    }

    private string Key() => _choices.OneIn(2) ? _spec.Local("key", _value.Key(_key)) : _value.Key(_key);

    private string Outer(string key, string written) => _keyIsSecond ? $"Outer({written}, {key})" : $"Outer({key}, {written})";
}
