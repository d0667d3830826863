using ModelDsl.Compiler.Graph;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Costs;

/// <summary>
/// What the kernels of a recurrence do, by walking its loop IR: operations of its nests and engines, and bytes that the fused kernels move through the device's
/// memory (tensors of the call, states, boundaries, summaries; slots and tiles stay on the chip).
/// </summary>
public sealed class CostModel
{
    private const int FloatBytes = sizeof(float);

    private readonly KernelProgram _kernel;
    private readonly SequenceSizes _sizes;
    private readonly NestCost _nests;
    private readonly IReadOnlyList<EngineCost> _engines;

    /// <summary>The costs of a recurrence for sizes.</summary>
    public CostModel(KernelProgram kernel, SequenceSizes sizes)
    {
        _kernel = kernel;
        _sizes = sizes;
        _nests = new NestCost(kernel, sizes);
        _engines = kernel.Components.Select(c => new EngineCost(kernel, c, sizes, _nests)).ToList();
    }

    /// <summary>Units of all sequences: heads, or blocks of heads where heads fill the lanes.</summary>
    private double Units => (double)_sizes.Batch * (_kernel.HeadsAsLanes ? (_sizes.Heads + _sizes.UnitHeads - 1) / _sizes.UnitHeads : _sizes.Heads);

    private double StateBytes => FloatBytes * Units * _engines.Sum(e => e.StateLength);

    // The states before each chunk, of all units.
    private double BoundaryBytes => StateBytes * _sizes.ChunkCount;

    private double InputBytes => _kernel.Program.Source.Inputs.Sum(i => TensorBytes(i.Axes, !i.SharedAcrossTime, !i.SharedAcrossHeads));

    private double OutputBytes => _kernel.Program.Source.Outputs.Sum(o => TensorBytes(o.Axes, time: true, head: true));

    /// <summary>The kernels of a forward call.</summary>
    /// <param name="schedule">How the sequence is run. The quadratic form has one chunk, whatever the sizes say.</param>
    /// <param name="forBackward">Whether the states before each chunk are kept, as a backward call needs them.</param>
    public IReadOnlyList<KernelWork> Forward(Schedule schedule, bool forBackward = false)
    {
        if (schedule == Schedule.Quadratic)
        {
            return new CostModel(_kernel, _sizes with { Chunk = _sizes.Tokens }).Forward(Schedule.Chunkwise, forBackward);
        }

        double operations = (_nests.Of(_kernel.Prologue, 1) + PerChunk(tokens => Stages(tokens) + _engines.Sum(e => e.Forward(tokens, schedule)))) * Units;
        bool isScan = schedule == Schedule.ParallelScan;
        var forward = new KernelWork(
            "Forward",
            new Work(operations, InputBytes + (isScan ? BoundaryBytes : StateBytes), OutputBytes + StateBytes + (forBackward && !isScan ? BoundaryBytes : 0)));
        return isScan ? [.. Enumerable.Range(0, _engines.Count).SelectMany(Scan), forward] : [forward];
    }

    /// <summary>The kernels of a backward call; the states before each chunk are known.</summary>
    public IReadOnlyList<KernelWork> Backward(Schedule schedule)
    {
        if (schedule == Schedule.Quadratic)
        {
            return new CostModel(_kernel, _sizes with { Chunk = _sizes.Tokens }).Backward(Schedule.Chunkwise);
        }

        bool isScan = schedule == Schedule.ParallelScan;
        double operations = (_nests.Of(_kernel.Prologue, 1) + PerChunk(tokens =>
            Stages(tokens) + AdjointStages(tokens, 0) + _engines.Sum(e => e.Forward(tokens, schedule) + e.Adjoint(tokens)))) * Units;
        var backward = new KernelWork(
            "Backward",
            new Work(
                operations,
                InputBytes + OutputBytes + BoundaryBytes + (isScan ? BoundaryBytes : StateBytes),
                InputGradientBytes(isScan) + StateBytes));
        return isScan ? [.. Enumerable.Range(0, _engines.Count).Reverse().SelectMany(ScanBack), backward] : [backward];
    }

    private IEnumerable<KernelWork> Scan(int c)
    {
        yield return Summarise(c);
        yield return new KernelWork(
            $"Advance {c}",
            new Work(Units * _sizes.ChunkCount * _engines[c].Advance, SummaryBytes(c) + StateBytesOf(c), StateBytesOf(c) * _sizes.ChunkCount));
    }

    private IEnumerable<KernelWork> ScanBack(int c)
    {
        yield return Summarise(c);

        // The gradients that later components hand down are found once more.
        double operations = Units * PerChunk(tokens =>
            Stages(tokens) + AdjointStages(tokens, c + 1) + _engines[c].AdjointOffset(tokens)
            + _engines.Skip(c + 1).Sum(e => e.Forward(tokens, Schedule.ParallelScan) + e.Adjoint(tokens)));
        yield return new KernelWork(
            $"AdjointOffsets {c}", new Work(operations, InputBytes + OutputBytes + BoundaryBytes, StateBytesOf(c) * _sizes.ChunkCount));
        yield return new KernelWork(
            $"Retreat {c}",
            new Work(Units * _sizes.ChunkCount * _engines[c].Advance, SummaryBytes(c) + StateBytesOf(c), StateBytesOf(c) * _sizes.ChunkCount));
    }

    private KernelWork Summarise(int c)
    {
        double operations = Units * (_nests.Of(_kernel.Prologue, 1) + PerChunk(tokens =>
            _kernel.Stages.Take(c + 1).Sum(s => _nests.Of(s, tokens)) + _engines.Take(c).Sum(e => e.Forward(tokens, Schedule.ParallelScan))
            + _engines[c].Summarise(tokens)));
        double earlier = Enumerable.Range(0, c).Sum(StateBytesOf) * _sizes.ChunkCount;
        return new KernelWork($"Summarise {c}", new Work(operations, InputBytes + earlier, SummaryBytes(c)));
    }

    private double Stages(int tokens) => _kernel.Stages.Sum(s => _nests.Of(s, tokens));

    private double AdjointStages(int tokens, int from) => _kernel.AdjointStages.Skip(from).Sum(s => _nests.Of(s, tokens));

    private double PerChunk(Func<int, double> operations) => _sizes.Chunks.Sum(c => c.Count * operations(c.Tokens));

    private double StateBytesOf(int c) => FloatBytes * Units * _engines[c].StateLength;

    private double SummaryBytes(int c) => FloatBytes * Units * _sizes.ChunkCount * _engines[c].SummaryLength;

    private double TensorBytes(EquatableArray<string> axes, bool time, bool head) =>
        FloatBytes * (time ? (double)_sizes.Batch * _sizes.Tokens : 1) * (head ? _sizes.Heads : 1) * _sizes.Volume(axes);

    // Gradients are written without sums across units, and those of parameters once for each task.
    private double InputGradientBytes(bool isScan) => _kernel.InputGradientSlots.Where(slot => slot >= 0).Sum(slot =>
    {
        Slot gradient = _kernel.Slots[slot];
        double heads = gradient.HasHead ? (double)_sizes.Batch * _sizes.Heads : Units;
        double rows = gradient.HasTime ? _sizes.Tokens : isScan ? _sizes.ChunkCount : 1;
        return FloatBytes * rows * heads * _sizes.Volume(gradient.Axes);
    });
}
