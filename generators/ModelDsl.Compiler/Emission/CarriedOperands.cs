using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Emission;

/// <summary>
/// The operands of states that are carried element by element, one state or several: h_i = sum_j multiplier_ij * h_j + input_i, or the same with another
/// semiring's operations. Operands are named by their position among those that there are.
/// </summary>
internal sealed class CarriedOperands
{
    private readonly List<int?> _multipliers;
    private readonly List<int?> _inputs;

    private CarriedOperands(Semiring semiring, IReadOnlyList<Operand?> multipliers, IReadOnlyList<Operand?> inputs)
    {
        int next = 0;
        Semiring = semiring;
        _multipliers = multipliers.Select(m => m is null ? (int?)null : next++).ToList();
        _inputs = inputs.Select(i => i is null ? (int?)null : next++).ToList();
    }

    /// <summary>The operands of an elementwise or a coupled component; null for another.</summary>
    public static CarriedOperands? Of(Component component) => component switch
    {
        ElementwiseComponent e => new(e.Semiring, [e.Multiplier], [e.Input]),
        CoupledComponent c => new(Semiring.Real, c.Multipliers, c.Inputs),
        _ => null,
    };

    /// <summary>What is meant by multiplying and adding.</summary>
    public Semiring Semiring { get; }

    /// <summary>How many states there are.</summary>
    public int Count => _inputs.Count;

    /// <summary>What state j is multiplied by on its way to state i; null for 0.</summary>
    public int? Multiplier(int i, int j) => _multipliers[(i * Count) + j];

    /// <summary>What is added to state i; null for 0.</summary>
    public int? Input(int i) => _inputs[i];

    /// <summary>Whether an operand multiplies the gradient of a state, going back.</summary>
    public bool MultipliesGradient(int operand) => Semiring.IsReal && _multipliers.Contains(operand);

    /// <summary>The right-hand side of a state's equation, for readers.</summary>
    /// <param name="i">The state.</param>
    /// <param name="operand">What an operand is called.</param>
    /// <param name="state">What a state is called.</param>
    public string Equation(int i, Func<int, string> operand, Func<int, string> state)
    {
        string times = Semiring.Times == Op.Multiply ? " * " : " + ";
        List<string> terms = [.. Enumerable.Range(0, Count).Where(j => Multiplier(i, j) is not null).Select(j => operand(Multiplier(i, j)!.Value) + times + state(j))];
        terms.AddRange(Input(i) is { } input ? [operand(input)] : []);
        return terms.Count == 0 ? "0"
            : Semiring.IsReal || terms.Count == 1 ? string.Join(" + ", terms)
            : $"{char.ToLowerInvariant(Semiring.Plus.ToString()[0])}{Semiring.Plus.ToString().Substring(1)}({string.Join(", ", terms)})";
    }
}
