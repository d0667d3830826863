using ModelDsl.Compiler.Analysis;

namespace ModelDsl.Compiler.Emission;

/// <summary>
/// The operands of states that are carried element by element, one state or several: h_i = sum_j multiplier_ij * h_j + input_i. Operands are named by
/// their position among those that there are.
/// </summary>
internal sealed class CarriedOperands
{
    private readonly List<int?> _multipliers;
    private readonly List<int?> _inputs;

    private CarriedOperands(IReadOnlyList<Operand?> multipliers, IReadOnlyList<Operand?> inputs)
    {
        int next = 0;
        _multipliers = multipliers.Select(m => m is null ? (int?)null : next++).ToList();
        _inputs = inputs.Select(i => i is null ? (int?)null : next++).ToList();
    }

    /// <summary>The operands of an elementwise or a coupled component; null for another.</summary>
    public static CarriedOperands? Of(Component component) => component switch
    {
        ElementwiseComponent e => new([e.Multiplier], [e.Input]),
        CoupledComponent c => new(c.Multipliers, c.Inputs),
        _ => null,
    };

    /// <summary>How many states there are.</summary>
    public int Count => _inputs.Count;

    /// <summary>What state j is multiplied by on its way to state i; null for 0.</summary>
    public int? Multiplier(int i, int j) => _multipliers[(i * Count) + j];

    /// <summary>What is added to state i; null for 0.</summary>
    public int? Input(int i) => _inputs[i];

    /// <summary>Whether an operand multiplies a state.</summary>
    public bool IsMultiplier(int operand) => _multipliers.Contains(operand);
}
