using System.Runtime.InteropServices;

namespace ModelDsl;

/// <summary>
/// Signals that are one at the first token and zero after it, or zero throughout. All channels share the few numbers that this takes, in the process's memory.
/// </summary>
/// <param name="time">Tokens.</param>
internal sealed unsafe class Impulse(int time) : IDisposable
{
    private float* _memory;

    /// <summary>One signal is an impulse (none for -1), the others are zero.</summary>
    public TensorView[] On(int signal, ConvolutionShape shape)
    {
        if (_memory is null)
        {
            // The last vector is zero: what reads whole vectors stays inside.
            _memory = (float*)NativeMemory.AllocZeroed((nuint)(time + ConvolutionShape.Slack), sizeof(float));
            _memory[0] = 1;
        }

        var impulse = new TensorView((nint)_memory, 1, 0, 1, 0);
        var zero = new TensorView((nint)(_memory + 1), 1, 0, 0, 0);
        return [.. shape.Signals.Select((_, s) => s == signal ? impulse : zero)];
    }

    public void Dispose() => NativeMemory.Free(_memory);
}
