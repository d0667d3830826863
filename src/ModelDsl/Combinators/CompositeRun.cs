namespace ModelDsl;

/// <summary>One call of a composition: what passes between its parts, and the tapes of the parts if a gradient is wanted.</summary>
internal sealed class CompositeRun : IDisposable
{
    private readonly Composition _composition;
    private readonly SequenceShape _shape;
    private readonly RunOptions _options;
    private readonly ScratchTensors _kept = new();
    private readonly RecurrenceTape[]? _tapes;
    private readonly TensorView[] _signals;
    private readonly TensorView[] _states;

    public CompositeRun(Composition composition, SequenceShape shape, TensorView[] inputs, TensorView[] initialStates, RunOptions options, bool withTapes)
    {
        _composition = composition;
        _shape = shape;
        _options = options;
        _tapes = withTapes ? [.. composition.Parts.Select(_ => new RecurrenceTape())] : null;
        _signals = [.. composition.Signals.Select(s => s.IsInternal ? _kept.Take(s.Extent(shape, shape.Heads)) : default)];
        _states = [.. composition.States.Select(s => s is { Initial: < 0, Final: < 0 } ? _kept.Take(TensorExtent.OfState(s.Description, shape)) : default)];
        SetInputs(inputs, initialStates);
    }

    /// <summary>Whether a forward call of these arguments left what this call holds.</summary>
    public bool Fits(Composition composition, SequenceShape shape, RunOptions options) =>
        composition == _composition
        && (shape with { AxisSizes = _shape.AxisSizes }) == _shape
        && shape.AxisSizes.AsSpan().SequenceEqual(_shape.AxisSizes)
        && options == _options;

    public void Forward(TensorView[] outputs, TensorView[] finalStates)
    {
        using var scratch = new ScratchTensors();
        TensorView[] signals = [.. _signals];
        TensorView[] states = [.. _states];
        var written = new bool[signals.Length];
        for (int i = 0; i < signals.Length; i++)
        {
            signals[i] = _composition.Signals[i].Output is >= 0 and var output ? outputs[output] : signals[i];
        }

        for (int i = 0; i < states.Length; i++)
        {
            states[i] = _composition.States[i].Final is >= 0 and var final ? finalStates[final] : states[i];
        }

        for (int p = 0; p < _composition.Parts.Count; p++)
        {
            KernelPart part = _composition.Parts[p];
            TensorView[] results = [.. part.Outputs.Select(signal => signal < 0 || signals[signal].IsNull
                ? default
                : written[signal] ? scratch.Take(Extent(signal, _shape.Heads)) : signals[signal])];
            part.Kernel.Forward(
                part.Shape(_shape),
                Tokens(part, part.Inputs.Select(signal => signals[signal])),
                Rows(part, part.InitialStates.Select(value => states[value])),
                Tokens(part, results),
                Rows(part, part.FinalStates.Select(value => states[value])),
                _options,
                _tapes?[p]);
            for (int i = 0; i < results.Length; i++)
            {
                int signal = part.Outputs[i];
                if (results[i].IsNull)
                {
                    continue;
                }

                if (written[signal])
                {
                    Extent(signal, _shape.Heads).Add(results[i], signals[signal]);
                }

                written[signal] = true;
            }
        }
    }

    public void Backward(
        TensorView[] inputs,
        TensorView[] initialStates,
        TensorView[] outputGradients,
        TensorView[] finalStateGradients,
        TensorView[] inputGradients,
        TensorView[] initialStateGradients)
    {
        SetInputs(inputs, initialStates);
        using var scratch = new ScratchTensors();

        // What passes between parts has its gradients here.
        TensorView[] signals = [.. _composition.Signals.Select((s, i) =>
            s.Output >= 0 ? outputGradients[s.Output] : s.IsInternal ? scratch.Take(Extent(i, _shape.Heads)) : inputGradients[i])];
        TensorView[] states = [.. _composition.States.Select(s =>
            s.Final >= 0 ? finalStateGradients[s.Final] : s.Initial >= 0 ? initialStateGradients[s.Initial] : scratch.Take(TensorExtent.OfState(s.Description, _shape)))];
        var written = new bool[signals.Length];
        for (int p = _composition.Parts.Count - 1; p >= 0; p--)
        {
            KernelPart part = _composition.Parts[p];
            TensorView[] results = [.. part.Inputs.Select((signal, i) => GradientOf(part, i, signals[signal], written[signal], scratch))];
            part.Kernel.Backward(
                part.Shape(_shape),
                Tokens(part, part.Inputs.Select(signal => _signals[signal])),
                Rows(part, part.InitialStates.Select(value => _states[value])),
                Tokens(part, part.Outputs.Select(signal => signal < 0 ? default : signals[signal])),
                Rows(part, part.FinalStates.Select(value => states[value])),
                Tokens(part, results),
                Rows(part, part.InitialStates.Select(value => states[value])),
                _options,
                _tapes![p]);
            for (int i = 0; i < results.Length; i++)
            {
                int signal = part.Inputs[i];
                if (!results[i].IsNull && written[signal])
                {
                    Extent(signal, results[i].Heads).Add(results[i], signals[signal]);
                }

                written[signal] = true;
            }
        }
    }

    public void Dispose()
    {
        _kept.Dispose();
        foreach (RecurrenceTape tape in _tapes ?? [])
        {
            tape.Dispose();
        }
    }

    private void SetInputs(TensorView[] inputs, TensorView[] initialStates)
    {
        inputs.CopyTo(_signals, 0);
        for (int i = 0; i < _states.Length; i++)
        {
            if (_composition.States[i].Initial is >= 0 and var state)
            {
                _states[i] = initialStates[state];
            }
        }
    }

    /// <summary>Where a part writes the gradient of an input: where it belongs if it is the first to do so, else beside it, to be added.</summary>
    private TensorView GradientOf(KernelPart part, int input, TensorView target, bool isWritten, ScratchTensors scratch)
    {
        if (target.IsNull)
        {
            return default;
        }

        TensorExtent extent = Extent(part.Inputs[input], target.Heads);
        TensorView view = isWritten ? scratch.Take(extent) : target;
        if (part.Direction.Tokens is not null)
        {
            // It writes those of its tokens only.
            extent.Clear(view);
        }

        return view;
    }

    private TensorExtent Extent(int signal, int heads) => _composition.Signals[signal].Extent(_shape, heads);

    private TensorView[] Tokens(KernelPart part, IEnumerable<TensorView> views) => [.. views.Select(view => part.Tokens(view, _shape))];

    private TensorView[] Rows(KernelPart part, IEnumerable<TensorView> views) => [.. views.Select(view => part.Rows(view, _shape))];
}
