using System.Collections.Concurrent;

namespace ModelDsl.Kernels.Cpu;

/// <summary>The spectra that one worker of a convolution needs at once. Their memory is large, and kept between calls.</summary>
internal sealed unsafe class Spectra
{
    private static readonly ConcurrentBag<Spectra> s_idle = [];

    private readonly AlignedBuffer _memory = new();
    private nint _length;
    private int _signals, _kernels, _results;

    /// <summary>Memory for spectra of some length each.</summary>
    public static Spectra Rent(nint length, int signals, int kernels, int results)
    {
        if (!s_idle.TryTake(out Spectra? spectra))
        {
            spectra = new Spectra();
        }

        spectra._length = length;
        (spectra._signals, spectra._kernels, spectra._results) = (signals, kernels, results);
        spectra._memory.Reserve(length * (signals + (2 * kernels) + results + 1));
        return spectra;
    }

    /// <summary>Gives the memory back.</summary>
    public void Return() => s_idle.Add(this);

    public float* Sum => At(0);

    public float* Signal(int index) => At(1 + index);

    public float* Kernel(int index) => At(1 + _signals + index);

    public float* Result(int index) => At(1 + _signals + _kernels + index);

    public float* KernelGradient(int index) => At(1 + _signals + _kernels + _results + index);

    private float* At(int index) => _memory.Pointer + (index * _length);
}
