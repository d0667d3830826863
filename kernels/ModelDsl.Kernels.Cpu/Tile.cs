namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// A strip of 16, 32 or 64 value columns, held in registers. A kernel written once as a generic method over its tile becomes,
/// for each width, the code that a hand would write with 1, 2 or 4 named vectors: the runtime compiles a generic method apart
/// for every struct and keeps tiles in registers when they are passed by value (a scalar-decay sweep with <see cref="Tile4"/>: 133 to 149 GF/s,
/// hand-written: 140 to 154; nested generic pairs in place of the three flat structs lost 15 %). Rows must be padded to whole tiles.
/// </summary>
/// <typeparam name="TSelf">The implementing struct.</typeparam>
public unsafe interface ITile<TSelf>
    where TSelf : struct, ITile<TSelf>
{
    /// <summary>Columns in the tile.</summary>
    static abstract int Width { get; }

    /// <summary>Loads <see cref="Width"/> floats.</summary>
    static abstract TSelf Load(float* source);

    /// <summary>Stores <see cref="Width"/> floats.</summary>
    static abstract void Store(float* target, TSelf value);

    /// <summary>Loads <paramref name="count"/> floats (more than the width counts as the width) and touches no others; the other columns are 0.</summary>
    static abstract TSelf LoadPartial(float* source, int count);

    /// <summary>Stores the first <paramref name="count"/> columns (more than the width counts as the width) and touches nothing else.</summary>
    static abstract void StorePartial(float* target, TSelf value, int count);

    /// <summary>The value in every column.</summary>
    static abstract TSelf Broadcast(float value);

    /// <summary>The sum of all columns.</summary>
    static abstract float Sum(TSelf value);

    /// <summary>The sum of the first <paramref name="count"/> columns, whatever the others hold.</summary>
    static abstract float Sum(TSelf value, int count);

    /// <summary>Column by column.</summary>
    static abstract TSelf operator +(TSelf a, TSelf b);

    /// <summary>Column by column.</summary>
    static abstract TSelf operator -(TSelf a, TSelf b);

    /// <summary>Column by column.</summary>
    static abstract TSelf operator *(TSelf a, TSelf b);

    /// <summary>Column by column.</summary>
    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary>Column by column.</summary>
    static abstract TSelf operator -(TSelf a);

    /// <summary>a * b + c.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary><paramref name="yes"/> where the condition is not 0, <paramref name="no"/> elsewhere.</summary>
    static abstract TSelf Where(TSelf condition, TSelf yes, TSelf no);

    /// <summary>e^x.</summary>
    static abstract TSelf Exp(TSelf x);

    /// <summary>The natural logarithm.</summary>
    static abstract TSelf Log(TSelf x);

    /// <summary>1 / (1 + e^-x).</summary>
    static abstract TSelf Sigmoid(TSelf x);

    /// <summary>log(1 / (1 + e^-x)).</summary>
    static abstract TSelf LogSigmoid(TSelf x);

    /// <summary>log(1 + e^x).</summary>
    static abstract TSelf Softplus(TSelf x);

    /// <summary>The hyperbolic tangent.</summary>
    static abstract TSelf Tanh(TSelf x);

    /// <summary>The sine.</summary>
    static abstract TSelf Sin(TSelf x);

    /// <summary>The cosine.</summary>
    static abstract TSelf Cos(TSelf x);

    /// <summary>The square root.</summary>
    static abstract TSelf Sqrt(TSelf x);

    /// <summary>1 / sqrt(x).</summary>
    static abstract TSelf Rsqrt(TSelf x);

    /// <summary>The magnitude.</summary>
    static abstract TSelf Abs(TSelf x);

    /// <summary>-1, 0 or 1.</summary>
    static abstract TSelf Sign(TSelf x);

    /// <summary>The larger one.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>The smaller one.</summary>
    static abstract TSelf Min(TSelf a, TSelf b);

    /// <summary>log(exp(a) + exp(b)), without overflow; of equal infinities, that infinity.</summary>
    static abstract TSelf LogAddExp(TSelf a, TSelf b);

    /// <summary>1 where a &gt; b, 0 elsewhere.</summary>
    static abstract TSelf Greater(TSelf a, TSelf b);

    /// <summary>1 where a &gt;= b, 0 elsewhere.</summary>
    static abstract TSelf GreaterOrEqual(TSelf a, TSelf b);

    /// <summary>1 where a = b, 0 elsewhere.</summary>
    static abstract TSelf Equal(TSelf a, TSelf b);
}
