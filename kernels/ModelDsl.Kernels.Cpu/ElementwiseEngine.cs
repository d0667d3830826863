namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// Runs h = a * h + b over a chunk, on rows of whole vectors, or on single numbers. Over another semiring than the numbers' the gradient goes back over a token times
/// the slope of its update, which the adjoint's stage computes: the adjoint is an ordinary scan.
/// </summary>
internal sealed unsafe class ElementwiseEngine(ElementwisePlan plan, KernelPlan kernel) : CarriedEngine([plan.State], kernel)
{
    private readonly ElementwisePlan _plan = plan;

    private int History => Histories[0];

    public override void Forward(Frame frame, Mode mode)
    {
        Enter(frame);
        Run(frame, mode, frame.Slot(History));
        Leave(frame);
    }

    public override void Backward(Frame frame, Mode mode, float** starts)
    {
        int width = (int)frame.Row(History), tokens = frame.Tokens;
        float* dHistory = frame.Slot(HistoryGradients[0]);
        float* carry = frame.StateGradient(_plan.State);
        Add(carry, dHistory + ((nint)tokens * width), width);
        (nint Multiplier, nint MultiplierRow) a = IsReal ? Multiplier(frame) : Slope(frame);
        float* da = _plan.Multiplier.Gradient < 0 ? null : frame.Slot(_plan.Multiplier.Gradient);
        float* db = _plan.Input.Slot < 0 ? null : frame.Slot(_plan.Input.Gradient);
        float* history = frame.Slot(History);
        if (width == 1)
        {
            float g = dHistory[tokens];
            for (int t = tokens - 1; t >= 0; t--)
            {
                if (db != null)
                {
                    db[t] = g;
                }

                if (da != null)
                {
                    da[t] = g * history[t];
                }

                g = dHistory[t] + (((float*)a.Multiplier)[t * a.MultiplierRow] * g);
            }

            *carry = g;
            return;
        }

        if (mode == Mode.Quadratic)
        {
            ElementwiseChunk.QuadraticAdjoint(tokens, width, (float*)a.Multiplier, a.MultiplierRow, history, dHistory, da, db, carry);
        }
        else
        {
            ElementwiseChunk.Adjoint(tokens, width, (float*)a.Multiplier, a.MultiplierRow, history, dHistory, da, db, carry);
        }
    }

    /// <summary>Every multiplier is the sum of two numbers.</summary>
    public override nint TransitionLength(Frame frame) => 2 * frame.Row(History);

    public override void Summarise(Frame frame, float* transition, float* offset)
    {
        int width = (int)frame.Row(History);
        (nint Multiplier, nint MultiplierRow) a = Multiplier(frame);
        if (IsReal)
        {
            Multiply(frame, a, transition);
        }
        else if (width == 1)
        {
            *transition = 0;
            for (int t = 0; t < frame.Tokens; t++)
            {
                *transition += ((float*)a.Multiplier)[t * a.MultiplierRow];
            }
        }
        else
        {
            ElementwiseChunk.Total(frame.Tokens, width, (float*)a.Multiplier, a.MultiplierRow, transition);
        }

        float* history = frame.Slot(History);
        new Span<float>(history, width).Fill(_plan.Semiring.Zero());
        Run(frame, Mode.Recurrent, history);
        Copy(history + ((nint)frame.Tokens * width), offset, width);
    }

    public override bool HasAdjointTransition => !IsReal;

    public override void SummariseAdjoint(Frame frame, float* transition) => Multiply(frame, Slope(frame), transition);

    public override void Advance(Frame frame, float* transition, float* offset, float** states)
    {
        int width = (int)frame.Row(History);
        float* state = states[0];
        if (IsReal)
        {
            Retreat(frame, transition, offset, states);
        }
        else if (width == 1)
        {
            *state = _plan.Semiring.MultiplyAdd(*transition, *state, *offset);
        }
        else
        {
            ElementwiseChunk.Apply(width, transition, offset, state, _plan.Semiring);
            frame.ClearPadding(History, state, 1);
        }
    }

    public override void Retreat(Frame frame, float* transition, float* offset, float** states)
    {
        float* state = states[0];
        nint width = frame.Row(History);
        if (width > 1)
        {
            ElementwiseChunk.Apply((int)width, transition, transition + width, offset, state);
            return;
        }

        *state = (float)((((double)transition[0] + transition[1]) * *state) + *offset);
    }

    private bool IsReal => _plan.Semiring == Semiring.Real;

    private (nint Data, nint Row) Slope(Frame frame) => ((nint)frame.Slot(_plan.Slope), frame.Row(_plan.Slope));

    /// <summary>The product of all rows of what multiplies, as the sum of two numbers.</summary>
    private void Multiply(Frame frame, (nint Data, nint Row) a, float* transition)
    {
        int width = (int)frame.Row(History);
        if (width > 1)
        {
            ElementwiseChunk.Total(frame.Tokens, width, (float*)a.Data, a.Row, transition, transition + width);
            return;
        }

        double product = 1;
        for (int t = 0; t < frame.Tokens; t++)
        {
            product *= ((float*)a.Data)[t * a.Row];
        }

        transition[0] = (float)product;
        transition[1] = (float)(product - transition[0]);
    }

    private void Run(Frame frame, Mode mode, float* history)
    {
        int width = (int)frame.Row(History), tokens = frame.Tokens;
        (nint Multiplier, nint MultiplierRow) a = Multiplier(frame);
        float* b = _plan.Input.Slot < 0 ? null : frame.Slot(_plan.Input.Slot);
        nint bRow = _plan.Input.Slot < 0 ? 0 : frame.Row(_plan.Input.Slot);
        if (width == 1 && IsReal)
        {
            for (int t = 0; t < tokens; t++)
            {
                history[t + 1] = (((float*)a.Multiplier)[t * a.MultiplierRow] * history[t]) + (b == null ? 0 : b[t * bRow]);
            }
        }
        else if (width == 1)
        {
            for (int t = 0; t < tokens; t++)
            {
                history[t + 1] = _plan.Semiring.MultiplyAdd(((float*)a.Multiplier)[t * a.MultiplierRow], history[t], b == null ? _plan.Semiring.Zero() : b[t * bRow]);
            }
        }
        else if (mode == Mode.Quadratic)
        {
            ElementwiseChunk.Quadratic(tokens, width, (float*)a.Multiplier, a.MultiplierRow, b, bRow, history, _plan.Semiring);
        }
        else
        {
            ElementwiseChunk.Scan(tokens, width, (float*)a.Multiplier, a.MultiplierRow, b, bRow, history, _plan.Semiring);
        }

        // Padding holds zeros, which another semiring takes for numbers: log(e^0 + e^0) is not 0.
        if (!IsReal)
        {
            frame.ClearPadding(History, history + width, tokens);
        }
    }

    /// <summary>The multiplier's rows; where there is none the state is forgotten: a row of zeros for all tokens.</summary>
    private (nint Data, nint Row) Multiplier(Frame frame)
    {
        if (_plan.Multiplier.Slot >= 0)
        {
            return ((nint)frame.Slot(_plan.Multiplier.Slot), frame.Row(_plan.Multiplier.Slot));
        }

        nint length = Math.Max(frame.Row(History), Simd.Lanes);
        float* zeros = frame.Engine.Reserve(length);
        new Span<float>(zeros, (int)length).Fill(_plan.Semiring.Zero());
        return ((nint)zeros, 0);
    }
}
