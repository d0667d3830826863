namespace ModelDsl;

/// <summary>
/// Marks a parameter of <c>Step</c>, a <see cref="Scalar"/>, that holds a lag: how many tokens ago, from 0. The kernel of
/// <see cref="Functions.Convolve{T}(T, T)"/> is an expression of it. The runtime counts; callers pass nothing for it.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class LagAttribute : Attribute;

/// <summary>
/// Marks a parameter of <c>Step</c>, a <see cref="Scalar"/>, that holds the length of the sequence, for kernels that depend on it: the number of its tokens, or
/// <see cref="RunOptions.SequenceLength"/> if that is given. Callers pass nothing for it.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class SequenceLengthAttribute : Attribute;

/// <summary>
/// Marks a parameter of <c>Step</c> that holds a delay at a frequency. The transfer function of
/// <see cref="Functions.ConvolveByFrequency(Scalar, ComplexScalar)"/> is an expression of it. A <see cref="ComplexScalar"/> is a delay of one token,
/// exp(-i w); a <see cref="ComplexTensor{A}"/> holds at index n a delay of n + 1 tokens, exp(-i (n + 1) w). The frequencies w are 2 pi f / P for
/// f from 0 to P / 2, where the period P is the length of the sequence (<see cref="SequenceLengthAttribute"/>), plus one if that is odd. Callers pass nothing for it.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class DelayAttribute : Attribute;
