namespace ModelDsl;

/// <content>Along an axis whose elements are moved: delay lines and neighbours.</content>
public static partial class Functions
{
    /// <summary>
    /// The elements moved along the axis (of a vector, or named by <c>Over&lt;Key&gt;()</c>): y[i] = x[i - offset], and zero where that is outside. A
    /// positive offset moves them to higher indices.
    /// </summary>
    /// <param name="x">The elements.</param>
    /// <param name="offset">By how many places; a constant of either sign.</param>
    public static Tensor<A> Shift<A>(Tensor<A> x, int offset)
        where A : IAxis =>
        new(OracleAxes.Shift(x.Value, typeof(A), offset));

    /// <inheritdoc cref="Shift{A}(Tensor{A}, int)"/>
    public static Tensor<A, B> Shift<A, B>(Tensor<A, B> x, AlongAxis<A> axis, int offset)
        where A : IAxis
        where B : IAxis =>
        new(OracleAxes.Shift(x.Value, typeof(A), offset));

    /// <inheritdoc cref="Shift{A}(Tensor{A}, int)"/>
    public static Tensor<A, B> Shift<A, B>(Tensor<A, B> x, AlongAxis<B> axis, int offset)
        where A : IAxis
        where B : IAxis =>
        new(OracleAxes.Shift(x.Value, typeof(B), offset));

    /// <inheritdoc cref="Shift{A}(Tensor{A}, int)"/>
    public static Tensor<A, B, C> Shift<A, B, C>(Tensor<A, B, C> x, AlongAxis<A> axis, int offset)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(OracleAxes.Shift(x.Value, typeof(A), offset));

    /// <inheritdoc cref="Shift{A}(Tensor{A}, int)"/>
    public static Tensor<A, B, C> Shift<A, B, C>(Tensor<A, B, C> x, AlongAxis<B> axis, int offset)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(OracleAxes.Shift(x.Value, typeof(B), offset));

    /// <inheritdoc cref="Shift{A}(Tensor{A}, int)"/>
    public static Tensor<A, B, C> Shift<A, B, C>(Tensor<A, B, C> x, AlongAxis<C> axis, int offset)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(OracleAxes.Shift(x.Value, typeof(C), offset));

    /// <summary>
    /// The circulant matrix of a vector: y[j, i] = x[(i - j) mod size], for j along a new axis of the same size. <c>Dot(k.As&lt;N&gt;(), Circulant(v, FromTo&lt;A, N&gt;()))</c> is the circular convolution of k
    /// and v, which binds them in holographic representations.
    /// </summary>
    /// <param name="x">The vector, [A].</param>
    /// <param name="axis">Its axis, and the new one.</param>
    /// <returns>[N, A].</returns>
    public static Tensor<N, A> Circulant<A, N>(Tensor<A> x, AxisRenaming<A, N> axis)
        where A : IAxis
        where N : IAxis =>
        new(OracleAxes.Circulant(x.Value, Tensor<N, A>.AxisTypes));

    /// <summary>
    /// A delay line one token later: the history moved by one along its first axis, and <paramref name="x"/> at index 0. Index i of a state that is
    /// pushed for every token holds the token i steps ago.
    /// </summary>
    /// <param name="history">What was pushed so far, the newest first.</param>
    /// <param name="x">The newest.</param>
    public static Tensor<W> Push<W>(Tensor<W> history, Scalar x)
        where W : IAxis =>
        new(OracleAxes.Push(history.Value, x.Value, typeof(W)));

    /// <inheritdoc cref="Push{W}(Tensor{W}, Scalar)"/>
    public static Tensor<W, A> Push<W, A>(Tensor<W, A> history, Tensor<A> x)
        where W : IAxis
        where A : IAxis =>
        new(OracleAxes.Push(history.Value, x.Value, typeof(W)));

    /// <inheritdoc cref="Push{W}(Tensor{W}, Scalar)"/>
    public static Tensor<W, A, B> Push<W, A, B>(Tensor<W, A, B> history, Tensor<A, B> x)
        where W : IAxis
        where A : IAxis
        where B : IAxis =>
        new(OracleAxes.Push(history.Value, x.Value, typeof(W)));
}
