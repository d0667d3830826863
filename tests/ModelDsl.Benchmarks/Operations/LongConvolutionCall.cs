using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ModelDsl.Kernels.Cpu;
using static TorchSharp.torch;

namespace ModelDsl.Benchmarks.Operations;

/// <summary>Every channel convolved with a kernel of its own, as long as the sequence: by our Fourier transforms, over memory of torch tensors.</summary>
internal sealed unsafe class LongConvolutionCall
{
    private readonly LongConvolution _convolution;
    private readonly ChannelSequences[] _x, _k, _y, _dx, _dk, _dy;

    /// <param name="batch">Sequences.</param>
    /// <param name="time">Tokens of a sequence.</param>
    /// <param name="channels">Channels.</param>
    public LongConvolutionCall(int batch, int time, int channels)
    {
        (Batch, Time, Channels) = (batch, time, channels);
        Signals = RandomInputs.Normal([batch, time, channels]);
        Kernels = RandomInputs.Normal([time, channels]) * exp(arange(time).to(ScalarType.Float32) * (-4f / time)).unsqueeze(1);
        OutputGradient = RandomInputs.Normal([batch, time, channels]);
        Output = empty(batch, time, channels);
        SignalGradient = empty(batch, time, channels);
        KernelGradient = empty(time, channels);
        _convolution = new LongConvolution(time, new ConvolutionTerm(0, 0, 0));
        (_x, _y, _dx, _dy) = ([Sequences(Signals)], [Sequences(Output)], [Sequences(SignalGradient)], [Sequences(OutputGradient)]);
        (_k, _dk) = ([Sequences(Kernels)], [Sequences(KernelGradient)]);
    }

    public int Batch { get; }

    public int Time { get; }

    public int Channels { get; }

    /// <summary>[B, T, C].</summary>
    public Tensor Signals { get; }

    /// <summary>[T, C].</summary>
    public Tensor Kernels { get; }

    public Tensor OutputGradient { get; }

    public Tensor Output { get; }

    public Tensor SignalGradient { get; }

    public Tensor KernelGradient { get; }

    public void Forward() => _convolution.Forward(Batch, Channels, _x, _k, _y, threads: 1);

    public void ForwardBackward()
    {
        Forward();
        _convolution.Backward(Batch, Channels, _x, _k, _dy, _dx, _dk, threads: 1);
    }

    private ChannelSequences Sequences(Tensor tensor) => new(
        (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes)), Time, Channels, tensor.dim() == 3 ? (nint)Time * Channels : 0);
}
