using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>
/// Two operations for which (x) distributes over (+): then maps h -> (a (x) h) (+) b are closed under composition, (a', b') after (a, b) being
/// (a' (x) a, (a' (x) b) (+) b'), and a chunk of them has a summary. This table is all that the analysis and the emission know of each.
/// </summary>
/// <param name="Name">Its name in ModelDsl.Kernels.Cpu.Semiring.</param>
/// <param name="Words">Both operations, for people.</param>
/// <param name="Times">The operation (x).</param>
/// <param name="Plus">The operation (+).</param>
/// <param name="Zero">What (+) leaves alone and (x) makes everything into: forgets a state.</param>
/// <param name="One">What (x) leaves alone.</param>
public sealed record Semiring(string Name, string Words, Op Times, Op Plus, double Zero, double One)
{
    /// <summary>h = a * h + b.</summary>
    public static readonly Semiring Real = new("Real", "plus and times", Op.Multiply, Op.Add, 0, 1);

    /// <summary>h = max(a + h, b): the largest of what decays, a stabiliser.</summary>
    public static readonly Semiring MaxPlus = new("MaxPlus", "max and plus", Op.Add, Op.Max, double.NegativeInfinity, 0);

    /// <summary>h = min(a + h, b): the shortest way.</summary>
    public static readonly Semiring MinPlus = new("MinPlus", "min and plus", Op.Add, Op.Min, double.PositiveInfinity, 0);

    /// <summary>h = log(exp(a + h) + exp(b)): a state kept as its logarithm.</summary>
    public static readonly Semiring Log = new("Log", "log-add-exp and plus", Op.Add, Op.LogAddExp, double.NegativeInfinity, 0);

    /// <summary>All of them, in the order in which they are tried: what is affine over the first costs least.</summary>
    public static readonly IReadOnlyList<Semiring> All = [Real, MaxPlus, MinPlus, Log];

    public bool IsReal => this == Real;
}
