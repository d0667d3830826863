namespace ModelDsl;

/// <summary>An engine that makes responses of powers: see <see cref="PowerTerm"/>.</summary>
internal interface IPowerEngine
{
    /// <summary>The responses, [time, channel], to the kernels of <paramref name="memory"/>.</summary>
    /// <param name="terms">One for each term of the shape.</param>
    /// <param name="coefficients">The layout of what the powers are made of: one token, as signals.</param>
    /// <param name="numbers">What they are made of.</param>
    /// <param name="shape">The layout of the convolution.</param>
    /// <param name="memory">Receives the kernels.</param>
    void Respond(PowerTerm[] terms, ConvolutionShape coefficients, ConvolutionMemory numbers, ConvolutionShape shape, ConvolutionMemory memory);

    /// <summary>The adjoint: gradients of what the powers are made of.</summary>
    /// <param name="terms">As forward.</param>
    /// <param name="coefficients">As forward.</param>
    /// <param name="numbers">As forward.</param>
    /// <param name="ofNumbers">Receives their gradients.</param>
    /// <param name="shape">As forward.</param>
    /// <param name="gradients">Those of the kernels are read.</param>
    void Differentiate(
        PowerTerm[] terms, ConvolutionShape coefficients, ConvolutionMemory numbers, ConvolutionMemory ofNumbers, ConvolutionShape shape, ConvolutionMemory gradients);
}
