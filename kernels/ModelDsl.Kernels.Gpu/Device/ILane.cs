using ILGPU;

namespace ModelDsl.Kernels.Gpu;

/// <summary>
/// What one thread computes at once: one number where neighbouring threads run in step (a GPU), eight or sixteen where a thread is a CPU's
/// core with vector registers (OpenCL on a CPU). Kernels are generic over it, so that one text serves both.
/// </summary>
/// <typeparam name="TLane">The implementing type.</typeparam>
public interface ILane<TLane>
    where TLane : unmanaged, ILane<TLane>
{
    /// <summary>How many numbers; it divides <see cref="KernelShape.Padding"/>.</summary>
    static abstract int Width { get; }

    /// <summary>One number in all lanes.</summary>
    static abstract TLane Broadcast(float value);

    /// <summary>Consecutive numbers.</summary>
    static abstract TLane Load(ArrayView<float> source, int at);

    /// <summary>Numbers <paramref name="stride"/> apart; lanes for which <paramref name="index"/> + lane is not below <paramref name="size"/> are not read, and are 0.</summary>
    static abstract TLane Gather(ArrayView<float> source, int at, int stride, int index, int size);

    /// <summary>The numbers of a row with each pair (x, y) turned to (-y, x): those of lane <paramref name="index"/> on of the row that begins <paramref name="at"/>.</summary>
    static abstract TLane LoadTurned(ArrayView<float> source, int at, int index);

    /// <summary>Numbers of a row of <paramref name="size"/> that begins <paramref name="at"/>, shifted: lane i is that at <paramref name="index"/> + i - <paramref name="shift"/>, 0 outside the row.</summary>
    static abstract TLane LoadShifted(ArrayView<float> source, int at, int index, int shift, int size);

    /// <summary>
    /// Lane l of the first <paramref name="count"/>: the number at (<paramref name="start"/> + l <paramref name="step"/>) mod <paramref name="size"/> of a row that begins
    /// <paramref name="at"/>, whose numbers are <paramref name="stride"/> apart, l <paramref name="rows"/> floats on. The other lanes are 0.
    /// </summary>
    static abstract TLane LoadAround(ArrayView<float> source, int at, int start, int step, int size, int stride, int rows, int count);

    /// <summary>The value in the lanes where <see cref="LoadShifted"/> would read inside the row, 0 in the others.</summary>
    static abstract TLane ShiftedLanes(TLane value, int index, int shift, int size);

    /// <summary>Stores all lanes.</summary>
    static abstract void Store(ArrayView<float> target, int at, TLane value);

    /// <summary>Stores the lanes for which <paramref name="index"/> + lane is below <paramref name="size"/>, and 0 for the others: a frame's rows are padded with zeros.</summary>
    static abstract void Store(ArrayView<float> target, int at, TLane value, int index, int size);

    /// <summary>Stores only the lanes for which <paramref name="index"/> + lane is below <paramref name="size"/>, <paramref name="stride"/> apart.</summary>
    static abstract void Scatter(ArrayView<float> target, int at, int stride, TLane value, int index, int size);

    /// <summary>The value, with another one in the lanes for which <paramref name="index"/> + lane is not below <paramref name="size"/>.</summary>
    static abstract TLane Masked(TLane value, int index, int size, float other);

    /// <summary>The value in the lane for which <paramref name="index"/> + lane is <paramref name="place"/>, 0 in the others.</summary>
    static abstract TLane PlaceLane(TLane value, int index, int place);

    /// <summary>The sum over the lanes.</summary>
    static abstract float Sum(TLane value);

    /// <summary>The largest of the lanes.</summary>
    static abstract float MaxOver(TLane value);

    /// <summary>a * b + c.</summary>
    static abstract TLane MultiplyAdd(TLane a, TLane b, TLane c);

    /// <summary>a * b + c with one factor for all lanes.</summary>
    static abstract TLane MultiplyAdd(float a, TLane b, TLane c);

    /// <summary>a + b.</summary>
    static abstract TLane operator +(TLane a, TLane b);

    /// <summary>a - b.</summary>
    static abstract TLane operator -(TLane a, TLane b);

    /// <summary>a * b.</summary>
    static abstract TLane operator *(TLane a, TLane b);

    /// <summary>a / b.</summary>
    static abstract TLane operator /(TLane a, TLane b);

    /// <summary>-a.</summary>
    static abstract TLane operator -(TLane a);

    /// <inheritdoc cref="DeviceMath.Exp"/>
    static abstract TLane Exp(TLane x);

    /// <inheritdoc cref="DeviceMath.Log"/>
    static abstract TLane Log(TLane x);

    /// <inheritdoc cref="DeviceMath.Sigmoid"/>
    static abstract TLane Sigmoid(TLane x);

    /// <inheritdoc cref="DeviceMath.LogSigmoid"/>
    static abstract TLane LogSigmoid(TLane x);

    /// <inheritdoc cref="DeviceMath.Softplus"/>
    static abstract TLane Softplus(TLane x);

    /// <inheritdoc cref="DeviceMath.Tanh"/>
    static abstract TLane Tanh(TLane x);

    /// <inheritdoc cref="DeviceMath.Sin"/>
    static abstract TLane Sin(TLane x);

    /// <inheritdoc cref="DeviceMath.Cos"/>
    static abstract TLane Cos(TLane x);

    /// <inheritdoc cref="DeviceMath.Sqrt"/>
    static abstract TLane Sqrt(TLane x);

    /// <inheritdoc cref="DeviceMath.Rsqrt"/>
    static abstract TLane Rsqrt(TLane x);

    /// <inheritdoc cref="DeviceMath.Abs"/>
    static abstract TLane Abs(TLane x);

    /// <inheritdoc cref="DeviceMath.Sign"/>
    static abstract TLane Sign(TLane x);

    /// <inheritdoc cref="DeviceMath.Max"/>
    static abstract TLane Max(TLane a, TLane b);

    /// <inheritdoc cref="DeviceMath.Min"/>
    static abstract TLane Min(TLane a, TLane b);

    /// <inheritdoc cref="DeviceMath.LogAddExp"/>
    static abstract TLane LogAddExp(TLane a, TLane b);

    /// <inheritdoc cref="DeviceMath.Greater"/>
    static abstract TLane Greater(TLane a, TLane b);

    /// <inheritdoc cref="DeviceMath.GreaterOrEqual"/>
    static abstract TLane GreaterOrEqual(TLane a, TLane b);

    /// <inheritdoc cref="DeviceMath.Equal"/>
    static abstract TLane Equal(TLane a, TLane b);

    /// <inheritdoc cref="DeviceMath.Where"/>
    static abstract TLane Where(TLane condition, TLane yes, TLane no);
}
