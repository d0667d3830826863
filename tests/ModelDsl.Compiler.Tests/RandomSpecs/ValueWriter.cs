namespace ModelDsl.Compiler.Tests.RandomSpecs;

/// <summary>Writes values that no memory is read for: from inputs and from what earlier strata offer.</summary>
internal sealed class ValueWriter(SpecText spec, Choices choices)
{
    /// <summary>A vector to write or add.</summary>
    public string Vector(string axis)
    {
        string type = $"Tensor<{axis}>";
        return choices.Below(7) switch
        {
            6 => Placed(spec.Input(type, "v")),
            0 => spec.Offered(type) ?? spec.Input(type, "v"),
            1 => $"SiLU({spec.Input(type, "v")})",
            2 => $"{spec.Input("Scalar", "s")} * {spec.Input(type, "v")}",
            _ => spec.Input(type, "v"),
        };
    }

    /// <summary>A vector to read or write with.</summary>
    public string Key(string axis)
    {
        string type = $"Tensor<{axis}>";
        return choices.Below(7) switch
        {
            6 => Placed(spec.Input(type, "k")),
            0 or 1 => spec.Offered(type) ?? spec.Input(type, "k"),
            2 => $"Softmax({spec.Input(type, "k")})",
            3 => $"0.5 * {spec.Input(type, "k")}",
            4 => spec.Input(type, "k"),
            _ => $"L2Normalize({spec.Offered(type) ?? spec.Input(type, "k")}, 1e-2)",
        };
    }

    /// <summary>A complex vector.</summary>
    public string Complex(string axis) => choices.Below(4) switch
    {
        0 => $"Complex({Vector(axis)}, {Vector(axis)})",
        1 => $"{Rate()} * {spec.Input($"ComplexTensor<{axis}>", "z")}",
        _ => spec.Input($"ComplexTensor<{axis}>", "z"),
    };

    /// <summary>Complex multipliers of modulus one at most: a decay and a turn.</summary>
    public string Turn(string axis) => choices.Below(6) switch
    {
        0 => $"Exp(Complex(-Softplus({spec.Input($"Tensor<{axis}>", "g")}), {spec.Input($"Tensor<{axis}>", "turn")}))",
        1 => $"Polar(Sigmoid({spec.Input($"Tensor<{axis}>", "a")}), {spec.Weight($"Tensor<{axis}>", "turn")})",
        2 => $"Exp(Softplus({spec.Input("Scalar", "step")}) * Complex(-Exp({spec.Weight($"Tensor<{axis}>", "A")}), {spec.Weight($"Tensor<{axis}>", "turn")}))",
        3 => $"({spec.Input($"ComplexTensor<{axis}>", "z")} / 2)",
        4 => $"Conjugate(Polar({Multiplier(axis)}, {spec.Input($"Tensor<{axis}>", "turn")}))",
        _ => $"({Rate()} * Polar(Sigmoid({spec.Input($"Tensor<{axis}>", "a")}), {spec.Input($"Tensor<{axis}>", "turn")}))",
    };

    /// <summary>A vector that depends on where its token stands, or of which elements stand elsewhere.</summary>
    private string Placed(string vector) => choices.Below(4) switch
    {
        0 => $"Shift({vector}, {choices.Of("1", "-2")})",
        1 => $"Cos(0.3 * {spec.TokenIndex()}) * {vector}",
        2 => $"{vector} / (1 + {spec.TokenIndex()})",
        _ => $"({vector} + 0.5 * Shift({vector}, 1))",
    };

    /// <summary>A number of size one at most, of any sign.</summary>
    public string Rate() => choices.Below(11) switch
    {
        9 => $"Where({spec.TokenIndex()} > 4, Sigmoid({spec.Input("Scalar", "a")}), 0.5)",
        10 => choices.Of($"({spec.TokenIndex()} / (1 + {spec.TokenIndex()}))", $"Sin({spec.TokenIndex()} + {spec.Input("Scalar", "a")})"),
        0 => $"Exp({spec.Input("Scalar", "g")})",
        1 => $"Tanh({spec.Input("Scalar", "a")})",
        2 => choices.Of("0.9", "0.5"),
        3 => spec.Input("Scalar", "a"),
        4 => $"Exp(-Softplus({spec.Input("Scalar", "g")}))",
        5 => spec.Offered("Scalar") ?? $"Sigmoid({spec.Input("Scalar", "a")})",
        6 => $"Where({spec.Input("Scalar", "reset")} > 0.3, 0.0, 1.0)",
        _ => $"Sigmoid({spec.Input("Scalar", "a")})",
    };

    /// <summary>A vector of multipliers of size one at most.</summary>
    public string Multiplier(string axis)
    {
        string type = $"Tensor<{axis}>";
        return choices.Below(7) switch
        {
            0 or 1 => $"Exp({spec.Input(type, "g")})",
            2 => $"Tanh({spec.Input(type, "a")})",
            3 => $"(1 - 0.5 * Square({spec.Input(type, "a")}))",
            4 => $"Where({spec.Input(type, "reset")} > 0.3, 0, Sigmoid({spec.Input(type, "a")}))",
            5 => $"Exp(-Softplus({spec.Input("Scalar", "g")}) * Exp({spec.Weight(type, "A")}))",
            _ => $"Sigmoid({spec.Input(type, "a")})",
        };
    }
}
