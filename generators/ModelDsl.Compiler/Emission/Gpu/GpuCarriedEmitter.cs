using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission.Gpu;

/// <summary>
/// Writes the engine of states that are carried element by element, for one state or several: h_i = sum_j multiplier_ij * h_j + input_i, or over another semiring. A thread keeps its
/// elements in registers through a chunk. Multipliers and inputs are computed where they are used and reach the frame only if a gradient will ask for them, unless something
/// else wants them; so is what reaches the states' gradients from outside.
/// </summary>
internal sealed class GpuCarriedEmitter : GpuComponentEmitter
{
    private readonly CarriedOperands _carried;
    private readonly (Stage Remaining, IReadOnlyList<NestItem> Operands)? _fused;
    private readonly (Stage Remaining, IReadOnlyList<NestItem?> Previous, IReadOnlyList<NestItem?> Next, NestItem? Slope)? _fusedAdjoint;
    private readonly ReadoutFusion _readout;
    private readonly GpuElementLoops _loops;

    public GpuCarriedEmitter(KernelProgram kernel, GpuNames names, GpuLayoutEmitter layout, int index)
        : base(kernel, names, layout, index)
    {
        _carried = CarriedOperands.Of(Lowered.Component) ?? throw new ArgumentException("Neither elementwise nor coupled.", nameof(index));
        _fused = ScanFusion.Operands(kernel, names, Lowered, kernel.Stages[index]);
        _fusedAdjoint = ScanFusion.StateGradients(kernel, names, Lowered, kernel.AdjointStages[index + 1]);
        _readout = _fused is null ? new ReadoutFusion([], StatesAreWanted: true) : ReadoutFusion.Of(kernel, names, index);
        _loops = new GpuElementLoops(kernel, names, States[0]);
    }

    public override Stage Stage => _fused?.Remaining ?? base.Stage;

    public override Stage AdjointStage => _fusedAdjoint?.Remaining ?? base.AdjointStage;

    public override IReadOnlyList<NestItem> Sums => _readout.Sums;

    public override bool Keeps => _fused is not null;

    public override IReadOnlyCollection<int> AbsentSlots =>
    [
        .. _fused is null ? [] : Lowered.Operands.Where((slot, index) => !IsKept(index, slot)),
        .. _fusedAdjoint is null ? [] : States.SelectMany(s => new[] { Slot(SlotKind.PreviousGradient, s).Id, Slot(SlotKind.NextGradient, s).Id }),
        .. _fusedAdjoint?.Slope is { } slope && !IsSlopeKept ? [slope.Slot] : Array.Empty<int>(),
    ];

    public override string TransitionLength => Count == 1 ? Layout.StateLength(States[0]) : $"{Int(Count * Count)} * {Layout.StateLength(States[0])}";

    private int Count => States.Count;

    public override void WriteForward(SourceWriter writer)
    {
        PointEmitter point = Point();
        WriteEquations(writer, point);
        foreach (NestItem sum in Sums)
        {
            point.Announce(sum);
        }

        string[] values = Operands(point, keeps: true);
        string[] carried = Declare(point, StateName, i => _loops.Load(point, Slot(SlotKind.Previous, States[i]), TileAt(i)));
        for (int i = 0; i < Count; i++)
        {
            _loops.Before(point).Add(_loops.Store(point, Slot(SlotKind.Previous, States[i]), carried[i], withTime: false));
        }

        Update(point, carried, values, withInput: true);
        string whether = _readout.StatesAreWanted ? "" : "if (keep || !addsUp) ";
        for (int i = 0; i < Count; i++)
        {
            _loops.Inside(point).Add(whether + _loops.Store(point, Slot(SlotKind.Next, States[i]), carried[i]));
        }

        WriteSums(writer, point, carried);
        _loops.Write(writer, point, backwards: false, carried.Select((c, i) => _loops.Store(point, Slot(SlotKind.Previous, States[i]), c, TileAt(i))));
    }

    /// <summary>Where a thread goes through all elements of its heads' states, it adds up what the outputs need of them.</summary>
    private void WriteSums(SourceWriter writer, PointEmitter point, string[] carried)
    {
        if (Sums.Count == 0)
        {
            return;
        }

        ReadoutFusion.Bind(Kernel, Lowered.Component, point, carried);
        writer.Line("bool addsUp = Gpu::Team.Rows(s) == 1;");
        using (writer.Open("if (addsUp)"))
        {
            foreach (NestItem sum in Sums)
            {
                Slot slot = Kernel.Slots[sum.Slot];
                writer.Line("// " + ReadoutFusion.Formula(Kernel, Names, sum));
                writer.Line($"Gpu::Team.Clear<L>(s, frame, {GpuNames.At(slot)}, tokens * {Names.Row(slot)});");
                string value = _loops.Value(point, sum);
                _loops.Inside(point).Add($"if (addsUp) {_loops.Store(point, slot, $"{_loops.Load(point, slot)} + {value}")}");
            }

            writer.Line("Gpu::Team.Barrier(s);");
        }
    }

    public override void WriteAdjoint(SourceWriter writer)
    {
        PointEmitter point = Point(adjoint: true);
        List<NestItem> fused = _fusedAdjoint is { } outside ? outside.Previous.Concat(outside.Next).Append(outside.Slope).Where(i => i is not null).Select(i => i!).ToList() : [];
        foreach (NestItem item in fused)
        {
            writer.Line("// " + Names.Formula(item, GpuElementLoops.Space));
            point.Announce(item);
        }

        writer.Line("// Gradients of states flow back: d before = d from outside + transposed multipliers * d after.");
        string?[] next = [.. States.Select((_, i) => _fusedAdjoint?.Next[i] is { } item ? _loops.Value(point, item) : null)];
        string[] previous = [.. States.Select((s, i) => _fusedAdjoint is null ? _loops.Load(point, Slot(SlotKind.PreviousGradient, s))
            : _fusedAdjoint.Value.Previous[i] is { } item ? _loops.Value(point, item) : "")];
        string[] returned = Declare(point, i => Layout.GradientName(States[i]), i => _loops.Load(point, Slot(SlotKind.Previous, States[i]), GradientTileAt(i))
            + (_fusedAdjoint is null ? $" + {_loops.LoadLast(point, Slot(SlotKind.PreviousGradient, States[i]))}" : ""));
        List<string> inside = _loops.Inside(point);
        string? slope = Slope(point, isAfterwards: false);
        for (int i = 0; i < Count; i++)
        {
            if (next[i] is { } gradient)
            {
                inside.Add($"{returned[i]} += {gradient};");
            }
        }

        for (int i = 0; i < Count; i++)
        {
            if (_carried.Input(i) is { } input)
            {
                inside.Add(_loops.Store(point, Gradient(input), returned[i]));
            }

            for (int j = 0; j < Count; j++)
            {
                if (_carried.Semiring.IsReal && Multiplier(i, j) is { } multiplier)
                {
                    inside.Add(_loops.Store(point, Gradient(multiplier), $"{returned[i]} * {_loops.Load(point, Slot(SlotKind.Previous, States[j]))}"));
                }
            }
        }

        Assign(point, returned, Enumerable.Range(0, Count).Select(j => Enumerable.Range(0, Count).Where(i => Multiplier(i, j) is not null)
            .Aggregate(previous[j], (sum, i) => _loops.MultiplyAdd(slope ?? _loops.Load(point, Kernel.Slots[Lowered.Operands[Multiplier(i, j)!.Value]]), returned[i], sum))).ToArray());
        _loops.Write(writer, point, backwards: true, returned.Select((r, i) => _loops.Store(point, Slot(SlotKind.Previous, States[i]), r, GradientTileAt(i))));
    }

    /// <summary>Over another semiring the gradient goes back by a map that hangs on the states of the chunk: the product of its slopes, instead of the transition.</summary>
    public override void WriteOffset(SourceWriter writer)
    {
        base.WriteOffset(writer);
        if (_carried.Semiring.IsReal)
        {
            return;
        }

        writer.Line("Gpu::Team.Barrier(s);");
        PointEmitter point = Point(adjoint: true);
        if (_fusedAdjoint?.Slope is { } item && !IsSlopeKept)
        {
            point.Announce(item);
        }

        writer.Line($"// {StateName(0)}Product = product of {Kernel.Slots[Lowered.Slope].Name}: by it gradients go back");
        string[] product = Declare(point, i => StateName(i) + "Product", _ => _loops.Broadcast("1f"));
        string slope = Slope(point, isAfterwards: true)!;
        _loops.Inside(point).Add($"{product[0]} = {_loops.MultiplyAdd(slope, product[0], "")};");
        _loops.Write(writer, point, backwards: false, [StoreSummary(point, TransitionAt(0, 0), product[0])]);
    }

    /// <summary>What multiplies the gradient of a state over another semiring than the numbers'; null over the numbers, where operands do.</summary>
    /// <param name="point">Where.</param>
    /// <param name="isAfterwards">Whether the engine's adjoint has run: what it has kept is in the frame then.</param>
    private string? Slope(PointEmitter point, bool isAfterwards)
    {
        if (Lowered.Slope < 0)
        {
            return null;
        }

        if (_fusedAdjoint?.Slope is not { } item || (isAfterwards && IsSlopeKept))
        {
            return _loops.Load(point, Kernel.Slots[Lowered.Slope]);
        }

        string value = _loops.Value(point, item);
        if (IsSlopeKept)
        {
            string name = point.Unique(Kernel.Slots[item.Slot].Name);
            _loops.Inside(point).AddRange([$"var {name} = {value};", _loops.Store(point, Kernel.Slots[item.Slot], name)]);
            value = name;
        }

        return value;
    }

    /// <summary>Whether more than the state's own gradient needs the slope.</summary>
    private bool IsSlopeKept => ScanFusion.AdjointReads(Kernel, Names, Lowered.Slope);

    /// <summary>The chunk as an affine map: what becomes of each unit state, and of zero.</summary>
    public override void WriteSummary(SourceWriter writer)
    {
        PointEmitter point = Point();
        WriteEquations(writer, point);
        string[] values = Operands(point, keeps: false);
        var images = new List<string[]>();
        for (int column = 0; column < Count; column++)
        {
            images.Add(Declare(point, i => $"{StateName(i)}{(Count == 1 ? "" : "Of" + StateName(column))}Image", i => _loops.Broadcast(i == column ? Number(_carried.Semiring.One) : Number(_carried.Semiring.Zero))));
        }

        string[] carried = Declare(point, StateName, _ => _loops.Broadcast(Number(_carried.Semiring.Zero)));
        images.ForEach(image => Update(point, image, values, withInput: false));
        Update(point, carried, values, withInput: true);
        IEnumerable<string> ends = images.SelectMany((image, column) => image.Select((value, i) => StoreSummary(point, TransitionAt(i, column), value)))
            .Concat(carried.Select((value, i) => StoreSummary(point, OffsetAt(i), value)));
        _loops.Write(writer, point, backwards: false, ends);
    }

    public override void WriteAdvance(SourceWriter writer) => WriteApply(writer, TileAt, transposed: false);

    public override void WriteRetreat(SourceWriter writer) => WriteApply(writer, GradientTileAt, transposed: true);

    private void WriteApply(SourceWriter writer, Func<int, string> place, bool transposed)
    {
        PointEmitter point = Point();
        Slot row = Slot(SlotKind.Previous, States[0]);
        string[] carried = Declare(point, i => StateName(i) + "Carried", i => _loops.Load(point, row, place(i)));
        IEnumerable<string> ends = Enumerable.Range(0, Count).Select(i => _loops.Store(point, row, Enumerable.Range(0, Count).Aggregate(
            _loops.Load(point, row, "a.Memory, " + OffsetAt(i)),
            (sum, j) => _loops.MultiplyAdd(transposed ? Semiring.Real : _carried.Semiring, _loops.Load(point, row, "a.Memory, " + (transposed ? TransitionAt(j, i) : TransitionAt(i, j))), carried[j], sum)), place(i)));
        _loops.Write(writer, point, backwards: null, ends);
    }

    private void WriteEquations(SourceWriter writer, PointEmitter point)
    {
        foreach (NestItem item in _fused?.Operands ?? [])
        {
            writer.Line("// " + Names.Formula(item, GpuElementLoops.Space));
            point.Announce(item);
        }

        for (int i = 0; i < Count; i++)
        {
            writer.Line($"// {StateName(i)} = {_carried.Equation(i, operand => Kernel.Slots[Lowered.Operands[operand]].Name, StateName)}");
        }
    }

    /// <summary>The value of each operand at a point. One that the adjoint wants is put into the frame if "keep" says so.</summary>
    private string[] Operands(PointEmitter point, bool keeps)
    {
        if (_fused is not { } fused)
        {
            return Lowered.Operands.Select(slot => _loops.Load(point, Kernel.Slots[slot])).ToArray();
        }

        // Used for the image of each state and for the state itself.
        bool isUsedTwice = !keeps || Count > 1;
        return fused.Operands.Select((item, index) =>
        {
            bool kept = keeps && IsKept(index, item.Slot);
            string value = _loops.Value(point, item);
            if ((kept || isUsedTwice) && value.Any(c => !char.IsLetterOrDigit(c) && c != '_'))
            {
                string name = point.Unique(Kernel.Slots[item.Slot].Name);
                _loops.Inside(point).Add($"var {name} = {value};");
                value = name;
            }

            if (kept)
            {
                _loops.Inside(point).Add($"if (keep) {_loops.Store(point, Kernel.Slots[item.Slot], value)}");
            }

            return value;
        }).ToArray();
    }

    /// <summary>Whether the adjoint wants an operand.</summary>
    private bool IsKept(int index, int slot) => _carried.MultipliesGradient(index) || ScanFusion.AdjointReads(Kernel, Names, slot);

    private string[] Declare(PointEmitter point, Func<int, string> name, Func<int, string> value) => Enumerable.Range(0, Count).Select(i =>
    {
        string unique = point.Unique(name(i));
        _loops.Before(point).Add($"var {unique} = {value(i)};");
        return unique;
    }).ToArray();

    /// <summary>carried = multipliers * carried + input, all at once.</summary>
    private void Update(PointEmitter point, string[] carried, string[] values, bool withInput) => Assign(point, carried, Enumerable.Range(0, Count).Select(i =>
        Enumerable.Range(0, Count).Where(j => Multiplier(i, j) is not null).Aggregate(
            withInput && _carried.Input(i) is { } input ? values[input] : "",
            (sum, j) => _loops.MultiplyAdd(_carried.Semiring, values[Multiplier(i, j)!.Value], carried[j], sum))).ToArray());

    /// <summary>Values given to names all at once; an empty one is 0.</summary>
    private void Assign(PointEmitter point, string[] names, string[] values)
    {
        List<string> inside = _loops.Inside(point);
        string[] targets = Count == 1 ? names : names.Select(n => point.Unique(n + "New")).ToArray();

        // What a token leaves as it is, the image of a running maximum, is not assigned.
        inside.AddRange(Enumerable.Range(0, Count).Where(i => values[i] != targets[i])
            .Select(i => $"{(Count == 1 ? "" : "var ")}{targets[i]} = {(values[i].Length == 0 ? _loops.Broadcast("0f") : values[i])};"));
        if (Count > 1)
        {
            inside.AddRange(names.Select((name, i) => $"{name} = {targets[i]};"));
        }
    }

    /// <summary>What is neutral in a semiring, as C#.</summary>
    private static string Number(double value) => double.IsNegativeInfinity(value) ? "float.NegativeInfinity" : double.IsPositiveInfinity(value) ? "float.PositiveInfinity" : Int((int)value) + "f";

    private PointEmitter Point(bool adjoint = false) => _loops.Point(adjoint || _fused is null ? [] : Lowered.Operands);

    private int? Multiplier(int i, int j) => _carried.Multiplier(i, j);

    private Slot Gradient(int operand) => Kernel.Slots[Lowered.OperandGradients[operand]];

    private string TileAt(int i) => "tile, " + Layout.StateAt(States[i]);

    private string GradientTileAt(int i) => "tile, " + Layout.GradientAt(States[i]);

    private string StoreSummary(PointEmitter point, string at, string value) => _loops.Store(point, Slot(SlotKind.Previous, States[0]), value, "a.Memory, " + at);

    private string TransitionAt(int i, int j) => $"summary{(i + j == 0 ? "" : $" + ({Int((i * Count) + j)} * {Layout.StateLength(States[0])})")}";

    private string OffsetAt(int i) => $"summary + {TransitionLength}{(i == 0 ? "" : $" + ({Int(i)} * {Layout.StateLength(States[i])})")}";

    private string StateName(int i) => Kernel.Program.Source.States[States[i]].Name;
}
