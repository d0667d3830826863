namespace ModelDsl.Kernels.Cpu;

// Several key axes are one to the engine, and so are the keys of several states, which lie under each other. Slots pad the innermost axis where a state has no
// padding, so keys are put side by side first and their gradients apart again; states are joined for the chunk.
internal sealed unsafe partial class MemoryEngine
{
    /// <summary>The operands with a number for each key, each with a part for every state.</summary>
    private readonly OperandPlan[][] _keys;

    private bool IsJoined => States.Length > 1;

    private static OperandPlan[] Parts(OperandPlan first, OperandPlan[]? further) => [first, .. further ?? []];

    private int Keys(Frame frame) => States.Length * KeysOfState(frame);

    private int KeysOfState(Frame frame)
    {
        int keys = 1;
        for (int i = 0; i < _plan.KeyAxes; i++)
        {
            keys *= frame.Size(_axes[i]);
        }

        return keys;
    }

    private nint Row(Frame frame) => frame.StateLength(_plan.State) / KeysOfState(frame);

    private nint Length(Frame frame) => States.Length * frame.StateLength(_plan.State);

    /// <summary>Where something of each state is.</summary>
    private enum Place
    {
        /// <summary>The state in the frame.</summary>
        State,

        /// <summary>Its gradient in the frame.</summary>
        Gradient,

        /// <summary>The state before the chunk, given for each state of the recurrence.</summary>
        Start,

        /// <summary>Something given for each state of the memory.</summary>
        Carried,
    }

    private float* At(Frame frame, Place place, float** given, int i) => place switch
    {
        Place.State => frame.State(States[i]),
        Place.Gradient => frame.StateGradient(States[i]),
        Place.Start => given[States[i]],
        _ => given[i],
    };

    /// <summary>Puts something of each state under each other.</summary>
    private float* Join(Frame frame, Place place, float** given, int first, int most)
    {
        nint length = frame.StateLength(_plan.State);
        float* joined = frame.Joined.Reserve(most * length) + (first * length);
        for (int i = 0; i < States.Length; i++)
        {
            Copy(At(frame, place, given, i), joined + (i * length), length);
        }

        return joined;
    }

    private void Part(Frame frame, float* joined, Place place, float** given)
    {
        nint length = frame.StateLength(_plan.State);
        for (int i = 0; i < States.Length; i++)
        {
            Copy(joined + (i * length), At(frame, place, given, i), length);
        }
    }

    private bool PacksKeys(Frame frame) => IsJoined || (_plan.KeyAxes > 1 && frame.Size(_axes[_plan.KeyAxes - 1]) % Simd.Lanes != 0);

    /// <summary>The rows of an operand with a number for each key, or the place for its gradient.</summary>
    private MemoryRows KeyRows(Frame frame, int index, int first, int tokens, bool gradients)
    {
        if (!PacksKeys(frame))
        {
            return Rows(frame, gradients ? _keys[index][0].Gradient : _keys[index][0].Slot, first);
        }

        nint padded = Simd.Pad(Keys(frame)), length = tokens * padded;
        MemoryRows packed = new(frame.Keys.Reserve(2 * _keys.Length * length) + ((index + (gradients ? _keys.Length : 0)) * length), padded);
        if (!gradients)
        {
            Frame.Clear(packed.Data, length);
            CopyKeys(frame, packed, index, first, tokens, toPacked: true);
            TurnKeys(frame, packed, index, tokens);
        }

        return packed;
    }

    private void UnpackKeyGradients(Frame frame, int first, in MemoryOperands gradients)
    {
        for (int i = 0; i < _keys.Length && PacksKeys(frame); i++)
        {
            MemoryRows packed = KeyRows(frame, i, first, gradients.Tokens, gradients: true);
            TurnKeyGradients(frame, packed, i, gradients.Tokens);
            CopyKeys(frame, packed, i, first, gradients.Tokens, toPacked: false);
        }
    }

    /// <summary>Between slots and rows without padding. A part that is absent is zero.</summary>
    private void CopyKeys(Frame frame, MemoryRows packed, int index, int first, int tokens, bool toPacked)
    {
        int inner = frame.Size(_axes[_plan.KeyAxes - 1]), keys = KeysOfState(frame);
        for (int part = 0; part < States.Length; part++)
        {
            OperandPlan operand = _keys[index][part];
            MemoryRows rows = Rows(frame, toPacked ? operand.Slot : operand.Gradient, first);
            for (int t = 0; t < tokens && !rows.IsNull; t++)
            {
                float* row = rows.Row(t), keysOfPart = packed.Row(t) + (part * keys);
                for (int key = 0; key < keys; key += inner, row += Simd.Pad(inner))
                {
                    Copy(toPacked ? row : keysOfPart + key, toPacked ? keysOfPart + key : row, inner);
                }
            }
        }
    }
}
