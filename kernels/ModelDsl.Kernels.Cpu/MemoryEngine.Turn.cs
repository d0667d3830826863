namespace ModelDsl.Kernels.Cpu;

// Two states that each token turns are a complex memory whose decay has a phase: S = m (cos + i sin) S + k w. With u the product of a chunk's turns so far, whose inverse is its
// conjugate, T = conj(u) S decays by m alone: T = m T + (conj(u) k) w, and a key that reads S reads T with u applied to it. So the chunk is one of a real memory with turned keys,
// and at its end the state is turned.
internal sealed unsafe partial class MemoryEngine
{
    private bool IsTurned => _plan.Turn is not null;

    /// <summary>Numbers of a turn: one for each key, or one.</summary>
    private int Turns(Frame frame) => _plan.Turn!.PerKey ? KeysOfState(frame) : 1;

    /// <summary>The turns before each token and after the last one, [tokens + 1, 2, turns]; behind them as many numbers: the gradients of their angles.</summary>
    private void PrepareTurns(Frame frame, int first, int tokens)
    {
        if (!IsTurned)
        {
            return;
        }

        int turns = Turns(frame);
        float* rows = frame.Turns.Reserve((tokens + 1) * (nint)turns * 3);
        MemoryRows cosines = Rows(frame, _plan.Turn!.Cosine.Slot, first), sines = Rows(frame, _plan.Turn.Sine.Slot, first);
        for (int k = 0; k < turns; k++)
        {
            // Thousands of turns are multiplied: in double precision.
            double re = 1, im = 0;
            nint at = InSlot(frame, k);
            for (int t = 0; t <= tokens; t++)
            {
                float* turn = rows + (t * 2 * (nint)turns) + k;
                (turn[0], turn[turns]) = ((float)re, (float)im);
                if (t < tokens)
                {
                    double c = cosines.Row(t)[at], s = sines.Row(t)[at];
                    (re, im) = ((c * re) - (s * im), (s * re) + (c * im));
                }
            }
        }

        Frame.Clear(rows + ((tokens + 1) * 2 * (nint)turns), (tokens + 1) * (nint)turns);
    }

    /// <summary>Where a number for a key is in a slot.</summary>
    private nint InSlot(Frame frame, int key)
    {
        int inner = frame.Size(_axes[_plan.KeyAxes - 1]);
        return _plan.Turn!.PerKey ? (key / inner * (nint)Simd.Pad(inner)) + (key % inner) : 0;
    }

    /// <summary>Queries are turned by what came before their token, keys of writes by what came before the next one; decays are not.</summary>
    private int TurnOf(int index, int token) => index < _plan.Reads.Length ? token : token + 1;

    private bool IsKey(int index) => index < _plan.Reads.Length + _plan.Writes.Length;

    private void TurnKeys(Frame frame, MemoryRows packed, int index, int tokens)
    {
        for (int t = 0; t < tokens && IsTurned && IsKey(index); t++)
        {
            Turn(frame, packed.Row(t), 1, TurnOf(index, t), back: true);
        }
    }

    /// <summary>From the gradients of turned keys those of the keys, and of the angle of each turn.</summary>
    private void TurnKeyGradients(Frame frame, MemoryRows packed, int index, int tokens)
    {
        if (!IsTurned || !IsKey(index))
        {
            return;
        }

        int keys = KeysOfState(frame), turns = Turns(frame);
        float* angles = frame.Turns.Pointer + ((tokens + 1) * 2 * (nint)turns);
        nint padded = Simd.Pad(Keys(frame));
        float* turned = frame.Keys.Pointer + (index * tokens * padded);
        for (int t = 0; t < tokens; t++)
        {
            float* key = turned + (t * padded), gradient = packed.Row(t), angle = angles + (TurnOf(index, t) * (nint)turns);
            for (int k = 0; k < keys; k++)
            {
                angle[turns == 1 ? 0 : k] += (gradient[k] * key[keys + k]) - (gradient[keys + k] * key[k]);
            }

            Turn(frame, gradient, 1, TurnOf(index, t), back: false);
        }
    }

    /// <summary>Turns the rows of two states (or of what is as tall) by all turns of the chunk, or back.</summary>
    private void TurnRows(Frame frame, float* matrix, nint row, int tokens, bool back = false)
    {
        if (IsTurned)
        {
            Turn(frame, matrix, row, tokens, back);
        }
    }

    private void Turn(Frame frame, float* matrix, nint row, int turn, bool back)
    {
        int keys = KeysOfState(frame), turns = Turns(frame);
        float* cosines = frame.Turns.Pointer + (turn * 2 * (nint)turns), sines = cosines + turns;
        for (int k = 0; k < keys; k++)
        {
            float c = cosines[turns == 1 ? 0 : k], s = back ? -sines[turns == 1 ? 0 : k] : sines[turns == 1 ? 0 : k];
            float* re = matrix + (k * row), im = matrix + ((keys + k) * row);
            for (nint v = 0; v < row; v++)
            {
                (re[v], im[v]) = ((c * re[v]) - (s * im[v]), (s * re[v]) + (c * im[v]));
            }
        }
    }

    /// <summary>
    /// The gradients of the turns. Where everything is turned by one more angle, the state before the chunk included, nothing changes: what the angles of later turns, and that of the state after
    /// the chunk, have to say together is what the earlier ones and the state before it say, with the other sign.
    /// </summary>
    private void GiveTurnGradients(Frame frame, int first, int tokens, float* start, float* gradient)
    {
        if (!IsTurned)
        {
            return;
        }

        int keys = KeysOfState(frame), turns = Turns(frame);
        nint row = Row(frame);
        float* angles = frame.Turns.Pointer + ((tokens + 1) * 2 * (nint)turns);
        MemoryRows cosines = Rows(frame, _plan.Turn!.Cosine.Slot, first), sines = Rows(frame, _plan.Turn.Sine.Slot, first);
        MemoryRows cosineGradients = Rows(frame, _plan.Turn.Cosine.Gradient, first), sineGradients = Rows(frame, _plan.Turn.Sine.Gradient, first);
        for (int turn = 0; turn < turns; turn++)
        {
            double sum = 0;
            for (int k = turn; k < (turns == 1 ? keys : turn + 1); k++)
            {
                float* re = start + (k * row), im = start + ((keys + k) * row), dRe = gradient + (k * row), dIm = gradient + ((keys + k) * row);
                for (nint v = 0; v < row; v++)
                {
                    sum += ((double)dRe[v] * im[v]) - ((double)dIm[v] * re[v]);
                }
            }

            nint at = InSlot(frame, turn);
            for (int t = 0; t < tokens; t++)
            {
                sum += angles[(t * (nint)turns) + turn];
                cosineGradients.Row(t)[at] = (float)(sum * sines.Row(t)[at]);
                sineGradients.Row(t)[at] = (float)(-sum * cosines.Row(t)[at]);
            }
        }
    }
}
