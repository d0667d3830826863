namespace ModelDsl.Compiler.Tests.RandomSpecs;

/// <summary>Writes values that no memory is read for: from inputs and from what earlier strata offer.</summary>
internal sealed class ValueWriter(SpecText spec, Choices choices)
{
    /// <summary>A vector to write or add.</summary>
    public string Vector(string axis)
    {
        string type = $"Tensor<{axis}>";
        return choices.Below(6) switch
        {
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
        return choices.Below(6) switch
        {
            0 or 1 => spec.Offered(type) ?? spec.Input(type, "k"),
            2 => $"Softmax({spec.Input(type, "k")})",
            3 => $"0.5 * {spec.Input(type, "k")}",
            4 => spec.Input(type, "k"),
            _ => $"L2Normalize({spec.Offered(type) ?? spec.Input(type, "k")}, 1e-2)",
        };
    }

    /// <summary>A number of size one at most, of any sign.</summary>
    public string Rate() => choices.Below(9) switch
    {
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
