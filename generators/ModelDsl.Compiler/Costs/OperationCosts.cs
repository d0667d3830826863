using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Costs;

/// <summary>Floating-point operations of each node, as the runtime's polynomials (Simd, DeviceMath) take them.</summary>
public static class OperationCosts
{
    /// <summary>One exponential: 6 for the reduction of the argument, 12 for the polynomial, 2 to scale it back.</summary>
    public const int Exponential = 20;

    /// <summary>One logarithm.</summary>
    public const int Logarithm = 26;

    /// <summary>One division, as a reciprocal with a step of refinement.</summary>
    public const int Division = 8;

    /// <summary>Operations at each point.</summary>
    public static int Of(Op op) => op switch
    {
        Op.Input or Op.State or Op.Constant or Op.Extent or Op.Given or Op.Detach or Op.Element or Op.Place or Op.Rename or Op.QuarterTurn or Op.Shift or Op.Circulate or Op.TokenIndex => 0,
        Op.Exp => Exponential,
        Op.Log => Logarithm,
        Op.Sigmoid => Exponential + Division + 2,
        Op.LogSigmoid or Op.Softplus => Exponential + Logarithm + 3,
        Op.LogAddExp => Exponential + Logarithm + 5,
        Op.Tanh => Exponential + Division + 4,
        Op.Sin or Op.Cos => 16,
        Op.Sqrt or Op.Rsqrt => Division,
        Op.Divide => Division,
        _ => 1,
    };
}
