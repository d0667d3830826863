namespace ModelDsl;

/// <summary>
/// Gradients to which several passes add. A pass overwrites what it is given: the first one writes to the caller's tensor, later ones to
/// memory of their own, which is added in the order of the passes.
/// </summary>
/// <param name="targets">The caller's tensors; null ones are skipped.</param>
/// <param name="extents">Their sizes.</param>
internal sealed class GradientSum(TensorView[] targets, TensorExtent[] extents) : IDisposable
{
    private readonly ScratchTensors _scratch = new();
    private readonly bool[] _isWritten = new bool[targets.Length];
    private readonly TensorView[] _memory = new TensorView[targets.Length];
    private readonly bool[] _isPending = new bool[targets.Length];

    /// <summary>Of the inputs of a call.</summary>
    public static GradientSum OfInputs(RecurrenceDescription description, SequenceShape shape, TensorView[] targets) =>
        new(targets, [.. targets.Select((target, i) => TensorExtent.OfInput(description, i, shape, target.Heads))]);

    /// <summary>Of the initial states of a call.</summary>
    public static GradientSum OfStates(RecurrenceDescription description, SequenceShape shape, TensorView[] targets) =>
        new(targets, [.. targets.Select((_, i) => TensorExtent.OfState(description, i, shape))]);

    public bool IsWanted(int tensor) => !targets[tensor].IsNull;

    /// <summary>Where the next pass writes a gradient.</summary>
    public TensorView Next(int tensor)
    {
        if (targets[tensor].IsNull)
        {
            return default;
        }

        if (!_isWritten[tensor])
        {
            _isWritten[tensor] = true;
            return targets[tensor];
        }

        _isPending[tensor] = true;
        return _memory[tensor] = _memory[tensor].IsNull ? _scratch.Take(extents[tensor]) : _memory[tensor];
    }

    /// <summary>Adds what the last pass wrote.</summary>
    public void Add()
    {
        for (int i = 0; i < targets.Length; i++)
        {
            if (_isPending[i])
            {
                extents[i].Add(_memory[i], targets[i]);
                _isPending[i] = false;
            }
        }
    }

    /// <summary>Clears gradients that no pass has written.</summary>
    public void Finish()
    {
        for (int i = 0; i < targets.Length; i++)
        {
            if (!targets[i].IsNull && !_isWritten[i])
            {
                extents[i].Clear(targets[i]);
            }
        }
    }

    public void Dispose() => _scratch.Dispose();
}
