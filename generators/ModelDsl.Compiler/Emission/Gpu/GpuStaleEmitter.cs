using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Emission.Gpu;

/// <summary>
/// Writes what happens between two mini-batches. Inside one, the copy of a state that is read stale is a state like any other, which its engine leaves as it is; before the
/// first token it is made anew, and in the backward pass what has gathered in its gradient belongs to the state that it was copied from.
/// </summary>
internal sealed class GpuStaleEmitter(RecurrenceSpec spec, GpuNames names, GpuLayoutEmitter layout, GpuMethods methods)
{
    private readonly List<(int Copy, int Of)> _pairs =
        [.. spec.Graph.States.Select((s, i) => (Copy: i, Of: s.StaleOf ?? -1)).Where(p => p.Of >= 0)];

    /// <summary>Whether states are read as they stood at the start of a mini-batch: then chunks end with mini-batches.</summary>
    public bool Any => _pairs.Count > 0;

    public void CallEnter(SourceWriter writer) => Call(writer, "EnterMiniBatch");

    public void CallLeave(SourceWriter writer) => Call(writer, "LeaveMiniBatch");

    public void Write(SourceWriter writer)
    {
        if (!Any)
        {
            return;
        }

        Method("EnterMiniBatch", "Makes the copies of states that are read as they stand now.", (body, copy, of) =>
            body.Line(LieAlike(copy, of)
                ? $"Gpu::Team.Copy<L>(s, tile, {layout.StateAt(of)}, tile, {layout.StateAt(copy)}, {layout.StateLength(copy)});"
                : Turn(of, layout.StateAt(of), copy, layout.StateAt(copy), add: false)));
        Method("LeaveMiniBatch", "The adjoint: what has gathered in the gradients of the copies belongs to the states.", (body, copy, of) =>
        {
            body.Line(LieAlike(copy, of)
                ? $"Gpu::Team.Add<L>(s, tile, {layout.GradientAt(copy)}, tile, {layout.GradientAt(of)}, {layout.StateLength(copy)});"
                : Turn(copy, layout.GradientAt(copy), of, layout.GradientAt(of), add: true));
            body.Line("Gpu::Team.Barrier(s);");
            body.Line($"Gpu::Team.Clear<L>(s, tile, {layout.GradientAt(copy)}, {layout.StateLength(copy)});");
        });

        void Method(string name, string summary, Action<SourceWriter, int, int> write)
        {
            var body = new SourceWriter();
            foreach ((int copy, int of) in _pairs)
            {
                write(body, copy, of);
            }

            body.Line("Gpu::Team.Barrier(s);");
            methods.Write(writer, summary, $"private static void {name}<L>(Gpu::KernelShape s, Ilgpu::ArrayView<float> tile, Tiles tiles)", body.ToString());
        }
    }

    private void Call(SourceWriter writer, string method)
    {
        if (Any)
        {
            using (writer.Open("if (a.BeginsMiniBatch(first))"))
            {
                writer.Line($"{method}<L>(s, tile, tiles);");
            }
        }
    }

    private bool LieAlike(int copy, int of) => layout.Strides(copy).SequenceEqual(layout.Strides(of)) && layout.StoredAxes(copy).SequenceEqual(layout.StoredAxes(of));

    private string Turn(int first, string from, int second, string to, bool add)
    {
        List<string> axes = layout.StoredAxes(second), source = layout.StoredAxes(first), steps = layout.Strides(second), sourceSteps = layout.Strides(first);
        IEnumerable<string> dimensions = axes.Select((axis, i) => $"{names.Bound(axis)}, {sourceSteps[source.IndexOf(axis)]}, {steps[i]}");
        return $"Gpu::Team.Turn(s, tile, {from}, {to}, add: {(add ? "true" : "false")}, {string.Join(", ", dimensions)});";
    }
}
