namespace ModelDsl.Compiler.Tests.RandomSpecs;

// Values: given, kept for others to use again, or made of what others have kept.
internal sealed partial class TangledWriter
{
    private string Input(string type, string prefix) => _spec.Input(type, prefix);

    /// <summary>A value of any size about one; a third of the new ones are kept for later statements.</summary>
    private string Any(string type, string? state)
    {
        if (_choices.OneIn(2) && _pool.Take(type, state) is { } taken)
        {
            // What is made of states may be of any size.
            return taken.States.Count == 0 || taken.IsShare || _choices.OneIn(4) ? taken.Text : Bounded(type, taken.Text);
        }

        PooledValue made = Made(type, state);
        if (!_choices.OneIn(3))
        {
            return made.Text;
        }

        _pool.Add(made with { Text = _spec.Local("u", made.Text) });
        return _pool.Last.Text;
    }

    private PooledValue Made(string type, string? state)
    {
        string x = Input(type, "x");
        switch (_choices.Below(8))
        {
            case 2 when IsVector(type):
                return new(type, $"({x} + 0.5 * Shift({x}, 1))", []);
            case 3 when type != "Scalar" && _pool.Take("Scalar", state) is { } scalar:
                return new(type, $"Tanh({scalar.Text}) * {x}", scalar.States);
            case 4 when type == "Scalar" && _pool.Take(Vector(_choices.Of(s_vectors)), state) is { Text: var v } vector:
                return new(type, _choices.Of($"Mean(Tanh({v}))", $"Tanh(Dot({v}, {Input(vector.Type, "c")}))", $"Tanh(Sum({v}) / Size({v}))", $"MaxOver(Tanh({v}))"), vector.States);
            case 5 when IsVector(type) && _pool.Take(Vector(_choices.Of(s_vectors)), state) is { Text: var other } vector:
                return vector.Type == type
                    ? new(type, $"Tanh({other})", vector.States)
                    : new(type, $"(Dot({Input(Between(vector.Type, type), "W")}, Tanh({other})) / 4)", vector.States);
            case 6 when type == "Scalar":
                return new(type, $"{Input(Vector(_choices.Of(s_vectors)), "x")}[0]", []);
            case 0:
                return new(type, Function(type, x), []);
            case 1:
                return new(type, $"{Input("Scalar", "s")} * {x}", []);
            case 5:
                return new(type, $"{x} * Cos(0.3 * {_spec.TokenIndex()})", []);
            default:
                return new(type, x, []);
        }
    }

    /// <summary>A function of a value.</summary>
    private string Function(string type, string x) => _choices.Below(12) switch
    {
        6 => $"GeluTanh({x})",
        7 => $"({x} / Sqrt(1 + Square({x})))",
        8 => $"Log(1.5 + Power({x}, 2))",
        9 => $"Detach({x})",
        10 => $"Where({x} >= 0.2, {x}, -0.3)",
        0 => $"SiLU({x})",
        1 => $"Sin(Tanh({x}))",
        2 => $"(Relu({x}) + Exp(Min({x}, 0)))",
        3 when IsVector(type) => $"Softmax({x})",
        _ => x,
    };

    private string Bounded(string type, string x) => _choices.Below(5) switch
    {
        0 when IsVector(type) => $"Softmax({x})",
        1 when IsVector(type) => $"L2Normalize({x}, 1e-1)",
        2 => $"Tanh(0.5 * {x})",
        3 => $"({x} / (1 + Square({x})))",
        _ => $"Tanh({x})",
    };

    /// <summary>The type of a matrix that makes one vector of another.</summary>
    private static string Between(string from, string to) => from.Replace(">", $", {to["Tensor<".Length..]}", StringComparison.Ordinal);

    private static bool IsVector(string type) => type != "Scalar" && !type.Contains(',', StringComparison.Ordinal);

    /// <summary>A vector to read or write with.</summary>
    private string Key(string axis, string? state)
    {
        string k = Any(Vector(axis), state);
        return _choices.OneIn(2) ? k : $"L2Normalize({k}, 1e-2)";
    }

    /// <summary>Multipliers of size one at most; of any sign, now and then zero.</summary>
    private string Gate(string type, string state)
    {
        if (_choices.OneIn(3) && _pool.Take(type, state, isShare: true) is { } share)
        {
            return share.Text;
        }

        string x = Any(type, state);
        return _choices.Below(10) switch
        {
            0 => $"Exp(-Softplus({x}))",
            1 => $"Tanh({x})",
            2 => $"(1 - Sigmoid({x}))",
            3 => $"Exp({_spec.OwnInput(type, "g")})",
            4 => $"Where({Input("Scalar", "reset")} > 0.4, 0, Sigmoid({x}))",
            5 when type == "Scalar" => _choices.Of("0.9", "0.5", "1", "(-0.7)"),
            6 when type == "Scalar" => $"({_spec.TokenIndex()} / (1 + {_spec.TokenIndex()}))",
            7 => $"({x} > 0)",
            _ => $"Sigmoid({x})",
        };
    }
}
