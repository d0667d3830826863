using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Lowering;

/// <summary>
/// A sum of products that is a matrix product: result[rows, columns] = sum over depth of left[rows, depth] * right[depth, columns]. Of two kinds:
/// <code>
/// y[t, V]  = sum_K x[t, K] * A[K, V]       rows are tokens; the right factor does not depend on time
/// dA[K, V] += sum_t x[t, K] * dy[t, V]     depth is time, rows are an axis: the gradient of such a factor
/// </code>
/// </summary>
/// <param name="Left">The factor with the rows.</param>
/// <param name="Right">The factor with the columns.</param>
/// <param name="Outer">Axes outside: one product for every index.</param>
/// <param name="Row">The axis of the rows; null if they are tokens.</param>
/// <param name="Depth">The axes that are summed over, in the order of the left factor's memory; none if that is time.</param>
/// <param name="Columns">The axes of the right factor alone, in memory order: the innermost ones of the result.</param>
internal sealed record Contraction(
    ContractionFactor Left, ContractionFactor Right, EquatableArray<string> Outer, string? Row, EquatableArray<string> Depth, EquatableArray<string> Columns)
{
    /// <summary>The factors of a product that is summed as in a matrix product; null if it is none. A factor has an axis (or time) that the other has not.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="extent">What varies with time.</param>
    /// <param name="value">What is summed.</param>
    /// <param name="reduced">The named axes that are summed over.</param>
    /// <param name="overTime">Whether the sum is over time.</param>
    public static (int Left, int Right)? Factors(
        GraphBuilder graph, Func<int, (bool Time, bool Head)> extent, int value, IReadOnlyCollection<string> reduced, bool overTime)
    {
        Node product = graph[value];
        if (product.Op != Op.Multiply)
        {
            return null;
        }

        int a = product.Arguments[0], b = product.Arguments[1];
        bool IsRight(int left, int right) => extent(left).Time && extent(right).Time == overTime
            && graph[right].Axes.Any(x => !reduced.Contains(x) && !graph[left].Axes.Contains(x))
            && (overTime
                ? graph[left].Axes.Any(x => !reduced.Contains(x) && !graph[right].Axes.Contains(x))
                : reduced.Count > 0 && reduced.All(x => graph[left].Axes.Contains(x) && graph[right].Axes.Contains(x)));
        return IsRight(a, b) ? (a, b) : IsRight(b, a) ? (b, a) : null;
    }

    /// <summary>An item of a reduction as a matrix product; null if it is none, or its factors do not lie in memory as products want them.</summary>
    public static Contraction? Of(KernelProgram kernel, NestItem item, Space space)
    {
        GraphBuilder graph = kernel.Program.Graph;
        bool isPlaced = kernel.Places.TryGetValue(item.Node, out Place? place) && place.Stamp < item.Stamp;
        if (kernel.HeadsAsLanes || space.Maximum || isPlaced || Factors(graph, kernel.Extents, item.Node, space.Reduced, space.ReduceTime) is not { } factors)
        {
            return null;
        }

        if (ContractionFactor.Of(kernel, factors.Left, item.Stamp) is not { } first || ContractionFactor.Of(kernel, factors.Right, item.Stamp) is not { } second)
        {
            return null;
        }

        EquatableArray<string> result = kernel.Slots[item.Slot].Axes;
        if (result.Any(x => !first.Has(x) && !second.Has(x)))
        {
            return null;
        }

        return space.ReduceTime
            ? SumOverTime(first, second, result, space.Reduced, item.Accumulate) ?? SumOverTime(second, first, result, space.Reduced, item.Accumulate)
            : ProductPerToken(first, second, result, space.Reduced);
    }

    private static Contraction? ProductPerToken(ContractionFactor left, ContractionFactor right, EquatableArray<string> result, EquatableArray<string> reduced)
    {
        List<string> columns = InnermostOf(result, x => right.Has(x) && !left.Has(x));
        List<string> depth = left.Axes.Skip(left.Axes.Count - reduced.Count).Select(x => x.Name ?? "").ToList();
        List<string> outer = result.Take(result.Count - columns.Count).ToList();

        // The terms of a sum must lie one after the other in the left factor, the columns in the result.
        bool fits = columns.Count > 0 && depth.All(reduced.Contains) && outer.All(left.Has);
        return fits ? new Contraction(left, right, outer.ToEquatableArray(), null, depth.ToEquatableArray(), columns.ToEquatableArray()) : null;
    }

    private static Contraction? SumOverTime(ContractionFactor left, ContractionFactor right, EquatableArray<string> result, EquatableArray<string> reduced, bool accumulate)
    {
        List<string> columns = InnermostOf(result, x => right.Has(x) && !left.Has(x));
        List<string> outer = result.Take(result.Count - columns.Count).ToList();
        string? row = outer.LastOrDefault(x => left.Has(x) && !right.Has(x));
        bool columnsLieTogether = right.Axes.Skip(right.Axes.Count - columns.Count).Select(x => x.Name).SequenceEqual(columns);
        return columns.Count > 0 && row is not null && columnsLieTogether && accumulate
            ? new Contraction(left, right, outer.Where(x => x != row).Concat(reduced).ToEquatableArray(), row, default, columns.ToEquatableArray())
            : null;
    }

    private static List<string> InnermostOf(EquatableArray<string> axes, Func<string, bool> condition) =>
        axes.Reverse().TakeWhile(condition).Reverse().ToList();
}

/// <summary>A factor of a matrix product: a slot, and what runs along each of its axes.</summary>
internal sealed record ContractionFactor(Slot Slot, EquatableArray<ContractionAxis> Axes)
{
    public bool Has(string axis) => Axes.Any(a => a.Name == axis);

    /// <summary>The slot's own name for an axis of the product.</summary>
    public string Stored(string axis) => Axes.First(a => a.Name == axis).Stored;

    /// <summary>A node that is in memory, under its own axes, with one renamed, or at one index of one.</summary>
    public static ContractionFactor? Of(KernelProgram kernel, int id, int stamp)
    {
        Node node = kernel.Program.Graph[id];
        if (SlotOf(id) is { } own)
        {
            return new(own, own.Axes.Select(a => new ContractionAxis(a, a, 0)).ToEquatableArray());
        }

        return node.Op is Op.Rename or Op.Element && SlotOf(node.Arguments[0]) is { } slot
            ? new(slot, slot.Axes.Select(a => a != node.Axis ? new ContractionAxis(a, a, 0) : new ContractionAxis(a, node.NewAxis, node.Index)).ToEquatableArray())
            : null;

        Slot? SlotOf(int of) => kernel.Places.TryGetValue(of, out Place? place) && place.Stamp < stamp ? kernel.Slots[place.Slot] : null;
    }
}

/// <param name="Stored">What the slot calls the axis.</param>
/// <param name="Name">What the product calls it; null if one index of it is taken.</param>
/// <param name="Index">That index.</param>
internal sealed record ContractionAxis(string Stored, string? Name, int Index);
