namespace ModelDsl;

/// <summary>
/// What a call asks for besides its outputs, and brings besides its inputs. Modes differ in what it costs them: a convolution has no states on its way, so states at either
/// end take a pass token by token beside it.
/// </summary>
/// <param name="Gradient">Whether a gradient is asked for.</param>
/// <param name="InitialStates">Whether initial states are given, or their gradients asked for.</param>
/// <param name="FinalStates">Whether final states are asked for.</param>
/// <param name="FinalStateGradients">Whether gradients with respect to final states are given. A forward call does not know yet, and takes it that they are not.</param>
public readonly record struct CallNeeds(bool Gradient = false, bool InitialStates = false, bool FinalStates = false, bool FinalStateGradients = false)
{
    /// <summary>Those of a call of <see cref="IRecurrenceKernel.Forward"/>.</summary>
    internal static CallNeeds OfForward(ReadOnlySpan<TensorView> initialStates, ReadOnlySpan<TensorView> finalStates, RecurrenceTape? tape) =>
        new(tape is not null, AnyGiven(initialStates), AnyGiven(finalStates));

    /// <summary>Those of a call of <see cref="IRecurrenceKernel.Backward"/>.</summary>
    internal static CallNeeds OfBackward(
        ReadOnlySpan<TensorView> initialStates, ReadOnlySpan<TensorView> finalStateGradients, ReadOnlySpan<TensorView> initialStateGradients) =>
        new(Gradient: true, AnyGiven(initialStates) || AnyGiven(initialStateGradients), FinalStateGradients: AnyGiven(finalStateGradients));

    private static bool AnyGiven(ReadOnlySpan<TensorView> views)
    {
        foreach (TensorView view in views)
        {
            if (!view.IsNull)
            {
                return true;
            }
        }

        return false;
    }
}
