namespace ModelDsl;

/// <summary>Operations on <see cref="OracleValue"/>s that work along one axis, with their adjoints.</summary>
internal static class OracleAxes
{
    public static OracleValue Sum(OracleValue x, Type axis)
    {
        Lane lane = new(x, axis);
        double[] from = x.Array, data = new double[lane.Outer * lane.Inner];
        lane.Visit((input, output) => data[output] += from[input]);
        return lane.Reduced(x, data, gradient =>
        {
            double[] dx = x.GradientArray;
            lane.Visit((input, output) => dx[input] += gradient[output]);
        });
    }

    /// <summary>The largest value along an axis; where several are largest, each takes an equal share of the gradient.</summary>
    public static OracleValue MaxOver(OracleValue x, Type axis)
    {
        Lane lane = new(x, axis);
        double[] from = x.Array, data = new double[lane.Outer * lane.Inner];
        Array.Fill(data, double.NegativeInfinity);
        lane.Visit((input, output) => data[output] = Math.Max(data[output], from[input]));
        return lane.Reduced(x, data, gradient =>
        {
            var ties = new int[data.Length];
            lane.Visit((input, output) => ties[output] += from[input] == data[output] ? 1 : 0);
            double[] dx = x.GradientArray;
            lane.Visit((input, output) => dx[input] += from[input] == data[output] ? gradient[output] / ties[output] : 0);
        });
    }

    /// <summary>The element at a constant index of an axis, which disappears.</summary>
    public static OracleValue Element(OracleValue x, Type axis, int index)
    {
        Lane lane = new(x, axis);
        if ((uint)index >= (uint)lane.Length)
        {
            throw new ArgumentOutOfRangeException(nameof(index), index, $"Axis {axis.Name} of a {OracleShape.NameOf(x.AxisTypes)} has the indices 0 to {lane.Length - 1}.");
        }

        double[] from = x.Array, data = new double[lane.Outer * lane.Inner];
        for (int o = 0; o < lane.Outer; o++)
        {
            Array.Copy(from, ((o * lane.Length) + index) * lane.Inner, data, o * lane.Inner, lane.Inner);
        }

        return lane.Reduced(x, data, gradient =>
        {
            double[] dx = x.GradientArray;
            for (int i = 0; i < gradient.Length; i++)
            {
                dx[(((i / lane.Inner * lane.Length) + index) * lane.Inner) + (i % lane.Inner)] += gradient[i];
            }
        });
    }

    /// <summary>The same values with the axes called by other names.</summary>
    public static OracleValue Rename(OracleValue x, Type[] axes)
    {
        OracleShape.CheckNames(axes, x.SizeArray);
        if (!x.IsTracked)
        {
            return new OracleValue(axes, x.SizeArray, x.Array);
        }

        return new OracleValue(axes, x.SizeArray, x.Array, [x], gradient =>
        {
            double[] dx = x.GradientArray;
            for (int i = 0; i < gradient.Length; i++)
            {
                dx[i] += gradient[i];
            }
        });
    }

    /// <summary>y[2i] = -x[2i+1], y[2i+1] = x[2i] along an axis of even size.</summary>
    public static OracleValue QuarterTurn(OracleValue x, Type axis)
    {
        Lane lane = new(x, axis);
        if (lane.Length % 2 != 0)
        {
            throw new ArgumentException($"Axis {axis.Name} has size {lane.Length}: rotary pairs (2i, 2i+1) need an even size.");
        }

        double[] data = new double[x.Array.Length];
        AddTurned(x.Array, data, 1);
        if (!x.IsTracked)
        {
            return new OracleValue(x.AxisTypes, x.SizeArray, data);
        }

        // The adjoint of a quarter turn is the turn back.
        return new OracleValue(x.AxisTypes, x.SizeArray, data, [x], gradient => AddTurned(gradient, x.GradientArray, -1));

        void AddTurned(double[] from, double[] to, double sign)
        {
            for (int i = 0; i < from.Length; i++)
            {
                bool even = i / lane.Inner % lane.Length % 2 == 0;
                to[i] += even ? -sign * from[i + lane.Inner] : sign * from[i - lane.Inner];
            }
        }
    }

    /// <summary>y[i] = x[i - offset] along an axis, zero where that is outside.</summary>
    public static OracleValue Shift(OracleValue x, Type axis, int offset)
    {
        Lane lane = new(x, axis);
        double[] data = new double[x.Array.Length];
        AddShifted(x.Array, data, offset);
        if (!x.IsTracked)
        {
            return new OracleValue(x.AxisTypes, x.SizeArray, data);
        }

        return new OracleValue(x.AxisTypes, x.SizeArray, data, [x], gradient => AddShifted(gradient, x.GradientArray, -offset));

        void AddShifted(double[] from, double[] to, int by)
        {
            for (int i = 0; i < from.Length; i++)
            {
                int index = (i / lane.Inner % lane.Length) + by;
                if (index >= 0 && index < lane.Length)
                {
                    to[i + (by * lane.Inner)] += from[i];
                }
            }
        }
    }

    /// <summary>y[j, i] = x[(i - j) mod size] for a vector.</summary>
    public static OracleValue Circulant(OracleValue x, Type[] axes)
    {
        int size = x.SizeArray[0];
        var data = new double[size * size];
        for (int at = 0; at < data.Length; at++)
        {
            data[at] = x.Array[From(at)];
        }

        OracleShape.CheckNames(axes, [size, size]);
        if (!x.IsTracked)
        {
            return new OracleValue(axes, [size, size], data);
        }

        return new OracleValue(axes, [size, size], data, [x], gradient =>
        {
            double[] dx = x.GradientArray;
            for (int at = 0; at < gradient.Length; at++)
            {
                dx[From(at)] += gradient[at];
            }
        });

        int From(int at) => ((at % size) - (at / size) + size) % size;
    }

    /// <summary>The elements moved by one along the outermost axis, with <paramref name="x"/>, which lacks that axis, before them.</summary>
    public static OracleValue Push(OracleValue history, OracleValue x, Type axis)
    {
        OracleValue shifted = Shift(history, axis, 1);
        int inner = x.Array.Length;
        if (history.AxisTypes[0] != axis || inner * history.SizeArray[0] != history.Array.Length)
        {
            throw new ArgumentException($"What is pushed has {inner} elements, but a {OracleShape.NameOf(history.AxisTypes)} of {history.Array.Length} elements holds {history.Array.Length / history.SizeArray[0]} at each index of {axis.Name}.");
        }

        double[] data = [.. shifted.Array];
        x.Array.CopyTo(data, 0);
        if (!x.IsTracked && !history.IsTracked)
        {
            return new OracleValue(history.AxisTypes, history.SizeArray, data);
        }

        // The first index of the shifted history is zero: all of its gradient is that of what was pushed.
        return new OracleValue(history.AxisTypes, history.SizeArray, data, [shifted, x], gradient =>
        {
            if (shifted.IsTracked)
            {
                double[] dShifted = shifted.GradientArray;
                for (int i = inner; i < gradient.Length; i++)
                {
                    dShifted[i] += gradient[i];
                }
            }

            if (x.IsTracked)
            {
                double[] dx = x.GradientArray;
                for (int i = 0; i < inner; i++)
                {
                    dx[i] += gradient[i];
                }
            }
        });
    }

    /// <summary>The size of an axis.</summary>
    public static int SizeOf(OracleValue x, Type axis) => new Lane(x, axis).Length;

    /// <summary>Where the elements along one axis lie: <c>(outer * Length + index) * Inner + inner</c>.</summary>
    private readonly struct Lane
    {
        public readonly int Outer = 1, Length, Inner = 1;
        private readonly int _position;

        public Lane(OracleValue x, Type axis)
        {
            _position = Array.IndexOf(x.AxisTypes, axis);
            if (_position < 0)
            {
                throw new ArgumentException($"A {OracleShape.NameOf(x.AxisTypes)} has no axis {axis.Name}.");
            }

            int[] sizes = x.SizeArray;
            Length = sizes[_position];
            for (int i = 0; i < sizes.Length; i++)
            {
                if (i < _position)
                {
                    Outer *= sizes[i];
                }
                else if (i > _position)
                {
                    Inner *= sizes[i];
                }
            }
        }

        public void Visit(Action<int, int> element)
        {
            int input = 0;
            for (int o = 0; o < Outer; o++)
            {
                for (int l = 0; l < Length; l++)
                {
                    for (int i = 0; i < Inner; i++)
                    {
                        element(input++, (o * Inner) + i);
                    }
                }
            }
        }

        public OracleValue Reduced(OracleValue x, double[] data, Action<double[]> adjoint)
        {
            int position = _position;
            Type[] axes = [.. x.AxisTypes.Where((_, i) => i != position)];
            int[] sizes = [.. x.SizeArray.Where((_, i) => i != position)];
            return x.IsTracked ? new OracleValue(axes, sizes, data, [x], adjoint) : new OracleValue(axes, sizes, data);
        }
    }
}
