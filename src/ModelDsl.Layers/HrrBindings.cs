namespace ModelDsl.Layers;

/// <summary>The bindings of keys and values of <see cref="HrrAttention"/>, added up: its first run over the sequence.</summary>
[Recurrence]
public partial struct HrrBindings
{
    [State] Tensor<Value> S;

    /// <summary>One token.</summary>
    /// <param name="k">Key, [B, T, H, V].</param>
    /// <param name="v">Value, [B, T, H, V].</param>
    /// <returns>The sum of the bindings so far, [B, T, H, V].</returns>
    public Tensor<Value> Step(Tensor<Value> k, Tensor<Value> v) => S += Holographic.Bind(k, v);
}
