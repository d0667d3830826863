namespace ModelDsl.Compiler.Graph;

/// <summary>What a node of a step graph computes. All but the leaves and the structural ones work element by element and broadcast over named axes.</summary>
public enum Op
{
    // Leaves.
    Input,
    State,
    Constant,

    /// <summary>The size of an axis, as a number.</summary>
    Extent,

    /// <summary>The position of the token in its sequence (Node.Index 0) or in its mini-batch (1), from 0, as a number.</summary>
    TokenIndex,

    /// <summary>A sequence that an engine or the caller computes (Node.Index into the program's list of givens): a read, a next state, a gradient.</summary>
    Given,

    /// <summary>How many tokens ago, from 0: in kernels.</summary>
    Lag,

    /// <summary>The length of the sequence: in kernels.</summary>
    SequenceLength,

    /// <summary>A delay at a frequency: its real part (Node.Index 0) or its imaginary part (1), of one token or over an axis of n + 1 tokens. In transfer functions.</summary>
    Delay,

    // Of one argument.
    Negate,
    Exp,
    Log,
    Sigmoid,
    LogSigmoid,
    Softplus,
    Tanh,
    Sin,
    Cos,
    Sqrt,
    Rsqrt,
    Abs,

    /// <summary>-1, 0 or 1.</summary>
    Sign,

    /// <summary>The argument itself, with no gradient.</summary>
    Detach,

    // Of two arguments.
    Add,
    Subtract,
    Multiply,
    Divide,
    Max,
    Min,

    /// <summary>log(exp(x) + exp(y)); of equal infinities, that infinity.</summary>
    LogAddExp,

    /// <summary>1 where the first argument is greater, else 0.</summary>
    Greater,

    /// <summary>1 where the first argument is greater or equal, else 0.</summary>
    GreaterOrEqual,

    /// <summary>1 where both arguments are equal, else 0.</summary>
    Equal,

    // Of three arguments.

    /// <summary>The second argument where the first is not zero, else the third.</summary>
    Where,

    // Over an axis (Node.Axis).
    Sum,
    MaxOver,

    // Structure.

    /// <summary>The element at a constant index (Node.Index) of an axis (Node.Axis), which disappears.</summary>
    Element,

    /// <summary>The adjoint of <see cref="Element"/>: a new axis (Node.Axis) that holds the argument at one index (Node.Index) and zero elsewhere.</summary>
    Place,

    /// <summary>The same values with one axis (Node.Axis) called by another name (Node.NewAxis).</summary>
    Rename,

    /// <summary>For pairs (2i, 2i+1) along an axis (Node.Axis): y[2i] = -x[2i+1], y[2i+1] = x[2i]. A quarter turn; its adjoint is its negative.</summary>
    QuarterTurn,

    /// <summary>y[i] = x[i - Node.Index] along an axis (Node.Axis), zero where that is outside; its adjoint is the shift by -Node.Index.</summary>
    Shift,

    /// <summary>
    /// y[i, j] = x[(i - Node.Index j) mod n] for i along an axis (Node.Axis) and j along another one (Node.NewAxis) of the same size n; Node.Index is 1 or -1. The argument
    /// may have the other axis too, whose index is then j. Its adjoint is the same with the other sign, summed over j if the argument lacks that axis.
    /// </summary>
    Circulate,

    // Over time.

    /// <summary>The convolution of the first argument over time with a kernel, the second one.</summary>
    Convolve,

    /// <summary>The convolution of the first argument over time with the kernel of a transfer function: its real part, then its imaginary part.</summary>
    ConvolveByFrequency,
}
