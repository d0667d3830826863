using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission.Cpu;

/// <summary>The loops of a nest that carries an elementwise state in a register: over the state's elements, and inside over time.</summary>
internal static class ScanLoops
{
    /// <summary>The space of what is computed at a point, for its formula.</summary>
    public static readonly Space Space = new(default, true, false, default, false, false, false);

    public static List<string> Of(KernelProgram kernel, ElementwiseComponent component) =>
    [
        .. kernel.AxisOrder.Where(kernel.Program.Source.States[component.State].Axes.Contains),
        .. kernel.HeadsAsLanes ? [PointEmitter.Head] : Array.Empty<string>(),
        PointEmitter.Time,
    ];

    /// <param name="last">A statement after the loop over time.</param>
    public static void Write(
        SourceWriter writer, KernelNames names, PointEmitter point, IReadOnlyList<string> loops, string lane, bool backwards = false, string? last = null)
    {
        if (point.Statements[0].Count > 0)
        {
            using (writer.Block())
            {
                Level(0);
            }
        }
        else
        {
            Level(0);
        }

        void Level(int level)
        {
            point.Statements[level].ForEach(writer.Line);
            if (level == loops.Count)
            {
                return;
            }

            string index = names.Index(loops[level]), bound = names.Bound(loops[level]);
            bool isTime = level == loops.Count - 1;
            string header = isTime && backwards ? $"for (int {index} = {bound} - 1; {index} >= 0; {index}--)"
                : $"for (int {index} = 0; {index} < {bound}; {(loops[level] == lane ? $"{index} += Lanes" : index + "++")})";
            using (writer.Open(header))
            {
                Level(level + 1);
            }

            if (isTime && last is not null)
            {
                writer.Line(last);
            }
        }
    }
}
