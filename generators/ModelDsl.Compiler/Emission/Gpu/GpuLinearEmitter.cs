using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission.Gpu;

/// <summary>
/// Writes the engine of states whose update is affine in all their elements at once. Its tokens run one after the other, and a chunk has a summary: what becomes of each unit
/// direction through its tokens. Elements that differ only in independent axes, or in the heads that fill the lanes, never mix: one direction has a one at all such places,
/// and the transition a column for every direction, [direction, element of all states].
/// </summary>
internal sealed class GpuLinearEmitter : GpuSweepEmitter
{
    private readonly LinearComponent _linear;

    public GpuLinearEmitter(KernelProgram kernel, GpuNames names, GpuLayoutEmitter layout, int index)
        : base(kernel, names, layout, index) => _linear = (LinearComponent)Lowered.Component;

    public override bool HasScan => true;

    public override Stage SummaryStage => Lowered.Transition;

    public override string TransitionLength => $"{Factor.Of(Sum(States.Select(Directions)))} * {Factor.Of(ColumnLength)}";

    private string ColumnLength => Sum(States.Select(Layout.StateLength));

    public override void WriteSummary(SourceWriter writer)
    {
        writer.Line("// What becomes of each unit direction.");
        string column = $"summary + (direction * {Factor.Of(ColumnLength)})";
        using (writer.Open($"for (int direction = 0; direction < {Sum(States.Select(Directions))}; direction++)"))
        {
            WriteClearFirst(writer);
            foreach (int state in States)
            {
                WriteUnit(writer, state);
            }

            writer.Line("Gpu::Team.Barrier(s);");
            Sweep(writer, Lowered.Transition, "for (int t = 0; t < tokens; t++)");
            WriteKeepLast(writer, column);
        }

        writer.Line();
        writer.Line("// What becomes of zero.");
        WriteClearFirst(writer);
        Sweep(writer, Lowered.Step, "for (int t = 0; t < tokens; t++)");
        WriteKeepLast(writer, $"summary + ({TransitionLength})");
    }

    public override void WriteAdvance(SourceWriter writer) => WriteApply(writer, Layout.StateAt, Layout.GradientAt, transposed: false);

    public override void WriteRetreat(SourceWriter writer) => WriteApply(writer, Layout.GradientAt, Layout.StateAt, transposed: true);

    private void WriteClearFirst(SourceWriter writer)
    {
        foreach (int state in States)
        {
            writer.Line($"Gpu::Team.Clear<{Lane(state)}>(s, frame, {At(SlotKind.Previous, state)}, {Layout.StateRow(state)});");
        }

        writer.Line("Gpu::Team.Barrier(s);");
    }

    /// <summary>A one at every place of the direction, if it is one of this state's.</summary>
    private void WriteUnit(SourceWriter writer, int state)
    {
        List<string> mixed = Mixed(state), independent = Independent(state);
        string begin = Begin(state), direction = begin == "0" ? "direction" : $"(direction - {Factor.Of(begin)})";
        string isThis = begin == "0" ? "" : $"direction >= {Factor.Of(begin)}";
        isThis += state == States[States.Count - 1] ? "" : $"{(isThis.Length > 0 ? " && " : "")}direction < {Factor.Of(Add(begin, Directions(state)))}";
        if (isThis.Length == 0)
        {
            WriteOnes();
            return;
        }

        using (writer.Open($"if ({isThis})"))
        {
            WriteOnes();
        }

        void WriteOnes()
        {
            var indices = new Dictionary<string, string>();
            Decode(mixed, direction, indices);
            Decode(independent, "x", indices);
            string place = $"frame[{Add(At(SlotKind.Previous, state), Position(state, a => indices[a]))}] = 1f;";
            if (independent.Count == 0)
            {
                using (writer.Open("if (Gpu::Team.Thread == 0)"))
                {
                    writer.Line(place);
                }

                return;
            }

            using (writer.Open($"for (int x = Gpu::Team.Thread; x < {Product(independent.Select(Names.Bound))}; x += s.Threads)"))
            {
                writer.Line(place);
            }
        }
    }

    /// <summary>The states after the last token, in a place of the call's memory.</summary>
    private void WriteKeepLast(SourceWriter writer, string place)
    {
        string at = place;
        foreach (int state in States)
        {
            writer.Line($"Gpu::Team.Copy<{Lane(state)}>(s, frame, {At(SlotKind.Previous, state)} + (tokens * {Layout.StateRow(state)}), a.Memory, {at}, {Layout.StateRow(state)});");
            at += $" + {Layout.StateLength(state)}";
        }

        writer.Line("Gpu::Team.Barrier(s);");
    }

    /// <summary>Applies a summary to what stands in one place of the tile, by way of another.</summary>
    private void WriteApply(SourceWriter writer, Func<int, string> place, Func<int, string> other, bool transposed)
    {
        writer.Line(transposed ? "// gradients before = transition^T * gradients after + offset" : "// states after = transition * states before + offset");
        foreach (int target in States)
        {
            List<string> axes = Layout.StoredAxes(target);
            using (writer.Open($"for (int x = Gpu::Team.Thread; x < {Product(axes.Select(Names.Bound))}; x += s.Threads)"))
            {
                var indices = new Dictionary<string, string>();
                Decode(axes, "x", indices);
                foreach (string axis in axes.Where(a => indices[a] != "x"))
                {
                    writer.Line($"int {Names.Index(axis)} = {indices[axis]};");
                    indices[axis] = Names.Index(axis);
                }

                writer.Line($"int element = {Position(target, a => indices[a])};");
                writer.Line($"float sum = a.Memory[summary + ({TransitionLength}) + {Add(Offset(target), "element")}];");
                foreach (int source in States)
                {
                    WriteTerms(writer, target, source, place, indices, transposed);
                }

                writer.Line($"tile[{other(target)} + element] = sum;");
            }
        }

        writer.Line("Gpu::Team.Barrier(s);");
        foreach (int state in States)
        {
            writer.Line($"Gpu::Team.Copy<{Lane(state)}>(s, tile, {other(state)}, tile, {place(state)}, {Layout.StateRow(state)});");
        }

        writer.Line("Gpu::Team.Barrier(s);");
    }

    /// <summary>What the elements of a state add to one of another: along the axes that mix, at the same index of those that do not.</summary>
    private void WriteTerms(SourceWriter writer, int target, int source, Func<int, string> place, Dictionary<string, string> indices, bool transposed)
    {
        var from = Mixed(source).ToDictionary(a => a, a => "from" + a);
        string Here(string axis) => from.TryGetValue(axis, out string? name) ? name : indices[axis];
        string sourcePosition = Position(source, Here);
        string direction = transposed
            ? Add(Begin(target), Flat(Mixed(target), a => indices[a]))
            : Add(Begin(source), Flat(Mixed(source), Here));
        string row = transposed ? Add(Offset(source), sourcePosition) : Add(Offset(target), "element");
        Open(Mixed(source).ToList());

        void Open(List<string> rest)
        {
            if (rest.Count == 0)
            {
                writer.Line($"sum += a.Memory[summary + ({Factor.Of(direction)} * {Factor.Of(ColumnLength)}) + {row}] * tile[{Add(place(source), sourcePosition)}];");
                return;
            }

            string name = from[rest[0]];
            using (writer.Open($"for (int {name} = 0; {name} < {Names.Bound(rest[0])}; {name}++)"))
            {
                Open([.. rest.Skip(1)]);
            }
        }
    }

    private List<string> Mixed(int state) => [.. Layout.StoredAxes(state).Where(a => a != PointEmitter.Head && !_linear.Independent.Contains(a))];

    private List<string> Independent(int state) => [.. Layout.StoredAxes(state).Except(Mixed(state))];

    private string Directions(int state) => Product(Mixed(state).Select(Names.Bound));

    /// <summary>The number of a state's first direction.</summary>
    private string Begin(int state) => Sum(States.TakeWhile(s => s != state).Select(Directions));

    /// <summary>Where a state begins among the elements of all states.</summary>
    private string Offset(int state) => Sum(States.TakeWhile(s => s != state).Select(Layout.StateLength));

    private string Position(int state, Func<string, string> index)
    {
        List<string> axes = Layout.StoredAxes(state), strides = Layout.Strides(state);
        return Sum(axes.Select((a, i) => strides[i] == "1" ? index(a) : $"({index(a)} * {Factor.Of(strides[i])})"));
    }

    /// <summary>The number of an element of axes, the last of which is innermost.</summary>
    private string Flat(List<string> axes, Func<string, string> index) =>
        axes.Count == 0 ? "0" : axes.Skip(1).Aggregate(index(axes[0]), (flat, axis) => $"({flat} * {Names.Bound(axis)}) + {index(axis)}");

    /// <summary>The indices of an element with that number.</summary>
    private void Decode(List<string> axes, string flat, Dictionary<string, string> indices)
    {
        for (int i = 0; i < axes.Count; i++)
        {
            string inner = Product(axes.Skip(i + 1).Select(Names.Bound));
            string quotient = inner == "1" ? flat : $"{flat} / {Factor.Of(inner)}";
            indices[axes[i]] = i == 0 ? quotient : $"{quotient} % {Names.Bound(axes[i])}";
        }
    }

    private static string Product(IEnumerable<string> factors) => string.Join(" * ", factors.Select(Factor.Of).DefaultIfEmpty("1"));

    private static string Sum(IEnumerable<string> terms) => string.Join(" + ", terms.Where(t => t != "0").Select(t => t.Contains(" * ") ? Factor.Of(t) : t).DefaultIfEmpty("0"));

    private static string Add(string left, string right) => Sum([left, right]);
}
