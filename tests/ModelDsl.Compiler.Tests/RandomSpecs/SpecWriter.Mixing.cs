namespace ModelDsl.Compiler.Tests.RandomSpecs;

// Complex states, states whose elements mix, and delay lines.
internal sealed partial class SpecWriter
{
    /// <summary>Complex numbers that turn and decay, each by itself.</summary>
    private void ComplexStates()
    {
        string z = _spec.New("z");
        _spec.State("ComplexTensor<Unit>", z);
        for (int i = _choices.Below(3); i >= 0; i--)
        {
            string x = _value.Complex("Unit");
            _spec.Line(_choices.Below(6) switch
            {
                0 => $"{z} *= {_value.Turn("Unit")};",
                1 => $"{z} = Where({_spec.Input("Scalar", "reset")} > 0.4, {x}, {z});",
                2 => $"{z} += {_value.Rate()} * ({x} - {z});",
                3 => $"{z} = Complex(0.8 * {z}.Re - 0.4 * {z}.Im, 0.5 * {z}.Re) + {x};",
                _ => $"{z} = {_value.Turn("Unit")} * {z} + {x};",
            });
        }

        ReadComplex(z);
    }

    /// <summary>What is read of a complex vector.</summary>
    private void ReadComplex(string z)
    {
        _spec.Offer("Tensor<Unit>", $"Tanh({z}.Re)");
        switch (_choices.Below(6))
        {
            case 0: _spec.Output("Scalar", $"Dot({_spec.Input("ComplexTensor<Unit>", "c")}, {z}).Re"); break;
            case 1: _spec.Output("Tensor<Unit>", $"SquaredAbs({z}) * {_spec.Input("Tensor<Unit>", "gate")}"); break;
            case 2: _spec.Output("Scalar", $"Sum({z} * Conjugate({_value.Complex("Unit")})).Im"); break;
            case 3: _spec.Output("ComplexTensor<Unit>", $"{z} / (1 + Complex(0, {_value.Rate()}))"); break;
            case 4: _spec.Output("Tensor<Unit>", $"SiLU({z}.Im) + {z}.Re"); break;
            default: _spec.Output("ComplexTensor<Unit>", z); break;
        }
    }

    /// <summary>A vector whose elements mix, with one matrix for all tokens or one for each.</summary>
    private void Mixed()
    {
        string h = _spec.New("h"), other = $"{h}.As<Previous>()";
        _spec.State("Tensor<Unit>", h);
        string matrix = _choices.OneIn(2) ? _spec.Weight("Tensor<Unit, Previous>", "W") : _spec.Input("Tensor<Unit, Previous>", "W");
        string x = _value.Vector("Unit");
        switch (_choices.Below(5))
        {
            case 0: _spec.Line($"{h} = 0.2 * Dot({matrix}, {other}) + {x};"); break;
            case 1: _spec.Line($"{h} = {_value.Rate()} * ({h} - 0.3 * Dot({matrix}, {other})) + {x};"); break;
            case 2:
                string n = _spec.Local("n", $"L2Normalize({_spec.Input("Tensor<Unit>", "k")}, 1e-2)");
                _spec.Line($"{h} -= {n} * Dot({n}, {h});");
                _spec.Line($"{h} = {_value.Multiplier("Unit")} * {h} + {x};");
                break;
            case 3: _spec.Line($"{h} = 0.2 * Dot({matrix}, ({_value.Multiplier("Unit")} * {h} + {x}).As<Previous>());"); break;
            default: _spec.Line($"{h} = {_value.Rate()} * Shift({h}, {_choices.Of("1", "-1", "2")}) + {_value.Multiplier("Unit")} * {h} + {x};"); break;
        }

        _spec.Offer("Tensor<Unit>", $"Tanh({h})");
        switch (_choices.Below(3))
        {
            case 0: _spec.Output("Scalar", $"Dot({_spec.Input("Tensor<Unit>", "c")}, {h})"); break;
            case 1: _spec.Output("Tensor<Unit>", $"SiLU({h}) * {_spec.Input("Tensor<Unit>", "gate")}"); break;
            default: _spec.Output("Tensor<Unit>", h); break;
        }
    }

    /// <summary>The same of complex numbers.</summary>
    private void ComplexMixed()
    {
        string z = _spec.New("z");
        _spec.State("ComplexTensor<Unit>", z);
        string matrix = _choices.OneIn(3) ? _spec.Input("ComplexTensor<Unit, Previous>", "W") : _spec.Weight("ComplexTensor<Unit, Previous>", "W");
        _spec.Line($"{z} = {_choices.Of("0.1", "0.2")} * Dot({matrix}, {z}.As<Previous>()) + {_value.Complex("Unit")};");
        if (_choices.OneIn(2))
        {
            _spec.Line($"{z} *= {_value.Turn("Unit")};");
        }

        ReadComplex(z);
    }

    /// <summary>A delay line, and what is made of it: a short convolution, with or without feedback.</summary>
    private void Delayed()
    {
        string history = _spec.New("history"), x = _value.Vector("Unit");
        _spec.State("Tensor<Slot, Unit>", history);
        string weight = _choices.OneIn(2) ? _spec.Weight("Tensor<Slot, Unit>", "w") : _spec.Input("Tensor<Slot, Unit>", "w");
        if (_choices.OneIn(3))
        {
            string y = _spec.Local("y", $"{x} + 0.1 * Sum({weight} * {history}, Over<Slot>())");
            _spec.Line($"{history} = Push({history}, {y});");
            _spec.Offer("Tensor<Unit>", y);
            _spec.Output("Tensor<Unit>", y);
            return;
        }

        _spec.Line($"{history} = {_choices.Of($"Push({history}, {x})", $"Push({history}, {x}) * {_value.Multiplier("Slot")}", $"Shift({history}, Over<Slot>(), 1) + {weight}")};");
        string filtered = _spec.Local("filtered", $"SiLU(Sum({weight} * {history}, Over<Slot>()))");
        _spec.Offer("Tensor<Unit>", filtered);
        _spec.Output("Tensor<Unit>", filtered);
    }
}
