using ModelDsl.Conformance.Goldens;
using ModelDsl.Conformance.Mapping;
using ModelDsl.Conformance.Targets;

namespace ModelDsl.Conformance.Reporting;

/// <summary>The worst errors of a run, each relative to the largest value of its tensor; null where a file has nothing to compare with.</summary>
/// <param name="Outputs">Of outputs.</param>
/// <param name="States">Of final states.</param>
/// <param name="Gradients">Of gradients.</param>
public sealed record Comparison(double? Outputs, double? States, double? Gradients)
{
    /// <summary>The bound for outputs.</summary>
    public const double OutputBound = 1e-5;

    /// <summary>The bound for final states.</summary>
    public const double StateBound = 1e-5;

    /// <summary>The bound for gradients.</summary>
    public const double GradientBound = 1e-4;

    /// <summary>Nothing compared yet.</summary>
    public static Comparison None { get; } = new(null, null, null);

    /// <summary>Whether all errors are within their bounds, and something was compared. NaN is not.</summary>
    public bool Passed =>
        Outputs is not null && Outputs <= OutputBound && States is null or <= StateBound && Gradients is null or <= GradientBound;

    /// <summary>
    /// Between two runs, a gradient that cancels to less than this part of the largest one of the pass is compared with that part instead: what is left of it is
    /// the rounding of larger terms (that of a normaliser's key at the first token, say). Golden files are compared strictly.
    /// </summary>
    private const double LeastGradient = 0.01;

    /// <summary>Compares what a target computed with what a case expects.</summary>
    public static Comparison Of(BoundCase golden, RunResult result) => Compare(golden, result, (_, _, expected) => expected, leastGradient: 0);

    /// <summary>Compares what a target computed with what another computed.</summary>
    public static Comparison Between(BoundCase golden, RunResult result, RunResult expected) => Compare(golden, result, (kind, name, _) => kind switch
    {
        Kind.Output => expected.Outputs[name],
        Kind.FinalState => expected.FinalStates[name],
        Kind.Gradient => golden.Chained(expected)[(false, name)],
        _ => golden.Chained(expected)[(true, name)],
    }, LeastGradient);

    /// <summary>The worse of each.</summary>
    public Comparison Worst(Comparison other) =>
        new(Worse(Outputs, other.Outputs), Worse(States, other.States), Worse(Gradients, other.Gradients));

    private enum Kind
    {
        Output,
        FinalState,
        Gradient,
        GradientThroughFinalState,
    }

    private static Comparison Compare(BoundCase golden, RunResult result, Func<Kind, string, GoldenTensor, GoldenTensor> expected, double leastGradient)
    {
        double? outputs = null, states = null, gradients = null;
        foreach (GoldenTensor output in golden.Outputs.Select(o => o.Expected?.Tensor).OfType<GoldenTensor>().Distinct())
        {
            outputs = Worse(outputs, Error(result.Outputs[output.Name], expected(Kind.Output, output.Name, output)));
        }

        foreach (GoldenTensor state in golden.States.Select(s => s.Final?.Tensor).OfType<GoldenTensor>().Distinct())
        {
            states = Worse(states, Error(result.FinalStates[state.Name], expected(Kind.FinalState, state.Name, state)));
        }

        IReadOnlyDictionary<(bool ThroughFinalState, string Of), GoldenTensor> found = golden.Chained(result);
        GoldenTensor Expected(ExpectedGradient gradient) =>
            expected(gradient.ThroughFinalState ? Kind.GradientThroughFinalState : Kind.Gradient, gradient.Of, gradient.Expected);
        double least = leastGradient > 0 ? leastGradient * golden.Gradients.Select(g => Largest(Expected(g))).DefaultIfEmpty(0).Max() : 0;
        foreach (ExpectedGradient gradient in golden.Gradients)
        {
            gradients = Worse(gradients, Error(found[(gradient.ThroughFinalState, gradient.Of)], Expected(gradient), least));
        }

        return new Comparison(outputs, states, gradients);
    }

    private static double? Worse(double? a, double? b) => a is null ? b : b is null ? a : double.IsNaN(a.Value) || a > b ? a : b;

    /// <summary>The largest difference over the largest expected value; NaN if anything computed is not finite.</summary>
    private static double Error(GoldenTensor actual, GoldenTensor expected, double leastScale = 0)
    {
        double difference = 0, scale = Math.Max(Largest(expected), leastScale);
        for (int i = 0; i < expected.Data.Length; i++)
        {
            if (!float.IsFinite(actual.Data[i]))
            {
                return double.NaN;
            }

            difference = Math.Max(difference, Math.Abs((double)actual.Data[i] - expected.Data[i]));
        }

        return scale > 0 ? difference / scale : difference;
    }

    private static double Largest(GoldenTensor tensor) => tensor.Data.Length == 0 ? 0 : tensor.Data.Max(Math.Abs);
}
