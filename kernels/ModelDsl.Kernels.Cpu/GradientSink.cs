namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// Collects gradients of inputs. Where several units, chunks or sequences add to the same elements (inputs shared across heads or time,
/// grouped heads), each leaves its part, and the parts are added in a fixed order: the bits do not depend on the threads.
/// </summary>
internal sealed unsafe class GradientSink : IDisposable
{
    private readonly Call _call;
    private readonly KernelPlan _plan;
    private readonly int[][] _inputAxes;
    private readonly bool _perChunk;
    private readonly AlignedBuffer[] _parts;
    private readonly nint[] _rows;

    /// <param name="call">The call.</param>
    /// <param name="plan">The kernel's slots.</param>
    /// <param name="inputAxes">The named axes of each input.</param>
    /// <param name="frame">A frame that is laid out.</param>
    /// <param name="perChunk">Whether each chunk leaves a part of what does not depend on time, or each line.</param>
    public GradientSink(Call call, KernelPlan plan, int[][] inputAxes, Frame frame, bool perChunk)
    {
        _call = call;
        _plan = plan;
        _inputAxes = inputAxes;
        _perChunk = perChunk;
        _parts = new AlignedBuffer[inputAxes.Length];
        _rows = new nint[inputAxes.Length];
        for (int i = 0; i < inputAxes.Length; i++)
        {
            _parts[i] = new AlignedBuffer();
            int id = plan.InputGradients[i];
            if (id < 0 || call.InputGradients[i].IsNull || IsDirect(i))
            {
                continue;
            }

            _rows[i] = frame.OwnRow(id);
            nint rows = plan.Slots[id].HasTime ? call.Rows : perChunk ? call.Chunks : call.Lines;
            _parts[i].Reserve((rows * _rows[i]) + Simd.Lanes);
        }
    }

    public void Store(Frame frame, int input, int id, int line, int chunk)
    {
        (Segment segment, Unit unit) = _call.Line(line);
        if (IsDirect(input))
        {
            FrameCopy.Write(
                frame, _plan, id, _inputAxes[input], _call.InputGradients[input], _call.Shape.Heads, segment, segment.Time(chunk), segment.Tokens(chunk), unit, frame.Slot(id));
            return;
        }

        float* part = _parts[input].Pointer + ((_call.FirstToken(line) + (segment.Grid.StartOf(chunk) * segment.Sequences)) * _rows[input]);
        Engine.Copy(frame.Slot(id), part, frame.Tokens * _rows[input]);
    }

    public void StoreParameter(Frame frame, int input, int id, int line, int chunk)
    {
        float* target = _parts[input].Pointer + ((_perChunk ? _call.ChunkIndex(line, chunk) : line) * _rows[input]);
        Buffer.MemoryCopy(frame.Slot(id), target, _rows[input] * sizeof(float), _rows[input] * sizeof(float));
    }

    /// <summary>Adds the parts, in order, and clears the gradients of inputs that have none.</summary>
    public void Finish(Frame frame)
    {
        for (int i = 0; i < _inputAxes.Length; i++)
        {
            TensorView view = _call.InputGradients[i];
            int id = _plan.InputGradients[i];
            if (view.IsNull || (id >= 0 && IsDirect(i)))
            {
                continue;
            }

            // Where every unit has elements of its own, those of the first sequence need nothing to be added to.
            bool begins = id >= 0 && !_plan.Slots[id].HasTime && !_perChunk && (view.Heads == _call.Shape.Heads || !_plan.Slots[id].HasHead);
            if (!begins)
            {
                Clear(frame, i, view);
            }

            for (int line = 0; id >= 0 && line < _call.Lines; line++)
            {
                (Segment segment, Unit unit) = _call.Line(line);
                if (_plan.Slots[id].HasTime)
                {
                    if (segment.Length > 0)
                    {
                        FrameCopy.Write(
                            frame, _plan, id, _inputAxes[i], view, _call.Shape.Heads, segment, segment.Start, segment.Length, unit,
                            _parts[i].Pointer + (_call.FirstToken(line) * _rows[i]), add: true);
                    }

                    continue;
                }

                int first = _perChunk ? _call.ChunkIndex(line, 0) : line;
                for (int part = first; part < first + (_perChunk ? segment.Chunks : 1); part++)
                {
                    bool isFirst = line < (_plan.Slots[id].HasHead ? _call.Units.Count : 1);
                    FrameCopy.Write(
                        frame, _plan, id, _inputAxes[i], view, _call.Shape.Heads, segment, 0, 0, unit, _parts[i].Pointer + (part * _rows[i]), add: !(begins && isFirst));
                }
            }
        }
    }

    public void Dispose()
    {
        foreach (AlignedBuffer part in _parts)
        {
            part.Dispose();
        }
    }

    /// <summary>Whether every unit has elements of its own: they are then written where they belong at once.</summary>
    private bool IsDirect(int input)
    {
        SlotPlan slot = _plan.Slots[_plan.InputGradients[input]];
        return slot.HasTime && slot.HasHead && _call.InputGradients[input].Heads == _call.Shape.Heads;
    }

    private void Clear(Frame frame, int input, in TensorView view)
    {
        bool hasTime = _plan.Slots[input].HasTime;
        int[] axes = _inputAxes[input];
        Span<TensorCopy.Axis> all = stackalloc TensorCopy.Axis[6];
        int count = 0;
        if (hasTime)
        {
            all[count++] = new(_call.Shape.Batch, view.BatchStride, 0);
            all[count++] = new(_call.Shape.Time, view.TimeStride, 0);
        }

        all[count++] = new(Math.Max(view.Heads, 1), view.HeadStride, 0);
        for (int a = 0; a < axes.Length; a++)
        {
            all[count++] = new(frame.Size(axes[a]), view.AxisStride(a), 0);
        }

        float zero = 0;
        TensorCopy.Write(view.Pointer, &zero, all[..count]);
    }
}
