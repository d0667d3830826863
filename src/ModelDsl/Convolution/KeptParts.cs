namespace ModelDsl;

/// <summary>What a tape keeps of a call in convolution mode.</summary>
/// <param name="memory">What passes between the parts, as <see cref="ConvolutionEngine.Keep"/> gives it.</param>
/// <param name="readout">What the readout keeps, if it has states.</param>
internal sealed class KeptParts(object memory, RecurrenceTape? readout) : IDisposable
{
    public object Memory => memory;

    public RecurrenceTape? Readout => readout;

    public void Dispose()
    {
        (memory as IDisposable)?.Dispose();
        readout?.Dispose();
    }
}
