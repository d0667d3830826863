namespace ModelDsl.Compiler.Tests.RandomSpecs;

/// <summary>Writes random specs whose transition is the same for all tokens: what comes in and what is read may be any function of the token.</summary>
internal sealed class TimeInvariantWriter
{
    private readonly Choices _choices;
    private readonly SpecText _spec;

    private TimeInvariantWriter(string name, int[] numbers)
    {
        _choices = new Choices(numbers);
        _spec = new SpecText(name, _choices);
    }

    /// <summary>The source of one spec.</summary>
    public static string Write(string name, int[] numbers)
    {
        var writer = new TimeInvariantWriter(name, numbers);
        writer.Component();
        if (writer._choices.OneIn(3))
        {
            writer.Component();
        }

        return writer._spec.ToString();
    }

    private void Component()
    {
        switch (_choices.Below(8))
        {
            case 0 or 1: Average(); break;
            case 2 or 3: Turning(); break;
            case 4: Oscillator(); break;
            case 5: Mixed(); break;
            case 6: DelayLine(); break;
            default: FixedKeys(); break;
        }
    }

    /// <summary>What a token brings, as a number or a vector.</summary>
    private string Signal(string type)
    {
        string x = New(type, "x");
        return _choices.Below(5) switch
        {
            0 => $"SiLU({x})",
            1 => $"{x} * {New("Scalar", "s")}",
            2 => $"({x} + 0.1 * {_spec.Weight(type, "bias")})",
            _ => x,
        };
    }

    private string New(string type, string prefix) => _spec.OwnInput(type, prefix);

    /// <summary>Multipliers that forget within a few tokens, or in hundreds.</summary>
    private string Rate(string type) => _choices.Of($"Sigmoid({_spec.Weight(type, "a")})", $"Sigmoid(5 + {_spec.Weight(type, "a")})", $"Exp(-0.01 * Softplus({_spec.Weight(type, "a")}))", $"Tanh({_spec.Weight(type, "a")})");

    private void Read(string type, string value) => _spec.Output(type, _choices.Below(4) switch
    {
        0 => $"SiLU({value}) * {New(type, "gate")}",
        1 => $"{value} + {_spec.Weight("Scalar", "d")} * {New(type, "x")}",

        // Slow states grow large, and a function that is flat for all of them but the smallest would show only errors of these.
        2 => $"Tanh(0.01 * {value})",
        _ => value,
    });

    private void Average()
    {
        string h = _spec.New("h");
        _spec.State("Tensor<Unit>", h);
        string? before = _choices.OneIn(4) ? _spec.Local("before", h) : null;
        _spec.Line($"{h} = {Rate(_choices.Of("Scalar", "Tensor<Unit>"))} * {h} + {_choices.Of(Signal("Tensor<Unit>"), $"{_spec.Weight("Tensor<Unit>", "b")} * {Signal("Scalar")}")};");
        string last = h;
        if (_choices.OneIn(3))
        {
            last = _spec.New("h");
            _spec.State("Tensor<Unit>", last);

            // Behind a function that is not linear, or a matrix that mixes what tokens bring side by side, it has no response of its own.
            _spec.Line($"{last} = " + _choices.Below(4) switch
            {
                0 => $"{Rate("Tensor<Unit>")} * {last} + Tanh(0.3 * {h});",
                1 => $"{Rate("Tensor<Unit>")} * {last} + SiLU(0.1 * {h}) * {New("Tensor<Unit>", "gate")};",
                2 => $"0.5 * {last} + 0.05 * Dot({_spec.Weight("Tensor<Unit, Previous>", "W")}, {last}.As<Previous>()) + 0.1 * {h};",
                _ => $"{Rate("Tensor<Unit>")} * {last} + 0.1 * {h};",
            });
        }

        Read("Scalar", $"Dot({_spec.Weight("Tensor<Unit>", "c")}, {last})");
        if (before is not null)
        {
            Read("Tensor<Unit>", before);
        }
    }

    private void Turning()
    {
        string z = _spec.New("z");
        _spec.State("ComplexTensor<Unit>", z);
        string turn = _choices.Below(3) switch
        {
            0 => $"Polar({Rate("Tensor<Unit>")}, 3 * {_spec.Weight("Tensor<Unit>", "angle")})",
            1 => $"Exp(Complex(-0.01 * Exp({_spec.Weight("Tensor<Unit>", "A")}), {_spec.Weight("Tensor<Unit>", "angle")}))",
            _ => $"(0.7 * {_spec.Weight("ComplexTensor<Unit>", "a")})",
        };
        _spec.Line($"{z} = {turn} * {z} + {_spec.Weight("ComplexTensor<Unit>", "b")} * {Signal(_choices.Of("Scalar", "Tensor<Unit>"))};");
        Read("Scalar", $"Dot({_spec.Weight("ComplexTensor<Unit>", "c")}, {z}).Re");
        if (_choices.OneIn(3))
        {
            Read("Tensor<Unit>", $"{z}.Im");
        }
    }

    private void Oscillator()
    {
        string position = _spec.New("position"), speed = _spec.New("speed"), next = _spec.New("next");
        _spec.State("Tensor<Unit>", position);
        _spec.State("Tensor<Unit>", speed);
        _spec.Line($"var {next} = 0.9 * {speed} - 0.5 * Sigmoid({_spec.Weight("Tensor<Unit>", "stiffness")}) * {position} + {Signal("Tensor<Unit>")};");
        _spec.Line($"{position} = 0.8 * {position} + 0.1 * {speed};");
        _spec.Line($"{speed} = {next};");
        Read("Tensor<Unit>", position);
    }

    /// <summary>A dense transition, with a number in.</summary>
    private void Mixed()
    {
        string h = _spec.New("h");
        _spec.State("Tensor<Unit>", h);
        string kept = _choices.Of("", $"0.5 * {h} + ");
        _spec.Line($"{h} = {kept}0.15 * Dot({_spec.Weight("Tensor<Unit, Previous>", "W")}, {h}.As<Previous>()) + {_spec.Weight("Tensor<Unit>", "b")} * {Signal("Scalar")};");
        Read("Scalar", $"Dot({_spec.Weight("Tensor<Unit>", "c")}, {h})");
    }

    private void DelayLine()
    {
        string history = _spec.New("history");
        _spec.State("Tensor<Slot>", history);
        _spec.Line($"{history} = Push({history}, {Signal("Scalar")});");
        Read("Scalar", $"Dot({_spec.Weight("Tensor<Slot>", "w")}, {history})");
    }

    /// <summary>A memory whose keys are parameters.</summary>
    private void FixedKeys()
    {
        string s = _spec.New("S"), k = _spec.Weight("Tensor<Key>", "k"), v = Signal("Tensor<Value>");
        _spec.State("Tensor<Key, Value>", s);
        _spec.Line($"{s} = {Rate(_choices.Of("Scalar", "Tensor<Key>"))} * {s} + Outer({k}, {_choices.Of(v, $"({v} - 0.2 * Dot(L2Normalize({k}), {s}))")});");
        Read("Tensor<Value>", $"Dot({_spec.Weight("Tensor<Key>", "q")}, {s})");
    }
}
