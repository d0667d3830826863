namespace ModelDsl.Compiler.Tests.RandomSpecs;

// States that are linear over other operations than plus and times: the largest or the smallest of what came, and logarithms of sums.
internal sealed partial class TangledWriter
{
    private void UpdateSemiring(TangledState state, string plus)
    {
        string m = state.Name;
        switch (_choices.Below(12))
        {
            case 0: _spec.Line($"{m} {_choices.Of("+", "-")}= {Added(state)};"); break;
            case 1: _spec.Line($"{m} = {plus}({m}, {Term(state)});"); break;
            case 2: _spec.Line($"{m} = Where({Input("Scalar", "reset")} > 0.4, {Term(state)}, {m});"); break;
            case 3: _spec.Line($"{m} = Where({Input(_choices.Of("Scalar", state.Type), "reset")} > 0.4, {Term(state)}, {plus}({m} + {Added(state)}, {Term(state)}));"); break;
            case 4: _spec.Line($"for (int i = 0; i < 2; i++) {{ {m} = {plus}({m} - {Added(state)}, {Term(state)}); }}"); break;
            case 5: _spec.Line($"{m} = {plus}({plus}({Term(state)}, {m} - {Added(state)}), {Term(state)}) + {Added(state)};"); break;
            case 6: _spec.Line($"{m} = {Signed(plus, $"{m} + {Added(state)}")};"); break;
            case 7: _spec.Line($"{m} = {plus}({m} + {Added(state)}, {m} - {Added(state)});"); break;
            case 8 or 9: Stabilise(state, plus); break;
            default: _spec.Line($"{m} = {plus}({Added(state)} + {m}, {Term(state)});"); break;
        }
    }

    /// <summary>The functions that such an operation with a constant has.</summary>
    private string Signed(string plus, string x) => plus switch
    {
        "Max" => _choices.Of($"Relu({x})", $"Max({x}, -0.3)"),
        "Min" => _choices.Of($"-Relu(-({x}))", $"Min(0.2, {x})"),
        _ => _choices.Of($"Softplus({x})", $"Log(1 + Exp({x}))"),
    };

    /// <summary>Keeps what the new state is larger by than what it was and than what came: gates between zero and one, for whatever comes later.</summary>
    private void Stabilise(TangledState state, string plus)
    {
        string m = state.Name;
        string old = _spec.Local("old", $"{m} + {Added(state)}"), come = _spec.Local("come", Term(state));
        if (plus == "LogAddExp" && _choices.OneIn(3))
        {
            string top = _spec.Local("top", $"Max({old}, {come})");
            _spec.Line($"{m} = {top} + Log(Exp({old} - {top}) + Exp({come} - {top}));");
        }
        else
        {
            _spec.Line($"{m} = {plus}({old}, {come});");
        }

        string[] behind = plus == "Min" ? [$"{m} - {old}", $"{m} - {come}"] : [$"{old} - {m}", $"{come} - {m}"];
        foreach (string x in behind)
        {
            _pool.Add(new PooledValue(state.Type, _spec.Local("share", $"Exp({x})"), [m]) { IsShare = true });
        }
    }

    /// <summary>What a state is moved by: a logarithm of a decay, or anything.</summary>
    private string Added(TangledState state)
    {
        string type = _choices.Of(state.Type, "Scalar");
        return _choices.Below(6) switch
        {
            0 or 1 => $"LogSigmoid({Any(type, state.Name)})",
            2 => $"(-Softplus({Any(type, state.Name)}))",
            3 => "0.2",
            4 => $"0.3 * {Input(type, "f")}",
            _ => Any(type, state.Name),
        };
    }

    private string Term(TangledState state) => _choices.OneIn(8) ? $"2 * {Any(state.Type, state.Name)}" : Any(state.Type, state.Name);
}
