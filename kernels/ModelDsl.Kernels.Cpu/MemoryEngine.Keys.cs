namespace ModelDsl.Kernels.Cpu;

// Several key axes are one to the engine. A slot pads the innermost of them where a state has none, so keys are put side by side first and their gradients apart again.
internal sealed unsafe partial class MemoryEngine
{
    private int Keys(Frame frame)
    {
        int keys = 1;
        for (int i = 0; i < _plan.KeyAxes; i++)
        {
            keys *= frame.Size(_axes[i]);
        }

        return keys;
    }

    private bool PacksKeys(Frame frame) => _plan.KeyAxes > 1 && frame.Size(_axes[_plan.KeyAxes - 1]) % Simd.Lanes != 0;

    /// <summary>Operands with a number for each key.</summary>
    private int KeyOperands => _plan.Reads.Length + _plan.Writes.Length + (_plan.KeyDecayPerKey ? 1 : 0);

    private OperandPlan KeyOperand(int index) => index < _plan.Reads.Length ? _plan.Reads[index].Key
        : index < _plan.Reads.Length + _plan.Writes.Length ? _plan.Writes[index - _plan.Reads.Length].Key
        : _plan.KeyDecay;

    /// <summary>The rows of an operand with a number for each key, or the place for its gradient.</summary>
    private MemoryRows KeyRows(Frame frame, OperandPlan operand, int index, int first, int tokens, bool gradients)
    {
        if (!PacksKeys(frame))
        {
            return Rows(frame, gradients ? operand.Gradient : operand.Slot, first);
        }

        nint padded = Simd.Pad(Keys(frame)), length = tokens * padded;
        MemoryRows packed = new(frame.Keys.Reserve(2 * KeyOperands * length) + ((index + (gradients ? KeyOperands : 0)) * length), padded);
        if (!gradients)
        {
            MemoryRows rows = Rows(frame, operand.Slot, first);
            int inner = frame.Size(_axes[_plan.KeyAxes - 1]), keys = Keys(frame);
            for (int t = 0; t < tokens; t++)
            {
                float* from = rows.Row(t), to = packed.Row(t);
                for (int key = 0; key < keys; key += inner, from += Simd.Pad(inner))
                {
                    Copy(from, to + key, inner);
                }

                Frame.Clear(to + keys, padded - keys);
            }
        }

        return packed;
    }

    private void UnpackKeyGradients(Frame frame, int first, in MemoryOperands gradients)
    {
        if (!PacksKeys(frame))
        {
            return;
        }

        int inner = frame.Size(_axes[_plan.KeyAxes - 1]);
        for (int i = 0; i < KeyOperands; i++)
        {
            MemoryRows packed = i < gradients.Reads ? gradients.Query[i] : i < gradients.Reads + gradients.Writes ? gradients.Key[i - gradients.Reads] : gradients.KeyDecay;
            MemoryRows rows = Rows(frame, KeyOperand(i).Gradient, first);
            for (int t = 0; t < gradients.Tokens; t++)
            {
                float* from = packed.Row(t), to = rows.Row(t);
                for (int key = 0; key < gradients.Keys; key += inner, to += Simd.Pad(inner))
                {
                    Copy(from + key, to, inner);
                }
            }
        }
    }
}
