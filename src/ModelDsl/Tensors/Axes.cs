namespace ModelDsl;

/// <summary>Names one axis of a tensor for a function that works along it; written <c>Over&lt;Key&gt;()</c>.</summary>
/// <typeparam name="A">The axis.</typeparam>
public readonly struct AlongAxis<A>
    where A : IAxis;

/// <summary>Gives an axis another name, in <c>Rename(S, FromTo&lt;Key, Other&gt;())</c>.</summary>
/// <typeparam name="TFrom">The axis that the tensor has.</typeparam>
/// <typeparam name="TTo">The name that it gets.</typeparam>
public readonly struct AxisRenaming<TFrom, TTo>
    where TFrom : IAxis
    where TTo : IAxis;
