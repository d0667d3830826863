using System.Text;

namespace ModelDsl.Compiler.Tests.RandomSpecs;

/// <summary>A spec as it is being written: its states, parameters and statements, and the values that later statements may use.</summary>
internal sealed class SpecText(string name, Choices choices)
{
    private readonly List<(string Type, string Name)> _states = [];
    private readonly List<string> _body = [];
    private readonly List<(string Type, string Name, string Text)> _parameters = [];
    private readonly List<(string Type, string Expression)> _outputs = [];
    private readonly Dictionary<string, List<string>> _values = [];
    private int _count;

    /// <summary>What marks the struct.</summary>
    public string Attribute { get; init; } = "Recurrence";

    /// <summary>A name that nothing else has.</summary>
    public string New(string prefix) => $"{prefix}{_count++}";

    public void State(string type, string state) => _states.Add((type, state));

    /// <summary>Declares the states in another order than the one in which they were thought of.</summary>
    public void ShuffleStates()
    {
        for (int i = _states.Count - 1; i > 0; i--)
        {
            int j = choices.Below(i + 1);
            (_states[i], _states[j]) = (_states[j], _states[i]);
        }
    }

    public void Line(string statement) => _body.Add(statement);

    /// <summary>A local with a value; gives its name.</summary>
    public string Local(string prefix, string expression)
    {
        string local = New(prefix);
        Line($"var {local} = {expression};");
        return local;
    }

    public void Output(string type, string expression) => _outputs.Add((type, expression));

    /// <summary>Lets later statements use a value of earlier strata.</summary>
    public void Offer(string type, string expression)
    {
        if (!_values.TryGetValue(type, out List<string>? values))
        {
            _values.Add(type, values = []);
        }

        values.Add(expression);
    }

    /// <summary>A value of earlier strata, or null.</summary>
    public string? Offered(string type) => _values.TryGetValue(type, out List<string>? values) ? choices.Of(values) : null;

    /// <summary>A parameter: a new one, or one that is used already.</summary>
    public string Input(string type, string prefix)
    {
        string[] known = [.. _parameters.Where(p => p.Type == type).Select(p => p.Name)];
        if (known.Length > 0 && choices.OneIn(4))
        {
            return choices.Of(known);
        }

        string shared = choices.Below(14) switch
        {
            0 => "[Shared(Across.Time)] ",
            1 => "[Shared(Across.Heads)] ",
            2 => "[Shared(Across.Time | Across.Heads)] ",
            _ => "",
        };
        return Parameter(type, prefix, shared);
    }

    /// <summary>A new parameter that every token and head has its own of.</summary>
    public string OwnInput(string type, string prefix) => Parameter(type, prefix, "");

    /// <summary>A parameter that is the same for all tokens.</summary>
    public string Weight(string type, string prefix) => Parameter(type, prefix, "[Shared(Across.Time)] ");

    /// <summary>The position of the token, which a spec has once at most.</summary>
    public string TokenIndex() => Supplied("TokenIndex", "position");

    /// <summary>The position of the token in its mini-batch, which a spec has once at most.</summary>
    public string MiniBatchIndex() => Supplied("MiniBatchIndex", "within");

    private string Supplied(string attribute, string name)
    {
        if (!_parameters.Any(p => p.Name == name))
        {
            _parameters.Add((attribute, name, $"[{attribute}] Scalar {name}"));
        }

        return name;
    }

    private string Parameter(string type, string prefix, string shared)
    {
        string parameter = New(prefix);
        _parameters.Add((type, parameter, $"{shared}{type} {parameter}"));
        return parameter;
    }

    /// <summary>An output of which nothing is made: another output again, an input, or a vector of a state, before the token or after it.</summary>
    private (string Type, string Expression) AsItStands(List<(string Type, string Expression)> outputs)
    {
        (string Type, string Name)[] vectors = [.. _states.Where(s => !s.Type.Contains(',', StringComparison.Ordinal))];
        (string Type, string Name)[] inputs = [.. _parameters.Where(p => !p.Type.Contains(',', StringComparison.Ordinal) && !IsSupplied(p.Type)).Select(p => (p.Type, p.Name))];
        switch (choices.Below(5))
        {
            case 0:
                return outputs[choices.Below(outputs.Count)];
            case 1 when inputs.Length > 0:
                return inputs[choices.Below(inputs.Length)];
            case 2 or 3 when vectors.Length > 0:
                (string type, string state) = vectors[choices.Below(vectors.Length)];
                string before = New("before");
                _body.Insert(0, $"var {before} = {state};");
                return (type, before);
            default:
                return vectors.Length > 0 ? vectors[choices.Below(vectors.Length)] : outputs[0];
        }
    }

    private static bool IsSupplied(string type) => type is "TokenIndex" or "MiniBatchIndex";

    public override string ToString()
    {
        List<(string Type, string Expression)> outputs = [.. _outputs.Take(3)];
        for (int i = choices.Below(3); i > 0; i--)
        {
            outputs.Add(AsItStands(outputs));
        }

        bool one = outputs.Count == 1;
        if (_parameters.All(p => p.Text.Contains("Across.Time", StringComparison.Ordinal) || IsSupplied(p.Type)))
        {
            // Something must say how many tokens there are.
            int first = _parameters.FindIndex(p => !IsSupplied(p.Type));
            _parameters[first] = _parameters[first] with { Text = $"{_parameters[first].Type} {_parameters[first].Name}" };
        }

        string type = one ? outputs[0].Type : $"({string.Join(", ", outputs.Select((o, i) => $"{o.Type} y{i}"))})";
        string result = one ? outputs[0].Expression : $"({string.Join(", ", outputs.Select(o => o.Expression))})";
        var text = new StringBuilder();
        text.Append($"[{Attribute}]\npublic partial struct {name}\n{{\n");
        _states.ForEach(s => text.Append($"    [State] {s.Type} {s.Name};\n"));
        text.Append($"\n    public {type} Step({string.Join(", ", _parameters.Select(p => p.Text))})\n    {{\n");
        _body.ForEach(s => text.Append($"        {s}\n"));
        return text.Append($"        return {result};\n    }}\n}}\n").ToString();
    }
}
