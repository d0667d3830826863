using static ModelDsl.Kernels.Cpu.Simd;

namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// The response of one term (<see cref="PowerTerm"/>), for sixteen channels at a time. The lags after the first one are cut into <c>A</c> spans of <c>C</c>:
/// <code>
/// response[1 + a C + b] = sum over rows r, near[b, r] * far[a, r],   near[b] = c^T M^b,   far[a] = (M^C)^a b
/// </code>
/// with a row for every state of every element: both are short sequences, and the rest is a product of matrices.
/// </summary>
internal sealed unsafe class PowerSum
{
    /// <summary>Rows that are summed at once: two series of them stay in the second cache.</summary>
    private const int MostRows = 64;

    private readonly PowerLayout[] _groups;
    private readonly (int[] Channels, int[] Elements)?[][] _offsets;
    private readonly int[]? _first;
    private readonly int _firstCoefficient, _channels, _lags, _span, _spans, _rows;

    /// <param name="term">What is summed.</param>
    /// <param name="coefficients">The layout of what it is made of.</param>
    /// <param name="read">What is read.</param>
    /// <param name="channels">Its channels.</param>
    /// <param name="time">Lags of the response.</param>
    public PowerSum(PowerTerm term, ConvolutionShape coefficients, TensorDescription read, int channels, int time)
    {
        _groups = [.. term.Groups.Select(g => new PowerLayout(g, coefficients, read))];
        _offsets = [.. _groups.Select(g => g.Offsets())];
        _firstCoefficient = term.First;
        _first = term.First < 0 ? null : PowerLayout.OfChannels(term.First, coefficients, read);
        _channels = channels;
        _lags = time - 1;
        for (_span = LaneProduct.Tile; (long)_span * _span < _lags; _span *= 2)
        {
        }

        _spans = Tiled((_lags + _span - 1) / _span);
        _rows = Tiled(_groups.Select(g => Math.Min(g.Elements * g.Size, MostRows)).DefaultIfEmpty().Max());
    }

    /// <summary>Floats of memory that a worker needs.</summary>
    public nint Workspace => (Lanes * ((2 * (nint)(_span + _spans) * _rows) + ((nint)_span * _spans))) + SeriesLength;

    /// <summary>Floats of <see cref="Differentiate"/>'s results: for every element the gradients of its coefficients in every channel.</summary>
    public nint GradientLength => (nint)_groups.Sum(g => (long)g.Elements * g.Coefficients.Length * _channels);

    private nint SeriesLength => _groups.Select(g => PowerSeries.Length(g.Size, _span)).DefaultIfEmpty().Max();

    /// <summary>The response in some channels.</summary>
    /// <param name="numbers">The coefficients.</param>
    /// <param name="kernel">Receives the response, [time, channel].</param>
    /// <param name="block">The channels.</param>
    /// <param name="memory">The worker's memory.</param>
    public void Respond(nint[] numbers, float* kernel, ChannelBlock block, float* memory)
    {
        kernel += block.Channel;
        for (int lane = 0; lane < block.Lanes; lane++)
        {
            kernel[lane] = _first is null ? 0 : ((float*)numbers[_firstCoefficient])[_first[block.Channel + lane]];
        }

        var parts = new Parts(this, memory);
        float* lag = parts.Lags.At(0, 0), to = kernel + _channels;
        Simd.Clear(lag, (nint)_span * _spans * Lanes);
        foreach (Rows rows in AllRows())
        {
            WritePowers(numbers, rows, block, parts);
            LaneProduct.Multiply(parts.Far, parts.Near.Transposed, parts.Lags, _spans, _span, rows.Count, add: true);
        }

        for (int l = 0; l < _lags; l++, lag += Lanes, to += _channels)
        {
            StorePartial(to, Simd.Load(lag), block.Lanes);
        }
    }

    /// <summary>The adjoint, in some channels.</summary>
    /// <param name="numbers">The coefficients.</param>
    /// <param name="gradient">The gradient of the response, [time, channel].</param>
    /// <param name="results">Receives gradients, to be added to those of the coefficients by <see cref="Add"/>.</param>
    /// <param name="block">The channels.</param>
    /// <param name="memory">The worker's memory.</param>
    public void Differentiate(nint[] numbers, float* gradient, float* results, ChannelBlock block, float* memory)
    {
        var parts = new Parts(this, memory);
        float* lag = parts.Lags.At(0, 0), from = gradient + block.Channel + _channels;
        for (int l = 0; l < _span * _spans; l++, lag += Lanes, from += _channels)
        {
            Store(lag, l < _lags ? LoadPartial(from, block.Lanes) : default);
        }

        results += block.Channel;
        foreach (Rows rows in AllRows())
        {
            WritePowers(numbers, rows, block, parts);
            LaneProduct.Multiply(parts.Lags.Transposed, parts.Far, parts.NearGradient, _span, rows.Count, _spans);
            LaneProduct.Multiply(parts.Lags, parts.Near, parts.FarGradient, _spans, rows.Count, _span);
            PowerLayout group = _groups[rows.Group];
            var series = new PowerSeries(parts.Series, group.Size, _span);
            for (int element = rows.First, row = 0; element < rows.End; element++, row += group.Size)
            {
                Load(numbers, rows.Group, element, block, series);
                series.Differentiate(parts.Near.From(row), parts.Far.From(row), parts.NearGradient.From(row), parts.FarGradient.From(row), _spans);
                for (int c = 0; c < group.Coefficients.Length; c++, results += _channels)
                {
                    StorePartial(results, series.Gradients[c].Narrow(), block.Lanes);
                }
            }
        }
    }

    /// <summary>Adds the gradients of all channels to those of the coefficients.</summary>
    /// <param name="results">Those of <see cref="Differentiate"/>.</param>
    /// <param name="gradient">The gradient of the response: what is read of an impulse at its own token takes its part.</param>
    /// <param name="ofNumbers">The gradients of the coefficients.</param>
    public void Add(float* results, float* gradient, nint[] ofNumbers)
    {
        for (int channel = 0; channel < _channels && _first is not null; channel++)
        {
            ((float*)ofNumbers[_firstCoefficient])[_first[channel]] += gradient[channel];
        }

        for (int g = 0; g < _groups.Length; g++)
        {
            for (int element = 0; element < _groups[g].Elements; element++)
            {
                for (int c = 0; c < _groups[g].Coefficients.Length; c++, results += _channels)
                {
                    if (_offsets[g][c] is ({ } ofChannels, { } ofElements))
                    {
                        float* to = (float*)ofNumbers[_groups[g].Coefficients[c]] + ofElements[element];
                        for (int channel = 0; channel < _channels; channel++)
                        {
                            to[ofChannels[channel]] += results[channel];
                        }
                    }
                }
            }
        }
    }

    private static int Tiled(int count) => (count + LaneProduct.Tile - 1) / LaneProduct.Tile * LaneProduct.Tile;

    /// <summary>Elements of a group whose rows are summed at once.</summary>
    /// <param name="Group">The group.</param>
    /// <param name="First">The first element.</param>
    /// <param name="End">Where the next ones begin.</param>
    /// <param name="Count">Rows, in whole tiles.</param>
    private readonly record struct Rows(int Group, int First, int End, int Count);

    private IEnumerable<Rows> AllRows()
    {
        for (int g = 0; g < _groups.Length; g++)
        {
            int size = _groups[g].Size, elements = _groups[g].Elements, most = MostRows / size;
            for (int first = 0; first < elements; first += most)
            {
                int end = Math.Min(first + most, elements);
                yield return new Rows(g, first, end, Tiled((end - first) * size));
            }
        }
    }

    private void WritePowers(nint[] numbers, Rows rows, ChannelBlock block, Parts parts)
    {
        PowerLayout group = _groups[rows.Group];
        var series = new PowerSeries(parts.Series, group.Size, _span);
        int row = 0;
        for (int element = rows.First; element < rows.End; element++, row += group.Size)
        {
            Load(numbers, rows.Group, element, block, series);
            series.Write(parts.Near.From(row), parts.Far.From(row), _spans);
        }

        // The product takes whole tiles.
        for (; row < rows.Count; row++)
        {
            Clear(parts.Near.From(row), _span);
            Clear(parts.Far.From(row), _spans);
        }
    }

    private static void Clear(LaneMatrix column, int rows)
    {
        for (int i = 0; i < rows; i++)
        {
            Store(column.At(i, 0), default);
        }
    }

    /// <summary>The coefficients of an element in some channels, and the powers of M.</summary>
    private void Load(nint[] numbers, int group, int element, ChannelBlock block, PowerSeries series)
    {
        float* lanes = stackalloc float[Lanes];
        int[] coefficients = _groups[group].Coefficients;
        for (int c = 0; c < coefficients.Length; c++)
        {
            new Span<float>(lanes, Lanes).Clear();
            if (_offsets[group][c] is ({ } ofChannels, { } ofElements))
            {
                float* from = (float*)numbers[coefficients[c]] + ofElements[element];
                for (int lane = 0; lane < block.Lanes; lane++)
                {
                    lanes[lane] = from[ofChannels[block.Channel + lane]];
                }
            }

            series.Coefficients[c] = Wide.Of(Simd.Load(lanes));
        }

        series.Square();
    }

    /// <summary>A worker's memory.</summary>
    private readonly struct Parts
    {
        public Parts(PowerSum sum, float* memory)
        {
            Near = Take(sum._span, sum._rows);
            Far = Take(sum._spans, sum._rows);
            NearGradient = Take(sum._span, sum._rows);
            FarGradient = Take(sum._spans, sum._rows);
            Lags = Take(sum._spans, sum._span);
            Series = memory;

            LaneMatrix Take(int rows, int columns)
            {
                var matrix = new LaneMatrix((nint)memory, (nint)columns * Lanes, Lanes);
                memory += (nint)rows * columns * Lanes;
                return matrix;
            }
        }

        /// <summary>[b, row].</summary>
        public LaneMatrix Near { get; }

        /// <summary>[a, row].</summary>
        public LaneMatrix Far { get; }

        public LaneMatrix NearGradient { get; }

        public LaneMatrix FarGradient { get; }

        /// <summary>[a, b].</summary>
        public LaneMatrix Lags { get; }

        public float* Series { get; }
    }
}
