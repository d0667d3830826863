using ModelDsl.Compiler.Analysis;

namespace ModelDsl.Compiler.Costs;

/// <summary>
/// Operations of the engine of memories for one unit, term by term as it works (ModelDsl.Kernels.Cpu.MemoryChunk and its port to groups of threads). With C tokens,
/// R reads and W writes each, there are R W C (C - 1) / 2 pairs of a read and an earlier write.
/// </summary>
internal sealed class MemoryCost
{
    private readonly MemoryComponent _memory;
    private readonly double _keys;
    private readonly double _values;
    private readonly int _reads;
    private readonly int _writes;
    private readonly int _coefficients;

    public MemoryCost(MemoryComponent memory, SequenceSizes sizes)
    {
        _memory = memory;
        _keys = memory.States.Count * sizes.Volume(memory.KeyAxes);
        _values = sizes.Volume(memory.ValueAxes);
        _reads = memory.Reads.Count;
        _writes = memory.Writes.Count;
        _coefficients = memory.Writes.Sum(w => w.Feedback.Count(c => c is not null));
    }

    private double State => _keys * _values;

    /// <summary>A matrix product with every element of the state, for each row.</summary>
    private double Product(double rows) => 2 * State * rows;

    private double Pairs(int tokens) => (double)_reads * _writes * tokens * (tokens - 1) / 2;

    // Rows of earlier writes, decayed by each token.
    private double Trail(int tokens) => (double)_writes * tokens * (tokens - 1) / 2;

    private double Feedback(int tokens) => 2 * _values * tokens * _coefficients;

    /// <summary>The multipliers on every element of the state.</summary>
    private double Decays => State * ((_memory.KeyDecays.Count == 0 ? 0 : 1) + (_memory.ValueDecay is null ? 0 : 1));

    /// <summary>Token by token: every element is multiplied, and for each write and read multiplied and added.</summary>
    public double Recurrent(int tokens) => (tokens * Decays) + Product((double)tokens * (_reads + _writes)) + Feedback(tokens);

    /// <summary>A chunk as matrix products.</summary>
    public double Forward(int tokens) => Keys(tokens) + Reads(tokens, _values, 2 * State * _reads * tokens) + Product((double)tokens * _writes) + Decays;

    /// <summary>The gradients of a chunk.</summary>
    public double Adjoint(int tokens)
    {
        double keyRows = _keys * tokens * (_reads + _writes);
        double again = _memory.HasFeedback || _memory.ValueDecay is not null ? Reads(tokens, _values, 2 * State * _reads * tokens) : 0;
        double writeGradients = Reads(tokens, _values, 2 * State * _writes * tokens) + (_memory.HasFeedback ? Feedback(tokens) : 0);
        double pairing = 2 * _values * Pairs(tokens) + (_memory.ValueDecay is null ? 0 : _values * Trail(tokens));
        double keyGradients = Product((double)tokens * (_reads + _writes)) + (4 * _keys * Pairs(tokens));
        double keyDecay = _memory.KeyDecays.Count == 0 ? 0
            : _memory.KeyDecayPerKey ? (2 * State) + (_keys * ((3 * Pairs(tokens)) + (2 * Trail(tokens)))) + (3 * keyRows)
            : (2 * State) + (5 * Pairs(tokens)) + (3 * keyRows);
        double valueDecay = _memory.ValueDecay is null ? 0
            : (3 * State) + (_values * ((3 * Pairs(tokens)) + (2 * Trail(tokens)))) + (3 * _values * tokens * (_reads + _writes));
        return Keys(tokens) + again + writeGradients + pairing + keyGradients + keyDecay + valueDecay + Decays + Product((double)tokens * _reads);
    }

    /// <summary>The transition of a chunk and what it adds to a state of zero.</summary>
    public double Summarise(int tokens)
    {
        double offset = Keys(tokens) + (_memory.HasFeedback ? Reads(tokens, _values, 0) : 0) + Product((double)tokens * _writes);
        return offset + Transition(tokens);
    }

    /// <summary>What a chunk adds to the gradient of the state before it, if the gradient of the one after it is zero.</summary>
    public double AdjointOffset(int tokens) =>
        Keys(tokens) + (_memory.HasFeedback ? Reads(tokens, _values, 0) : 0) + Product((double)tokens * _reads);

    /// <summary>A transition, applied to a state, with what is added.</summary>
    public double Advance => _memory switch
    {
        { HasFeedback: false } => 2 * State,
        _ => (2 * _keys * State) + State,
    };

    /// <summary>Floats of a summary: transition and offset.</summary>
    public double SummaryLength => State + _memory switch
    {
        { HasFeedback: false } => State,
        { TransitionPerValue: false } => _keys * _keys,
        _ => _keys * State,
    };

    private double Transition(int tokens)
    {
        if (!_memory.HasFeedback)
        {
            double products = _memory.KeyDecays.Count == 0 ? 0 : _memory.KeyDecayPerKey ? _keys : 1;
            return (tokens * (products + (_memory.ValueDecay is null ? 0 : _values))) + Decays;
        }

        // What the chunk does to each basis vector: a chunk whose state is the identity and whose values are zero.
        double columns = _memory.TransitionPerValue ? _keys * _values : _keys;
        return Reads(tokens, columns, 2 * _keys * columns * _reads * tokens) + (2 * _keys * columns * _writes * tokens) + (_keys * columns);
    }

    /// <summary>What is read: from the state (given), from earlier writes of the chunk, and what feeds back into writes.</summary>
    private double Reads(int tokens, double columns, double fromState) =>
        fromState + (2 * columns * Pairs(tokens)) + (2 * columns * tokens * _coefficients)
        + (_memory.ValueDecay is null ? 0 : columns * (Trail(tokens) + (tokens * (_reads + 1))));

    /// <summary>Decayed queries and keys, and the Gram matrix.</summary>
    private double Keys(int tokens) => (2 * _keys * Pairs(tokens)) + (_memory.KeyDecays.Count == 0 ? 0
        : _memory.KeyDecayPerKey ? _keys * (Trail(tokens) + (tokens * (_reads + _writes + 2)))
        : Pairs(tokens) + Trail(tokens) + (_keys * tokens * (_reads + _writes)));
}
