using System.Runtime.Intrinsics;
using static ModelDsl.Kernels.Cpu.Simd;

namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// What the response of a term has of a delay line (<see cref="PowerMove"/>): the coefficients of the read, one for every lag until the impulse leaves the line; a sum of such
/// where signals enter everywhere.
/// </summary>
internal sealed unsafe class DelayLineResponse
{
    private readonly PowerMove _move;
    private readonly int[] _entryChannels, _entryElements, _readChannels, _readElements;
    private readonly int _channels, _time, _length, _entryStep, _readStep;

    /// <param name="move">The line.</param>
    /// <param name="coefficients">The layout of what the response is made of.</param>
    /// <param name="read">What is read.</param>
    /// <param name="channels">Its channels.</param>
    /// <param name="time">Lags of the response.</param>
    public DelayLineResponse(PowerMove move, ConvolutionShape coefficients, TensorDescription read, int channels, int time)
    {
        (_move, _channels, _time, _length) = (move, channels, time, coefficients.Shape.AxisSizes[move.Axis]);
        (_entryChannels, _entryElements, _entryStep) = Layout(move.Entry);
        (_readChannels, _readElements, _readStep) = Layout(move.Read);

        (int[] Channels, int[] Elements, int Step) Layout(int coefficient)
        {
            IReadOnlyList<int> axes = coefficients.Signals[coefficient].Axes;
            int step = axes.Contains(move.Axis) ? axes.SkipWhile(a => a != move.Axis).Skip(1).Aggregate(1, (all, axis) => all * coefficients.Shape.AxisSizes[axis]) : 0;
            return (PowerLayout.OfChannels(coefficient, coefficients, read), ConvolutionShape.Offsets(axes, move.Summed, coefficients.Shape), step);
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
        foreach (Way way in Ways())
        {
            Vector512<float> entry = Gather((float*)numbers[_move.Entry] + way.Entry, _entryChannels, block, lanes);
            float* read = (float*)numbers[_move.Read] + way.Read, to = kernel + ((nint)way.FirstLag * _channels) + block.Channel;
            for (int lag = way.FirstLag; lag < way.EndLag; lag++, read += (nint)_move.Step * _readStep, to += _channels)
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
        foreach (Way way in Ways())
        {
            float* entry = (float*)numbers[_move.Entry] + way.Entry, entryGradient = (float*)ofNumbers[_move.Entry] + way.Entry;
            float* read = (float*)numbers[_move.Read] + way.Read, readGradient = (float*)ofNumbers[_move.Read] + way.Read, from = gradient + ((nint)way.FirstLag * _channels);
            Array.Clear(ofEntry);
            for (int lag = way.FirstLag; lag < way.EndLag; lag++, from += _channels)
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

    /// <summary>The way of an impulse along the line.</summary>
    /// <param name="Entry">Where the coefficient of its entry lies.</param>
    /// <param name="Read">Where that of the read lies at the first lag.</param>
    /// <param name="FirstLag">From when on it is read.</param>
    /// <param name="EndLag">Until when.</param>
    private readonly record struct Way(int Entry, int Read, int FirstLag, int EndLag);

    private IEnumerable<Way> Ways()
    {
        int start = Math.Max(_move.Start, 0), end = _move.Start < 0 ? _length : start + 1;
        for (; start < end; start++)
        {
            // It stands at start + step (lag - 1), on the line, and so does what the read finds, that much further.
            int least = Math.Max(-_move.Offset - start, 0), most = _length - 1 - Math.Max(_move.Offset, 0) - start;
            int firstLag = 1 + ((least + _move.Step - 1) / _move.Step), endLag = most < 0 ? firstLag : Math.Min(_time, 2 + (most / _move.Step));
            for (int element = 0; element < _readElements.Length && firstLag < endLag; element++)
            {
                int found = start + (_move.Step * (firstLag - 1)) + _move.Offset;
                yield return new Way(_entryElements[element] + (start * _entryStep), _readElements[element] + (found * _readStep), firstLag, endLag);
            }
        }
    }

    private static Vector512<float> Gather(float* from, int[] channels, ChannelBlock block, float* lanes)
    {
        for (int lane = 0; lane < block.Lanes; lane++)
        {
            lanes[lane] = from[channels[block.Channel + lane]];
        }

        return Load(lanes);
    }
}
