namespace ModelDsl;

/// <summary>Reverse-mode differentiation of what was computed with tracked <see cref="OracleValue"/>s.</summary>
public static class OracleTape
{
    /// <summary>
    /// Adds to <see cref="OracleValue.Gradient"/> of every tracked leaf the gradient of the sum of all results, each weighted element
    /// by element with its seed. May be called once for a computation.
    /// </summary>
    /// <param name="results">Results and their seeds (as many elements as the result). Results that nothing tracked went into are skipped.</param>
    public static void Backward(IEnumerable<(OracleValue Result, double[] Seed)> results)
    {
        var reached = new HashSet<OracleValue>();
        var pending = new Stack<OracleValue>();
        foreach ((OracleValue result, double[] seed) in results)
        {
            if (seed.Length != result.Array.Length)
            {
                throw new ArgumentException($"A seed of {seed.Length} elements was given for a result of {result.Array.Length}.", nameof(results));
            }

            if (!result.IsTracked)
            {
                continue;
            }

            double[] gradient = result.GradientArray;
            for (int i = 0; i < seed.Length; i++)
            {
                gradient[i] += seed[i];
            }

            if (reached.Add(result))
            {
                pending.Push(result);
            }
        }

        while (pending.TryPop(out OracleValue? value))
        {
            foreach (OracleValue parent in value.Parents)
            {
                if (parent.IsTracked && reached.Add(parent))
                {
                    pending.Push(parent);
                }
            }
        }

        // A result is always younger than its arguments: going from young to old, every gradient is complete when it is passed on.
        foreach (OracleValue value in reached.OrderByDescending(v => v.Order))
        {
            if (value.Adjoint is { } adjoint)
            {
                if (value.HasGradient)
                {
                    adjoint(value.GradientArray);
                }

                value.ClearGradient();
            }
        }
    }
}
