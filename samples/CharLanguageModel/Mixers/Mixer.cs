using ModelDsl;
using ModelDsl.TorchSharp;
using TorchSharp;
using static TorchSharp.torch;

namespace CharLanguageModel.Mixers;

/// <summary>What mixes information along time: projections, written with torch, around a recurrence that ModelDsl compiled.</summary>
internal abstract class Mixer(string name, RecurrenceHandle recurrence) : nn.Module(name)
{
    /// <summary>The recurrence.</summary>
    public RecurrenceHandle Recurrence { get; } = recurrence;

    /// <summary>How the recurrence is run: in the mode that the kernel thinks fastest, unless a test asks for one.</summary>
    public RunOptions Options { get; set; }

    /// <summary>The mode of the latest call.</summary>
    public Mode ModeUsed { get; private set; }

    /// <summary>Is shown the inputs and the initial states of every call, if set.</summary>
    public Action<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>?>? Observer { get; set; }

    /// <summary>Mixes a sequence.</summary>
    /// <param name="input">[B, T, D].</param>
    /// <param name="state">What an earlier call returned as its state, or null to begin.</param>
    /// <returns>The output [B, T, D] and the state after the last character: one tensor per state of the recurrence.</returns>
    public abstract (Tensor Output, Tensor[] State) Mix(Tensor input, Tensor[]? state);

    /// <summary>Runs the recurrence over a sequence that continues a state.</summary>
    protected (Tensor Output, Tensor[] State) Run(Tensor[]? state, params Tensor[] inputs)
    {
        Observer?.Invoke(inputs, state);
        var result = RecurrenceFunction.Apply(Recurrence.Kernel, inputs, state, Options);
        ModeUsed = result.Mode;
        return (result.Output, [.. result.FinalStates]);
    }
}
