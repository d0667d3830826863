namespace ModelDsl;

/// <content>Complex tensors whose elements are moved along an axis.</content>
public static partial class Functions
{
    /// <inheritdoc cref="Shift{A}(Tensor{A}, int)"/>
    public static ComplexTensor<A> Shift<A>(ComplexTensor<A> x, int offset)
        where A : IAxis =>
        new(Shift(x.Re, offset), Shift(x.Im, offset));

    /// <inheritdoc cref="Shift{A}(Tensor{A}, int)"/>
    public static ComplexTensor<A, B> Shift<A, B>(ComplexTensor<A, B> x, AlongAxis<A> axis, int offset)
        where A : IAxis
        where B : IAxis =>
        new(Shift(x.Re, axis, offset), Shift(x.Im, axis, offset));

    /// <inheritdoc cref="Shift{A}(Tensor{A}, int)"/>
    public static ComplexTensor<A, B> Shift<A, B>(ComplexTensor<A, B> x, AlongAxis<B> axis, int offset)
        where A : IAxis
        where B : IAxis =>
        new(Shift(x.Re, axis, offset), Shift(x.Im, axis, offset));

    /// <inheritdoc cref="Shift{A}(Tensor{A}, int)"/>
    public static ComplexTensor<A, B, C> Shift<A, B, C>(ComplexTensor<A, B, C> x, AlongAxis<A> axis, int offset)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(Shift(x.Re, axis, offset), Shift(x.Im, axis, offset));

    /// <inheritdoc cref="Shift{A}(Tensor{A}, int)"/>
    public static ComplexTensor<A, B, C> Shift<A, B, C>(ComplexTensor<A, B, C> x, AlongAxis<B> axis, int offset)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(Shift(x.Re, axis, offset), Shift(x.Im, axis, offset));

    /// <inheritdoc cref="Shift{A}(Tensor{A}, int)"/>
    public static ComplexTensor<A, B, C> Shift<A, B, C>(ComplexTensor<A, B, C> x, AlongAxis<C> axis, int offset)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(Shift(x.Re, axis, offset), Shift(x.Im, axis, offset));
}
