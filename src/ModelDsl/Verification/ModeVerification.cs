using System.Globalization;

namespace ModelDsl;

/// <summary>
/// Proof that what was generated computes what was written: every legal mode, on every target, against the spec's own <c>Step</c> in
/// double precision: outputs, final states, every gradient, calls that split a sequence, and sequences that are packed or padded.
/// </summary>
/// <example><code>Console.WriteLine(ModeVerification.Verify&lt;GatedDeltaRule&gt;());</code></example>
public static class ModeVerification
{
    /// <summary>Verifies a spec.</summary>
    /// <typeparam name="T">The spec.</typeparam>
    /// <param name="options">Sizes, ranges, targets, bounds.</param>
    public static VerificationReport Verify<T>(VerificationOptions? options = null)
        where T : struct, IRecurrence<T> => Verify(RecurrenceHandle.Of<T>(), options);

    /// <summary>Verifies a recurrence.</summary>
    /// <param name="recurrence">The recurrence.</param>
    /// <param name="options">Sizes, ranges, targets, bounds.</param>
    public static VerificationReport Verify(RecurrenceHandle recurrence, VerificationOptions? options = null)
    {
        options ??= new VerificationOptions();
        RecurrenceDescription description = recurrence.Description;
        List<VerificationCase> cases = VerificationCase.All(recurrence, options);
        List<VerificationRow> rows = [];
        foreach (VerificationTarget target in options.Targets.Prepend(new VerificationTarget("cpu", recurrence.Kernel)))
        {
            rows.AddRange(target.Kernel.Description.LegalModes.Where(m => options.Modes?.Contains(m) ?? true)
                .Select(mode => Row(target, mode, cases, options, canCut: recurrence.IsCausal && !description.IsConvolution)));
        }

        return new VerificationReport(
            description.Name,
            Setting(description, cases[0], options),
            rows,
            [.. description.Modes.Where(m => !m.IsLegal).Select(m => (m.Mode, m.Reason))]);
    }

    private static VerificationRow Row(VerificationTarget target, Mode mode, List<VerificationCase> cases, VerificationOptions options, bool canCut)
    {
        VerificationError outputs = default, states = default, gradients = default, split = default, packed = default, packedGradients = default;
        string? failure = null;
        foreach (VerificationCase at in cases)
        {
            try
            {
                using var run = new VerificationRun(target.Kernel, mode, at);
                var forward = run.Forward();
                var backward = run.Backward();
                outputs = outputs.Or(forward.Outputs);
                states = states.Or(forward.States);
                gradients = gradients.Or(backward.Gradients);
                failure ??= forward.Failure ?? backward.Failure;
                if (at.Shape.Offsets is null)
                {
                    split = canCut ? split.Or(run.Split()) : split;
                    continue;
                }

                (VerificationError error, VerificationError gradientError, string? unequal) = new PackedVerification(target.Kernel, mode, at).Run(withPadding: canCut);
                packed = packed.Or(error);
                packedGradients = packedGradients.Or(gradientError);
                failure ??= unequal;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // A kernel that throws is a failed row of the table, not the end of it.
                failure ??= $"T={at.Name}: {e.GetType().Name}: {e.Message}";
            }
        }

        bool passed = failure is null
            && outputs.Value <= options.OutputBound
            && states.Value <= options.OutputBound
            && split.Value <= options.OutputBound
            && packed.Value <= options.OutputBound
            && gradients.Value <= options.GradientBound
            && packedGradients.Value <= options.GradientBound;
        return new(mode, target.Name, [.. cases.Select(c => c.Name)], outputs, states, gradients, split, packed.Or(packedGradients), failure, passed);
    }

    private static string Setting(RecurrenceDescription description, VerificationCase first, VerificationOptions options) => string.Create(
        CultureInfo.InvariantCulture,
        $"batch {first.Shape.Batch}, heads {first.Shape.Heads}, {string.Concat(description.Axes.Select((a, i) => $"{a.Name} {first.Shape.AxisSizes[i]}, "))}chunks of {options.ChunkSize}; errors relative to the largest value of the tensor (of a gradient: or to a hundredth of the largest gradient, if that is more), bounds {options.OutputBound:0e+00} and {options.GradientBound:0e+00} (gradients)");
}
