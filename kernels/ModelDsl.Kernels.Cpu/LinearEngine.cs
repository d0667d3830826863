using System.Runtime.Intrinsics;

namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// Runs states whose update is affine in all their elements at once, token by token. A chunk's transition is the product of its tokens' transitions: the update is
/// run on each unit direction (<see cref="Directions"/>), through all tokens of the chunk; where it does not depend on the token, through one, and the matrix is
/// raised to the chunk's power by squaring.
/// </summary>
internal sealed unsafe class LinearEngine(LinearPlan plan, int index, CpuRecurrenceKernel kernel) : SequentialEngine(plan, index, kernel)
{
    private readonly int[][] _axes = [.. plan.States.Select(state => kernel.Plan.StateAxes[state])];
    private readonly bool _headsAsLanes = kernel.Plan.HeadsAsLanes;
    private Directions? _directions;
    private int[] _sizes = [];

    public override nint TransitionLength(Frame frame)
    {
        Directions directions = DirectionsOf(frame);
        return (nint)directions.Count * Simd.Pad(directions.Length);
    }

    public override void Summarise(Frame frame, float* transition, float* offset)
    {
        Directions directions = DirectionsOf(frame);
        if (plan.IsTimeInvariant)
        {
            int tokens = frame.Tokens;
            float* token = frame.Engine.Reserve((2 * TransitionLength(frame)) + Simd.Pad(directions.Count) + Simd.Pad(directions.Length));
            frame.Tokens = 1;
            Transit(frame, directions, token);
            frame.Tokens = tokens;
            Raise(directions, token, tokens, transition, token + TransitionLength(frame));
        }
        else
        {
            Transit(frame, directions, transition);
        }

        foreach (int history in Histories)
        {
            Frame.Clear(frame.Slot(history), frame.Row(history));
        }

        Sweep(frame);
        ReadLast(frame, offset);
    }

    public override void Advance(Frame frame, float* transition, float* offset, float** states)
    {
        Directions directions = DirectionsOf(frame);
        int length = Simd.Pad(directions.Length);
        float* before = frame.Engine.Reserve((2 * length) + Simd.Pad(directions.Count));
        float* after = before + length;
        Gather(frame, directions, states, before);
        Apply(directions, transition, before, after, after + length);
        Scatter(frame, after, offset, states);
    }

    public override void Retreat(Frame frame, float* transition, float* offset, float** states)
    {
        Directions directions = DirectionsOf(frame);
        int length = Simd.Pad(directions.Length);
        float* after = frame.Engine.Reserve(2 * length);
        float* before = after + length;
        Gather(frame, directions, states, after);
        Frame.Clear(before, length);
        for (int d = 0; d < directions.Count; d++)
        {
            float* column = transition + ((nint)d * length);
            ReadOnlySpan<int> elements = directions.ElementsOf(d);
            if (directions.Places == 1)
            {
                before[elements[0]] = Dot(column, after, length);
                continue;
            }

            for (int e = 0; e < directions.Length; e++)
            {
                before[elements[directions.PlaceOf[e]]] += column[e] * after[e];
            }
        }

        Scatter(frame, before, offset, states);
    }

    private Directions DirectionsOf(Frame frame)
    {
        int[] sizes = [.. _axes.SelectMany(axes => axes).Select(frame.Size), frame.PaddedHeads];
        if (_directions is null || !sizes.AsSpan().SequenceEqual(_sizes))
        {
            _sizes = sizes;
            _directions = Directions.Of(_axes, plan.Independent, frame.Size, _headsAsLanes ? frame.PaddedHeads : 0);
        }

        return _directions;
    }

    /// <summary>What becomes of each direction through the tokens of the frame, as columns of the transition.</summary>
    private void Transit(Frame frame, Directions directions, float* transition)
    {
        int length = Simd.Pad(directions.Length);
        for (int d = 0; d < directions.Count; d++)
        {
            foreach (int history in Histories)
            {
                Frame.Clear(frame.Slot(history), frame.Row(history));
            }

            foreach (int element in directions.ElementsOf(d))
            {
                int state = Array.FindLastIndex(directions.Begins, begin => begin <= element);
                frame.Slot(Histories[state])[element - directions.Begins[state]] = 1f;
            }

            TransitionSweep(frame);
            float* column = transition + ((nint)d * length);
            Frame.Clear(column, length);
            ReadLast(frame, column);
        }
    }

    /// <summary>power = token^exponent, by squaring.</summary>
    /// <param name="directions">The directions.</param>
    /// <param name="token">A token's transition; overwritten.</param>
    /// <param name="exponent">At least 1.</param>
    /// <param name="power">Receives the result.</param>
    /// <param name="scratch">Room for a transition, and for a number for each direction and each element.</param>
    private static void Raise(Directions directions, float* token, int exponent, float* power, float* scratch)
    {
        int length = Simd.Pad(directions.Length);
        nint size = (nint)directions.Count * length;
        Frame.Clear(power, size);
        for (int d = 0; d < directions.Count; d++)
        {
            foreach (int element in directions.ElementsOf(d))
            {
                power[((nint)d * length) + element] = 1f;
            }
        }

        for (int rest = exponent; ; rest >>= 1)
        {
            if ((rest & 1) != 0)
            {
                Compose(token, power);
            }

            if (rest <= 1)
            {
                return;
            }

            Compose(token, token);
        }

        // right = left right.
        void Compose(float* left, float* right)
        {
            for (int d = 0; d < directions.Count; d++)
            {
                Apply(directions, left, right + ((nint)d * length), scratch + ((nint)d * length), scratch + size);
            }

            Copy(scratch, right, size);
        }
    }

    /// <summary>after = transition(before), for all elements of all states.</summary>
    private static void Apply(Directions directions, float* transition, float* before, float* after, float* scratch)
    {
        int length = Simd.Pad(directions.Length);
        if (directions.Places == 1)
        {
            for (int d = 0; d < directions.Count; d++)
            {
                scratch[d] = before[directions.ElementsOf(d)[0]];
            }

            MatrixProduct.Multiply(1, length, directions.Count, scratch, 0, 1, transition, length, after, length);
            return;
        }

        Frame.Clear(after, length);
        for (int d = 0; d < directions.Count; d++)
        {
            float* column = transition + ((nint)d * length);
            ReadOnlySpan<int> elements = directions.ElementsOf(d), places = directions.PlaceOf;
            for (int e = 0; e < places.Length; e++)
            {
                after[e] += column[e] * before[elements[places[e]]];
            }
        }
    }

    private static float Dot(float* left, float* right, int length)
    {
        Vector512<float> sum = Vector512<float>.Zero;
        for (int e = 0; e < length; e += Simd.Lanes)
        {
            sum = Simd.MultiplyAdd(Vector512.Load(left + e), Vector512.Load(right + e), sum);
        }

        return Simd.Sum(sum);
    }

    /// <summary>The states after the last token, one after the other.</summary>
    private void ReadLast(Frame frame, float* target)
    {
        foreach (int history in Histories)
        {
            Copy(frame.Slot(history) + (frame.Tokens * frame.Row(history)), target, frame.Row(history));
            target += frame.Row(history);
        }
    }

    private void Gather(Frame frame, Directions directions, float** states, float* target)
    {
        Frame.Clear(target, Simd.Pad(directions.Length));
        for (int i = 0; i < States.Length; i++)
        {
            Copy(states[i], target + directions.Begins[i], frame.StateLength(States[i]));
        }
    }

    private void Scatter(Frame frame, float* source, float* offset, float** states)
    {
        for (int i = 0; i < States.Length; i++)
        {
            nint length = frame.StateLength(States[i]);
            Copy(source, states[i], length);
            Add(offset, states[i], length);
            source += length;
            offset += length;
        }
    }
}
