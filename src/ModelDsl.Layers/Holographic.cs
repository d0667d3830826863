namespace ModelDsl.Layers;

/// <summary>Holographic reduced representations: vectors that hold pairs of vectors. Plate 1995, "Holographic Reduced Representations".</summary>
internal static class Holographic
{
    /// <summary>The circular convolution of two vectors: sum over j of key[j] value[i - j].</summary>
    public static Tensor<Value> Bind(Tensor<Value> key, Tensor<Value> value) => Dot(key.As<OtherValue>(), Circulant(value, FromTo<Value, OtherValue>()));

    /// <summary>The circular correlation, which undoes a binding approximately: sum over j of key[j] bound[i + j].</summary>
    public static Tensor<Value> Unbind(Tensor<Value> key, Tensor<Value> bound) => Dot(Circulant(key, FromTo<Value, OtherValue>()), bound).As<Value>();

    /// <summary>The cosine of the angle between what a key finds among bindings, and a value.</summary>
    public static Scalar Similarity(Tensor<Value> key, Tensor<Value> value, Tensor<Value> bindings)
    {
        var found = Unbind(key, bindings);
        return Dot(value, found) * Rsqrt(Dot(value, value) * Dot(found, found));
    }
}
