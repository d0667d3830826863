using System.Runtime.Intrinsics;
using static ModelDsl.Kernels.Cpu.Simd;

namespace ModelDsl.Kernels.Cpu;

/// <summary>What the response of a term has of a delay line (<see cref="PowerMove"/>): the coefficients of the read, one for every lag until the impulse leaves the line.</summary>
internal sealed unsafe class DelayLineResponse
{
    private readonly PowerMove _move;
    private readonly int[] _entryChannels, _entryElements, _readChannels, _readElements;
    private readonly int _channels, _readStep, _firstLag, _endLag;

    /// <param name="move">The line.</param>
    /// <param name="coefficients">The layout of what the response is made of.</param>
    /// <param name="read">What is read.</param>
    /// <param name="channels">Its channels.</param>
    /// <param name="time">Lags of the response.</param>
    public DelayLineResponse(PowerMove move, ConvolutionShape coefficients, TensorDescription read, int channels, int time)
    {
        _move = move;
        _channels = channels;
        IReadOnlyList<int> entryAxes = coefficients.Signals[move.Entry].Axes, readAxes = coefficients.Signals[move.Read].Axes;
        _entryChannels = PowerLayout.OfChannels(move.Entry, coefficients, read);
        _readChannels = PowerLayout.OfChannels(move.Read, coefficients, read);
        _entryElements = ConvolutionShape.Offsets(entryAxes, move.Summed, coefficients.Shape);
        _readElements = ConvolutionShape.Offsets(readAxes, move.Summed, coefficients.Shape);
        int[] places = ConvolutionShape.Offsets(readAxes, [move.Axis], coefficients.Shape);
        _readStep = places.Length > 1 ? places[1] : 0;
        int length = places.Length;
        bool IsOnLine(int lag) => Place(lag) < length && Place(lag) + move.Offset is var found && found >= 0 && found < length;
        for (_firstLag = 1; _firstLag < time && Place(_firstLag) < length && !IsOnLine(_firstLag); _firstLag++)
        {
        }

        for (_endLag = _firstLag; _endLag < time && IsOnLine(_endLag); _endLag++)
        {
        }
    }

    /// <summary>Adds to the response in some channels.</summary>
    /// <param name="numbers">The coefficients.</param>
    /// <param name="kernel">The response, [time, channel].</param>
    /// <param name="block">The channels.</param>
    public void Respond(nint[] numbers, float* kernel, ChannelBlock block)
    {
        float* lanes = stackalloc float[Lanes];
        new Span<float>(lanes, Lanes).Clear();
        for (int element = 0; element < _readElements.Length; element++)
        {
            var entry = Gather((float*)numbers[_move.Entry] + _entryElements[element], _entryChannels, block, lanes);
            float* read = Read(numbers, element), to = kernel + ((nint)_firstLag * _channels) + block.Channel;
            for (int lag = _firstLag; lag < _endLag; lag++, read += (nint)_move.Step * _readStep, to += _channels)
            {
                StorePartial(to, LoadPartial(to, block.Lanes) + (Gather(read, _readChannels, block, lanes) * entry), block.Lanes);
            }
        }
    }

    /// <summary>Adds to the gradients of the coefficients, channel after channel.</summary>
    /// <param name="numbers">The coefficients.</param>
    /// <param name="gradient">The gradient of the response, [time, channel].</param>
    /// <param name="ofNumbers">The gradients of the coefficients.</param>
    public void Differentiate(nint[] numbers, float* gradient, nint[] ofNumbers)
    {
        double[] ofEntry = new double[_channels];
        for (int element = 0; element < _readElements.Length; element++)
        {
            float* entry = (float*)numbers[_move.Entry] + _entryElements[element], entryGradient = (float*)ofNumbers[_move.Entry] + _entryElements[element];
            float* read = Read(numbers, element), readGradient = Read(ofNumbers, element), from = gradient + ((nint)_firstLag * _channels);
            Array.Clear(ofEntry);
            for (int lag = _firstLag; lag < _endLag; lag++, from += _channels)
            {
                for (int channel = 0; channel < _channels; channel++)
                {
                    ofEntry[channel] += (double)from[channel] * read[_readChannels[channel]];
                    readGradient[_readChannels[channel]] += from[channel] * entry[_entryChannels[channel]];
                }

                read += (nint)_move.Step * _readStep;
                readGradient += (nint)_move.Step * _readStep;
            }

            for (int channel = 0; channel < _channels; channel++)
            {
                entryGradient[_entryChannels[channel]] += (float)ofEntry[channel];
            }
        }
    }

    /// <summary>Where an impulse stands after some tokens.</summary>
    private int Place(int lag) => _move.Start + (_move.Step * (lag - 1));

    /// <summary>What an element's read multiplies at the first lag.</summary>
    private float* Read(nint[] numbers, int element) => (float*)numbers[_move.Read] + _readElements[element] + ((nint)(Place(_firstLag) + _move.Offset) * _readStep);

    private static Vector512<float> Gather(float* from, int[] channels, ChannelBlock block, float* lanes)
    {
        for (int lane = 0; lane < block.Lanes; lane++)
        {
            lanes[lane] = from[channels[block.Channel + lane]];
        }

        return Load(lanes);
    }
}
