namespace ModelDsl;

/// <summary>
/// What <see cref="Functions.Convolve{T}(T, T)"/> and <see cref="Functions.ConvolveByFrequency(Scalar, ComplexScalar)"/> know of the other tokens of a sequence. The
/// oracle runs Step first for every lag and frequency, to learn the kernels, and then for every token.
/// </summary>
internal sealed class OracleConvolution(int tokens, int length, int[] axisSizes)
{
    [ThreadStatic]
    private static OracleConvolution? t_current;

    // For each call of a convolution in Step, in the order in which Step makes them.
    private readonly List<Term> _terms = [];
    private int _call;
    private int _pass;

    /// <summary>The convolutions of the Step that runs on this thread.</summary>
    public static OracleConvolution Current => t_current ?? throw new InvalidOperationException(
        "A convolution needs the other tokens of its sequence, and Step by itself has one: let OracleRunner (or ModeVerification) call Step.");

    /// <summary>What [SequenceLength] holds.</summary>
    public int Length => length;

    /// <summary>What [Lag] holds.</summary>
    public int Lag { get; private set; }

    /// <summary>How often Step is run before the first token.</summary>
    public int Passes => Math.Max(tokens, Frequencies);

    private int Period => SequenceLengths.Period(length);

    private int Frequencies => (Period / 2) + 1;

    private int Frequency { get; set; }

    private int Token => _pass - Passes;

    /// <summary>A part of [Delay]: [axis], or a number if <paramref name="axis"/> is -1.</summary>
    public OracleValue Delay(int axis, bool imaginary)
    {
        double Part(int tokens)
        {
            (double sin, double cos) = Math.SinCos(-2 * Math.PI * ((long)Frequency * tokens % Period) / Period);
            return imaginary ? sin : cos;
        }

        return axis < 0
            ? OracleValue.Scalar(Part(1))
            : new OracleValue([.. Enumerable.Range(1, axisSizes[axis]).Select(Part)], axisSizes[axis]);
    }

    /// <summary>Runs Step once more: first <see cref="Passes"/> times to learn the kernels, then for each token.</summary>
    public void Run(Action step)
    {
        Lag = Math.Min(_pass, Passes - 1);
        Frequency = Math.Min(_pass, Frequencies - 1);
        _call = 0;
        (OracleConvolution? outer, t_current) = (t_current, this);
        try
        {
            step();
        }
        finally
        {
            t_current = outer;
        }

        _pass++;
    }

    public OracleValue Convolve(OracleValue signal, OracleValue kernel)
    {
        Term term = Next(signal, kernel);
        if (Token < 0)
        {
            if (_pass < tokens)
            {
                term.Kernels.Add(kernel);
            }

            return signal;
        }

        return term.Next(signal);
    }

    public OracleValue ConvolveByFrequency(OracleValue signal, OracleValue re, OracleValue im)
    {
        Term term = Next(signal, re);
        if (Token < 0)
        {
            if (_pass < Frequencies)
            {
                term.Transfers.Add((re, im));
            }

            return signal;
        }

        if (term.Kernels.Count == 0)
        {
            term.Kernels.AddRange(Enumerable.Range(0, tokens).Select(lag => AtLag(term.Transfers, lag)));
        }

        return term.Next(signal);
    }

    private Term Next(OracleValue signal, OracleValue kernel)
    {
        if (!signal.AxisTypes.AsSpan().SequenceEqual(kernel.AxisTypes) || !signal.SizeArray.AsSpan().SequenceEqual(kernel.SizeArray))
        {
            throw new ArgumentException($"A signal of shape [{string.Join(", ", signal.Sizes)}] is convolved with a kernel of shape [{string.Join(", ", kernel.Sizes)}].");
        }

        if (_call == _terms.Count)
        {
            _terms.Add(new Term());
        }

        return _terms[_call++];
    }

    /// <summary>One lag of the inverse transform.</summary>
    private OracleValue AtLag(List<(OracleValue Re, OracleValue Im)> transfers, int lag)
    {
        (double Re, double Im)[] weights = [.. transfers.Select((_, f) =>
        {
            // All but the first and the last frequency stand for their conjugates too.
            double both = (f == 0 || 2 * f == Period ? 1.0 : 2.0) / Period;
            (double sin, double cos) = Math.SinCos(2 * Math.PI * ((long)f * lag % Period) / Period);
            return (both * cos, f == 0 || 2 * f == Period ? 0 : -both * sin);
        })];
        return Weighted(
            [.. transfers.Select(t => t.Re), .. transfers.Select(t => t.Im)],
            [.. weights.Select(w => w.Re), .. weights.Select(w => w.Im)]);
    }

    private static OracleValue Weighted(OracleValue[] values, double[] weights)
    {
        var data = new double[values[0].Array.Length];
        for (int v = 0; v < values.Length; v++)
        {
            for (int i = 0; i < data.Length; i++)
            {
                data[i] += weights[v] * values[v].Array[i];
            }
        }

        return Result(values[0], data, values, gradient =>
        {
            for (int v = 0; v < values.Length; v++)
            {
                if (values[v].IsTracked)
                {
                    double[] to = values[v].GradientArray;
                    for (int i = 0; i < gradient.Length; i++)
                    {
                        to[i] += weights[v] * gradient[i];
                    }
                }
            }
        });
    }

    private static OracleValue Result(OracleValue like, double[] data, OracleValue[] parents, Action<double[]> adjoint) => parents.Any(p => p.IsTracked)
        ? new OracleValue(like.AxisTypes, like.SizeArray, data, parents, adjoint)
        : new OracleValue(like.AxisTypes, like.SizeArray, data);

    /// <summary>One convolution of a Step.</summary>
    private sealed class Term
    {
        private readonly List<OracleValue> _signals = [];

        public List<OracleValue> Kernels { get; } = [];

        public List<(OracleValue Re, OracleValue Im)> Transfers { get; } = [];

        /// <summary>The convolution at the next token.</summary>
        public OracleValue Next(OracleValue signal)
        {
            _signals.Add(signal);
            int last = _signals.Count - 1;
            var data = new double[signal.Array.Length];
            for (int lag = 0; lag <= last; lag++)
            {
                AddProduct(Kernels[lag].Array, _signals[last - lag].Array, data);
            }

            return Result(signal, data, [.. _signals, .. Kernels.Take(last + 1)], gradient =>
            {
                for (int lag = 0; lag <= last; lag++)
                {
                    OracleValue kernel = Kernels[lag], delayed = _signals[last - lag];
                    if (kernel.IsTracked)
                    {
                        AddProduct(gradient, delayed.Array, kernel.GradientArray);
                    }

                    if (delayed.IsTracked)
                    {
                        AddProduct(gradient, kernel.Array, delayed.GradientArray);
                    }
                }
            });
        }

        private static void AddProduct(double[] x, double[] y, double[] sum)
        {
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += x[i] * y[i];
            }
        }
    }
}
