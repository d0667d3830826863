namespace ModelDsl.Compiler.Tests.RandomSpecs;

/// <summary>Writes random specs from the grammar of what recurrences do to one token.</summary>
internal sealed partial class SpecWriter
{
    /// <summary>The axes that the specs use.</summary>
    public const string Axes = "public struct Key : IAxis; public struct Value : IAxis; public struct Slot : IAxis; public struct Unit : IAxis; public struct Previous : IAxis;";

    private readonly Choices _choices;
    private readonly SpecText _spec;
    private readonly ValueWriter _value;

    private SpecWriter(string name, int[] numbers)
    {
        _choices = new Choices(numbers);
        _spec = new SpecText(name, _choices);
        _value = new ValueWriter(_spec, _choices);
    }

    /// <summary>The source of one spec.</summary>
    public static string Write(string name, int[] numbers)
    {
        var writer = new SpecWriter(name, numbers);
        switch (writer._choices.Below(16))
        {
            case 10: writer.ComplexStates(); break;
            case 11: writer.ComplexStates(); writer.Memories(); break;
            case 12: writer.Mixed(); break;
            case 13: writer.ComplexMixed(); break;
            case 14: writer.Delayed(); break;
            case 15: writer.Delayed(); writer.Memories(); break;
            case 0: writer.Vectors(); break;
            case 1: writer.Vectors(); writer.Memories(); break;
            case 2: writer.Cell(); break;
            case 3: writer.Momentum(); break;
            case 4: writer.ThreeAxes(); break;
            default: writer.Memories(); break;
        }

        return writer._spec.ToString();
    }

    /// <summary>One memory, or one whose reads are the keys of another; beside them what feeds them or is fed by them.</summary>
    private void Memories()
    {
        if (_choices.OneIn(3))
        {
            TokenShift();
        }

        if (_choices.OneIn(4))
        {
            Phase();
        }

        if (_choices.OneIn(6))
        {
            Stabiliser();
        }

        IReadOnlyList<string> reads = new MemoryWriter(_spec, _choices, _value, "Key", "Value").Write();
        string read = _choices.Of(reads);
        string result = reads.Count > 1 && _choices.OneIn(2) ? $"({read} + {_choices.Of(reads)} * {_choices.Of(reads)})" : read;
        switch (_choices.Below(7))
        {
            case 0:
                _spec.Output("Tensor<Value>", $"{result} / (1 + Abs({Normaliser()}))");
                break;
            case 1:
                _spec.Output("Tensor<Value>", $"SiLU({result}) * {_value.Vector("Value")}");
                break;
            case 2:
                _spec.Output("Tensor<Value>", $"L2Normalize({result}, 1e-2)");
                break;
            case 3:
                _spec.Output("Tensor<Value>", result);
                _spec.Output("Scalar", $"Sum({result} * {read})");
                break;
            case 4:
                _spec.Offer("Tensor<Value>", _spec.Local("address", $"Softmax({result})"));
                _spec.Output("Tensor<Slot>", _choices.Of(new MemoryWriter(_spec, _choices, _value, "Value", "Slot").Write()));
                break;
            default:
                _spec.Output("Tensor<Value>", result);
                break;
        }
    }

    private void TokenShift()
    {
        string last = _spec.New("last"), x = _spec.Input("Tensor<Key>", "x"), mix = $"Sigmoid({(_choices.OneIn(2) ? _spec.Weight("Tensor<Key>", "mix") : _spec.Input("Scalar", "mix"))})";
        _spec.State("Tensor<Key>", last);
        string shifted = _spec.Local("shifted", $"{mix} * {x} + (1 - {mix}) * {last}");
        _spec.Line($"{last} = {x};");
        _spec.Offer("Tensor<Key>", shifted);
    }

    private void Phase()
    {
        string type = _choices.Of("Scalar", "Tensor<Key>"), phase = _spec.New("phase");
        _spec.State(type, phase);
        _spec.Line($"{phase} += {_spec.Input(type, "turn")};");
        _spec.Offer("Tensor<Key>", _spec.Local("turned", $"{_spec.Input("Tensor<Key>", "x")} * {_choices.Of("Cos", "Sin")}({phase})"));
    }

    /// <summary>A running maximum, and how far a token is below it.</summary>
    private void Stabiliser()
    {
        string most = _spec.New("most"), x = _spec.Input("Scalar", "level");
        _spec.State("Scalar", most);
        _spec.Line($"{most} = Max({most} + {_spec.Input("Scalar", "drop")}, {x});");
        _spec.Offer("Scalar", _spec.Local("strength", $"Exp({x} - {most})"));
    }

    private string Normaliser()
    {
        string sum = _spec.New("sum");
        _spec.State("Tensor<Key>", sum);
        _spec.Line($"{sum} = {_value.Multiplier("Key")} * {sum} + {_value.Key("Key")};");
        return $"Dot({_value.Key("Key")}, {sum})";
    }

    /// <summary>Vectors and numbers that are scaled and added to, one feeding the other.</summary>
    private void Vectors()
    {
        string h = _spec.New("h");
        _spec.State("Tensor<Unit>", h);
        for (int i = _choices.Below(3); i >= 0; i--)
        {
            Scaled("Unit", h);
        }

        if (_choices.OneIn(2))
        {
            string n = _spec.New("n");
            _spec.State("Scalar", n);
            _spec.Line($"{n} = {_value.Rate()} * {n} + {(_choices.OneIn(2) ? $"Sum({h})" : _spec.Input("Scalar", "x"))};");
            _spec.Offer("Scalar", $"Tanh({n})");
            _spec.Output("Scalar", $"{n} * {_value.Rate()}");
        }

        _spec.Offer("Tensor<Unit>", $"Tanh({h})");
        switch (_choices.Below(4))
        {
            case 0: _spec.Output("Scalar", $"Dot({_spec.Input("Tensor<Unit>", "c")}, {h})"); break;
            case 1: _spec.Output("Tensor<Unit>", $"SiLU({h}) * {_spec.Input("Tensor<Unit>", "gate")}"); break;
            // Not the mean itself: where all elements are equal no gradient would be left to measure errors by.
            case 2: _spec.Output("Scalar", $"MaxOver({h}) - Mean({h}) / 2"); break;
            default: _spec.Output("Tensor<Unit>", h); break;
        }
    }

    private void Scaled(string axis, string h)
    {
        string x = _choices.OneIn(2) ? _value.Vector(axis) : $"{_spec.Input("Scalar", "x")} * {_value.Vector(axis)}";
        switch (_choices.Below(6))
        {
            case 0: _spec.Line($"{h} = {_value.Multiplier(axis)} * {h} + {x};"); break;
            case 1: _spec.Line($"{h} *= {_value.Multiplier(axis)};"); break;
            case 2: _spec.Line($"{h} = Exp(Softplus({_spec.Input("Scalar", "step")}) * {_spec.Weight($"Tensor<{axis}>", "A")}) * {h} + {x};"); break;
            case 3: _spec.Line($"{h} = ({h} - {x}) / (1 + Square({_spec.Input("Scalar", "x")}));"); break;
            case 4: _spec.Line($"{h} = Where({_spec.Input("Scalar", "reset")} > 0.4, {x}, {h});"); break;
            default: _spec.Line($"{h} += {_value.Rate()} * ({x} - {h});"); break;
        }
    }

    /// <summary>A cell that is nonlinear in its state, alone or with a memory.</summary>
    private void Cell()
    {
        if (_choices.OneIn(3))
        {
            Memories();
        }

        string h = _spec.New("h");
        _spec.State("Tensor<Unit>", h);
        string x = _value.Vector("Unit"), recurrent = $"Dot({h}.As<Previous>(), {_spec.Weight("Tensor<Previous, Unit>", "R")})";
        string gate = _spec.Local("gate", $"Sigmoid({_value.Vector("Unit")} + {recurrent})");
        switch (_choices.Below(4))
        {
            case 0:
                _spec.Line($"{h} = (1 - {gate}) * Tanh({x} + {_spec.Weight("Tensor<Unit>", "bias")} * {h}) + {gate} * {h};");
                break;
            case 1:
                string c = _spec.New("c");
                _spec.State("Tensor<Unit>", c);
                _spec.Line($"{c} = {gate} * {c} + (1 - {gate}) * Tanh({x} + {recurrent});");
                _spec.Line($"{h} = Sigmoid({x}) * Tanh({c});");
                break;
            case 2:
                _spec.Line($"{h} = Tanh({_value.Multiplier("Unit")} * {h} + {x});");
                break;
            default:
                _spec.Line($"{h} = L2Normalize({gate} * {h} + {x}, 1e-1);");
                break;
        }

        _spec.Output("Tensor<Unit>", $"{h} * {gate}");
    }

    /// <summary>A matrix that remembers what goes into the next matrix.</summary>
    private void Momentum()
    {
        string m = _spec.New("M"), s = _spec.New("S");
        _spec.State("Tensor<Key, Value>", m);
        _spec.State("Tensor<Key, Value>", s);
        string scale = _choices.OneIn(2) ? _value.Rate() : _value.Multiplier(_choices.Of("Key", "Value"));
        _spec.Line($"{m} = {scale} * {m} + Outer({_value.Key("Key")}, {_value.Vector("Value")});");
        _spec.Line($"{s} = {_value.Rate()} * {s} + {_choices.Of(m, $"{m} * {_value.Rate()}", $"Tanh({m})")};");
        _spec.Output("Tensor<Value>", $"Dot({_value.Key("Key")}, {s})");
        if (_choices.OneIn(2))
        {
            _spec.Output("Tensor<Value>", $"SiLU(Dot({_value.Key("Key")}, {m}))");
        }
    }

    /// <summary>A memory whose values are matrices.</summary>
    private void ThreeAxes()
    {
        string s = _spec.New("S");
        _spec.State("Tensor<Key, Value, Slot>", s);
        _spec.Line($"{s} *= {_value.Rate()};");
        string k = _spec.Local("k", _value.Key("Key"));
        if (_choices.OneIn(2))
        {
            _spec.Line($"{s} *= {_value.Multiplier("Key")};");
        }

        if (_choices.OneIn(2))
        {
            _spec.Line($"{s} -= Outer({k}, {_value.Rate()} * Dot({k}, {s}));");
        }

        _spec.Line($"{s} += Outer({k}, Outer({_value.Vector("Value")}, {_value.Vector("Slot")}));");
        string read = _spec.Local("read", $"Dot({_value.Key("Key")}, {s})");
        switch (_choices.Below(3))
        {
            case 0: _spec.Output("Tensor<Value, Slot>", read); break;
            case 1: _spec.Output("Tensor<Value>", $"Dot({read}, {_value.Vector("Slot")})"); break;
            default: _spec.Output("Tensor<Slot>", $"Sum(SiLU({read}), Over<Value>())"); break;
        }
    }
}
