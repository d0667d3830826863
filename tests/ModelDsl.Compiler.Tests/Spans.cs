namespace ModelDsl.Compiler.Tests;

/// <summary>
/// Spans of one random sequence, and the affine maps of a parallel scan over them. The rows of a packed run are the same span from each unit state in turn, and
/// last from zero, so that one run gives a whole map.
/// </summary>
internal sealed class Spans
{
    private readonly IRecurrenceKernel _kernel;
    private readonly RecurrenceDescription _description;
    private readonly SequenceShape _shape;
    private readonly SequenceTensor[] _inputs;
    private readonly RunOptions _options;
    private readonly int _size;

    public Spans(IRecurrenceKernel kernel, int time, int chunkSize, int seed)
    {
        _kernel = kernel;
        _description = kernel.Description;
        _shape = new(1, time, 1, [.. _description.Axes.Select((axis, a) => axis.FixedSize ?? 2 + ((axis.EqualTo ?? a) % 3))]);
        _inputs = Sequences.Random(_description, _shape, seed, 0.9f);
        foreach (SequenceTensor input in _inputs.Where((_, n) => _description.Inputs[n].Domain == Domain.LogDecay))
        {
            for (int j = 0; j < input.Data.Length; j++)
            {
                input.Data[j] = -3 * Math.Abs(input.Data[j]);
            }
        }

        _options = new(Mode.ParallelScan, ChunkSize: chunkSize);
        _size = _description.States.Select((_, s) => _description.StateShape(s, _shape).Aggregate(1, (a, b) => a * b)).Sum();
    }

    /// <summary>What the tokens from one on do to a state.</summary>
    public AffineMap Map(int first, int tokens)
    {
        double[][] rows = Rows(Run(first, tokens).FinalState);
        var matrix = new double[_size, _size];
        for (int to = 0; to < _size; to++)
        {
            for (int from = 0; from < _size; from++)
            {
                matrix[to, from] = rows[from][to] - rows[_size][to];
            }
        }

        return new(matrix, rows[_size]);
    }

    /// <summary>How far the matrix that a gradient goes back through is from the transpose of a map of the whole sequence.</summary>
    public double TransposedDistance(AffineMap all)
    {
        int time = _shape.Time;
        SequenceTensor[] inputs = Packed(0, time);
        RecurrenceGradients gradients = RecurrenceRunner.Gradient(
            _kernel, inputs, Units(), new SequenceTensor?[_description.Outputs.Count], Units(), _options, Offsets(time));
        double[][] rows = Rows(gradients.InitialState);
        double worst = 0, largest = 1;
        for (int to = 0; to < _size; to++)
        {
            for (int from = 0; from < _size; from++)
            {
                worst = Math.Max(worst, Math.Abs(rows[to][from] - all.Matrix[to, from]));
                largest = Math.Max(largest, Math.Abs(all.Matrix[to, from]));
            }
        }

        return worst / largest;
    }

    private RecurrenceResult Run(int first, int tokens)
    {
        // A run has at least one token: where the span has none, the last row gets a token that is not looked at.
        int[] lengths = [.. Enumerable.Repeat(tokens, _size + 1), tokens == 0 ? 1 : 0];
        SequenceTensor[] inputs = tokens == 0 ? Packed(0, 1, repeat: 1) : Packed(first, tokens);
        return RecurrenceRunner.Run(_kernel, inputs, Units(extra: 1), _options, SequenceOffsets.OfLengths(lengths));
    }

    private SequenceOffsets Offsets(int tokens) => SequenceOffsets.OfLengths([.. Enumerable.Repeat(tokens, _size + 1)]);

    /// <summary>The tokens of a span, once for each row.</summary>
    private SequenceTensor[] Packed(int first, int tokens, int? repeat = null) =>
    [
        .. _inputs.Select((tensor, i) =>
        {
            if (_description.Inputs[i].Shared.HasFlag(Across.Time))
            {
                return tensor;
            }

            int token = tensor.Data.Length / _shape.Time, count = repeat ?? _size + 1;
            float[] span = tensor.Data[(first * token)..((first + tokens) * token)];
            return new SequenceTensor([.. Enumerable.Repeat(span, count).SelectMany(x => x)], [1, count * tokens, .. tensor.Shape.Skip(2)]);
        }),
    ];

    /// <summary>Every unit state, then zero, as rows.</summary>
    private RecurrentState Units(int extra = 0)
    {
        List<SequenceTensor> tensors = [];
        int begin = 0;
        for (int s = 0; s < _description.States.Count; s++)
        {
            int[] shape = _description.StateShape(s, _shape);
            int length = shape.Aggregate(1, (a, b) => a * b);
            SequenceTensor tensor = SequenceTensor.Zeros([_size + 1 + extra, .. shape[1..]]);
            for (int e = 0; e < length; e++)
            {
                tensor.Data[((begin + e) * length) + e] = 1;
            }

            tensors.Add(tensor);
            begin += length;
        }

        return new(_description, tensors);
    }

    /// <summary>The states of each row, one after another.</summary>
    private double[][] Rows(RecurrentState state) =>
    [
        .. Enumerable.Range(0, _size + 1).Select(row => state.Tensors.SelectMany(t =>
        {
            int length = t.Data.Length / t.Shape[0];
            return t.Data.Skip(row * length).Take(length).Select(x => (double)x);
        }).ToArray()),
    ];
}
