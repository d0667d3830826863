namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// The unit directions of the states of a linear component, and where their elements lie. Elements that differ only in independent axes (or heads in the lanes)
/// never mix, so one direction has a one at all such places: they are run at once, and a transition has a column for every direction.
/// </summary>
/// <remarks>Elements are numbered through all states of the component, one state after the other, each row padded as in a frame.</remarks>
internal sealed class Directions
{
    private readonly int[] _elements;
    private readonly int[] _placeOf;

    private Directions(int count, int places, int[] elements, int[] placeOf, int[] begins)
    {
        Count = count;
        Places = places;
        _elements = elements;
        _placeOf = placeOf;
        Begins = begins;
    }

    /// <summary>How many directions there are: the columns of a transition.</summary>
    public int Count { get; }

    /// <summary>How many elements each direction has a one at.</summary>
    public int Places { get; }

    /// <summary>Elements of all states, padding included.</summary>
    public int Length => _placeOf.Length;

    /// <summary>For each state the number of its first element.</summary>
    public int[] Begins { get; }

    /// <summary>The elements at which a direction is one, by place.</summary>
    public ReadOnlySpan<int> ElementsOf(int direction) => _elements.AsSpan(direction * Places, Places);

    /// <summary>For each element its place: which of its direction's elements it is. Padding, which holds zero, counts as place 0.</summary>
    public ReadOnlySpan<int> PlaceOf => _placeOf;

    /// <param name="states">For each state its axes in memory order.</param>
    /// <param name="independent">The axes along which elements do not mix.</param>
    /// <param name="size">The size of an axis.</param>
    /// <param name="lanes">Lanes of heads, which are the innermost axis then; 0 if heads do not fill the lanes.</param>
    public static Directions Of(IReadOnlyList<int[]> states, int[] independent, Func<int, int> size, int lanes)
    {
        int places = Math.Max(lanes, 1);
        foreach (int axis in independent)
        {
            places *= size(axis);
        }

        var elements = new List<int>();
        var placeOf = new List<int>();
        int[] begins = new int[states.Count];
        int count = 0;
        for (int s = 0; s < states.Count; s++)
        {
            begins[s] = placeOf.Count;
            int[] axes = states[s];
            int[] sizes = [.. axes.Select(size)];
            int mixed = axes.Zip(sizes).Where(a => !independent.Contains(a.First)).Aggregate(1, (product, a) => product * a.Second);
            elements.AddRange(new int[mixed * places]);

            // A row as a frame has it: the innermost axis, or the heads, padded to whole vectors.
            int row = lanes > 0 ? lanes : sizes.Length > 0 ? Simd.Pad(sizes[^1]) : 1;
            int used = lanes > 0 ? lanes : sizes.Length > 0 ? sizes[^1] : 1;
            int rows = sizes.Take(lanes > 0 ? sizes.Length : Math.Max(sizes.Length - 1, 0)).Aggregate(1, (product, n) => product * n);
            placeOf.AddRange(new int[rows * row]);
            for (int r = 0; r < rows; r++)
            {
                for (int lane = 0; lane < used; lane++)
                {
                    (int direction, int place) = Locate(axes, sizes, independent, size, lanes, r, lane);
                    int element = begins[s] + (r * row) + lane;
                    elements[((count + direction) * places) + place] = element;
                    placeOf[element] = place;
                }
            }

            count += mixed;
        }

        return new Directions(count, places, [.. elements], [.. placeOf], begins);
    }

    /// <summary>The direction (among those of its state) and the place of an element, from its row and its lane.</summary>
    private static (int Direction, int Place) Locate(int[] axes, int[] sizes, int[] independent, Func<int, int> size, int lanes, int row, int lane)
    {
        int[] index = new int[axes.Length];
        int rest = row;
        for (int a = axes.Length - 1; a >= 0; a--)
        {
            if (lanes == 0 && a == axes.Length - 1)
            {
                index[a] = lane;
                continue;
            }

            index[a] = rest % sizes[a];
            rest /= sizes[a];
        }

        int direction = 0, place = 0;
        for (int a = 0; a < axes.Length; a++)
        {
            direction = independent.Contains(axes[a]) ? direction : (direction * sizes[a]) + index[a];
        }

        foreach (int axis in independent)
        {
            place = (place * size(axis)) + index[Array.IndexOf(axes, axis)];
        }

        return (direction, lanes > 0 ? (place * lanes) + lane : place);
    }
}
