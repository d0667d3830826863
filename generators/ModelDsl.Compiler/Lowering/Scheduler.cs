using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Lowering;

/// <summary>
/// Turns nodes into nests. A node gets memory of its own (a slot) if it is wanted outside, if it is a reduction, or if it is costly and used
/// more than once; everything else is computed where it is used. Nodes over the same space share a nest if their order allows it.
/// </summary>
internal sealed class Scheduler(GraphBuilder graph, IReadOnlyList<string> axisOrder, bool headsAsLanes, Func<Node, (bool Time, bool Head)> leafExtent)
{
    private readonly Dictionary<int, Place> _places = [];
    private int _stamp;
    private readonly Dictionary<int, (bool Time, bool Head)> _extents = [];

    // With a capital, as pointers to slots are named.
    private readonly HashSet<string> _names = [];
    private readonly NodeNames _nodeNames = new(graph);
    private Dictionary<int, int> _uses = [];
    private List<Nest> _nests = [];
    private Dictionary<int, int> _nestOf = [];
    private bool _perToken;

    public List<Slot> Slots { get; } = [];

    /// <summary>A value that is wanted in memory.</summary>
    /// <param name="Axes">The axes that it is wanted over.</param>
    /// <param name="ReduceTime">Whether it is summed over time.</param>
    /// <param name="ReduceHead">Whether it is summed over the lanes of heads.</param>
    public sealed record Root(int Node, EquatableArray<string> Axes, SlotKind Kind, int Index, string Name, bool Accumulate = false, bool ReduceTime = false, bool ReduceHead = false);

    /// <summary>Counts how often nodes are used on the way to the roots of the whole program: decides what is worth memory.</summary>
    public void CountUses(IEnumerable<int> roots)
    {
        _uses = [];
        var stack = new Stack<int>(roots);
        while (stack.Count > 0)
        {
            int id = stack.Pop();
            if (_uses.TryGetValue(id, out int uses))
            {
                _uses[id] = uses + 1;
                continue;
            }

            _uses[id] = 1;
            foreach (int argument in graph[id].Arguments)
            {
                stack.Push(argument);
            }
        }
    }

    /// <summary>Names nodes after what they are wanted as, for readers of the generated code.</summary>
    public void Prefer(IEnumerable<Operand> operands) => _nodeNames.Prefer(operands);

    public (bool Time, bool Head) Extent(int id)
    {
        if (!_extents.TryGetValue(id, out (bool Time, bool Head) extent))
        {
            Node node = graph[id];
            if (node.Op is Op.Input or Op.State or Op.Given or Op.TokenIndex)
            {
                extent = leafExtent(node);
            }
            else
            {
                foreach (int argument in node.Arguments)
                {
                    (bool time, bool head) = Extent(argument);
                    extent = (extent.Time | time, extent.Head | head);
                }
            }

            _extents[id] = extent;
        }

        return extent;
    }

    public IReadOnlyDictionary<int, Place> Places => _places;

    public int? SlotOf(int node) => _places.TryGetValue(node, out Place? place) ? place.Slot : null;

    /// <summary>Memory for something that is not a node of its own.</summary>
    public int AddSlot(SlotKind kind, int index, string name, EquatableArray<string> axes, bool time, bool head, int? node = null)
    {
        // A pointer is called p..., with a capital: names that differ only there are one.
        string unique = Identifier.Unique(name, candidate => IsTaken(Identifier.Capital(candidate)));
        _names.Add(Identifier.Capital(unique));
        Slots.Add(new Slot(Slots.Count, kind, index, unique, InMemoryOrder(axes), time, head));
        if (node is { } n)
        {
            Register(n, Slots.Count - 1);
        }

        return Slots.Count - 1;
    }

    /// <summary>Whether a slot has the name, or its pointer or row length would be called like another's: p...Row is the row length of p... .</summary>
    private bool IsTaken(string name) => _names.Contains(name) || _names.Contains(name + "Row")
        || (name.EndsWith("Row", StringComparison.Ordinal) && _names.Contains(name.Substring(0, name.Length - 3)));

    /// <summary>Makes a leaf stand where a state stands.</summary>
    public void Alias(int node, SlotKind kind, int state) => Register(node, Slots.First(s => s.Kind == kind && s.Index == state).Id);

    private void Register(int node, int slot) => _places[node] = new Place(slot, ++_stamp);

    /// <summary>What does not vary with time is computed before the first token.</summary>
    public Stage SchedulePrologue(IEnumerable<int> roots)
    {
        Begin(perToken: false);
        var seen = new HashSet<int>();
        foreach (int root in roots)
        {
            Visit(root);
        }

        return new Stage(_nests);

        void Visit(int id)
        {
            if (!seen.Add(id) || _places.ContainsKey(id))
            {
                return;
            }

            Node node = graph[id];
            if (!Extent(id).Time && (IsReduction(node) || Cost(id) >= CostlyOp))
            {
                Materialise(id);
                return;
            }

            if (IsReduction(node))
            {
                (int value, List<string> reduced) = Peel(id);
                PrepareFactors(value, reduced, overTime: false, node.Op == Op.MaxOver, inPrologue: true);
            }

            foreach (int argument in node.Arguments)
            {
                Visit(argument);
            }
        }
    }

    /// <summary>The nests that put roots into memory, and the slot of each root.</summary>
    public Stage Schedule(IReadOnlyList<Root> roots, out int[] slots, bool perToken = false)
    {
        Begin(perToken);
        slots = roots.Select(Place).ToArray();
        return new Stage(_nests);
    }

    private void Begin(bool perToken)
    {
        _perToken = perToken;
        _nests = [];
        _nestOf = [];
    }

    private int Place(Root root)
    {
        EquatableArray<string> axes = InMemoryOrder(root.Axes);
        (bool time, bool head) = Extent(root.Node);
        bool mayAlias = root.Kind == SlotKind.Local && !root.ReduceTime && !root.ReduceHead;
        if (mayAlias && InMemoryOrder(graph[root.Node].Axes) == axes)
        {
            // An operand has a row for every token and varies with the head, whatever it is made of.
            if (time && (head || !headsAsLanes))
            {
                return Materialise(root.Node, root.Name);
            }
        }

        int slot = root.Kind is SlotKind.Previous or SlotKind.Next or SlotKind.PreviousGradient or SlotKind.NextGradient
            ? Slots.First(s => s.Kind == root.Kind && s.Index == root.Index).Id
            : AddSlot(root.Kind, root.Index, root.Name, axes, !root.ReduceTime, !root.ReduceHead);

        // A sum goes straight to where it is wanted; a maximum, which cannot be added up, gets memory first.
        if (graph[root.Node].Op == Op.MaxOver)
        {
            Materialise(root.Node);
        }

        (int value, List<string> reduced) = Peel(root.Node);
        Add(value, slot, axes, reduced, root.Accumulate, false, root.ReduceTime, root.ReduceHead && head, forceTime: !root.ReduceTime, forceHead: !root.ReduceHead);

        // Later uses of the node find it there.
        bool isNode = !root.Accumulate && !root.ReduceTime && !root.ReduceHead && time && (head || !headsAsLanes)
            && InMemoryOrder(graph[root.Node].Axes) == axes;
        if (isNode && !_places.ContainsKey(root.Node))
        {
            Register(root.Node, slot);
        }

        return slot;
    }

    private int Materialise(int id, string? name = null)
    {
        if (SlotOf(id) is { } known)
        {
            return known;
        }

        Node node = graph[id];
        (bool time, bool head) = Extent(id);
        (int value, List<string> reduced) = Peel(id);
        int slot = AddSlot(SlotKind.Local, 0, _nodeNames.Of(id, name), node.Axes, time, head);
        Add(value, slot, InMemoryOrder(node.Axes), reduced, false, node.Op == Op.MaxOver, false, false, forceTime: false, forceHead: false);
        Register(id, slot);
        return slot;
    }

    /// <summary>The value under a reduction and the axes that it reduces. A sum of a sum is one, if nothing else wants the inner one.</summary>
    private (int Value, List<string> Reduced) Peel(int id)
    {
        Node node = graph[id];
        var reduced = new List<string>();
        if (!IsReduction(node) || _places.ContainsKey(id))
        {
            return (id, reduced);
        }

        int value = node.Arguments[0];
        reduced.Add(node.Axis!);
        while (node.Op == Op.Sum && graph[value].Op == Op.Sum && !_places.ContainsKey(value) && Uses(value) <= 1)
        {
            reduced.Add(graph[value].Axis!);
            value = graph[value].Arguments[0];
        }

        return (value, reduced);
    }

    private void Add(int value, int slot, EquatableArray<string> kept, List<string> reduced, bool accumulate, bool maximum, bool reduceTime, bool reduceHead, bool forceTime, bool forceHead)
    {
        if (reduced.Count > 0 || reduceTime)
        {
            PrepareFactors(value, reduced, reduceTime, maximum, inPrologue: false);
        }

        int after = -1;
        Prepare(value, value, ref after, new HashSet<int>());
        if (accumulate && _nestOf.TryGetValue(~slot, out int last))
        {
            after = Math.Max(after, last);
        }

        (bool time, bool head) = Extent(value);
        EquatableArray<string> space = InMemoryOrder(kept.Concat(reduced).Concat(graph[value].Axes).Distinct());
        var wanted = new Space(
            space,
            !_perToken && (time || forceTime || reduceTime),
            headsAsLanes && (head || forceHead),
            space.Where(a => !kept.Contains(a)).ToEquatableArray(),
            reduceTime,
            reduceHead && headsAsLanes,
            maximum);

        // A nest that is reduced hands its results on only when it ends; one that is not may be read at the same point.
        int first = wanted.IsReduction ? after + 1 : Math.Max(after, 0);
        int index = _nests.FindIndex(Math.Min(first, _nests.Count), n => n.Space == wanted && !(wanted.IsReduction && n.Items.Count >= MostSums));
        if (index < 0)
        {
            index = _nests.Count;
            _nests.Add(new Nest(wanted, []));
        }

        _nests[index].Items.Add(new NestItem(value, slot, accumulate, ++_stamp));
        _nestOf[slot] = index;
        _nestOf[~slot] = index;
    }

    /// <summary>Gives memory to what a value needs from memory, and finds the last nest that it must come after.</summary>
    private void Prepare(int id, int root, ref int after, HashSet<int> seen)
    {
        if (!seen.Add(id))
        {
            return;
        }

        Node node = graph[id];
        if (SlotOf(id) is { } slot)
        {
            After(slot, sameSpace: true, ref after, id, root);
            return;
        }

        if (node.Op is Op.Input or Op.State or Op.Given or Op.TokenIndex)
        {
            return;
        }

        // A sum that is summed again, over time, needs memory for the inner one.
        if (id == root ? IsReduction(node) : MustMaterialise(id))
        {
            After(Materialise(id), sameSpace: true, ref after, id, root);
            return;
        }

        foreach (int argument in node.Arguments)
        {
            // A shifted argument is read at another point of the space: it must be in memory, and complete.
            if (IsElsewhere(node.Op) && graph[argument].Op is not (Op.Constant or Op.Extent))
            {
                After(Materialise(argument), sameSpace: false, ref after, argument, root);
            }
            else
            {
                Prepare(argument, root, ref after, seen);
            }
        }
    }

    /// <summary>
    /// Gives memory to the factors of what may become a matrix product; to what does not depend on time before the first token, though it be cheap.
    /// <code>sum_K (x * s) * A --> y = x * s; sum_K y * A</code>
    /// </summary>
    private void PrepareFactors(int value, IReadOnlyCollection<string> reduced, bool overTime, bool maximum, bool inPrologue)
    {
        if (headsAsLanes || maximum || _places.ContainsKey(value) || Contraction.Factors(graph, Extent, value, reduced, overTime) is not { } factors)
        {
            return;
        }

        foreach (int factor in new[] { factors.Left, factors.Right })
        {
            bool isAtHand = graph[factor].Op is Op.Input or Op.State or Op.Given or Op.Rename or Op.Element || IsReduction(graph[factor]);
            if (!isAtHand && !(inPrologue && Extent(factor).Time))
            {
                Materialise(factor);
            }
        }
    }

    private void After(int slot, bool sameSpace, ref int after, int id, int root)
    {
        if (_nestOf.TryGetValue(slot, out int nest))
        {
            Space space = _nests[nest].Space;
            bool samePoint = sameSpace && !space.IsReduction && InMemoryOrder(graph[id].Axes) == space.Axes
                && InMemoryOrder(graph[root].Axes) == space.Axes;
            after = Math.Max(after, samePoint ? nest : nest + 1);
        }
    }

    private bool MustMaterialise(int id)
    {
        Node node = graph[id];
        if (node.Op is Op.Constant or Op.Extent)
        {
            return false;
        }

        return IsReduction(node) || (Uses(id) > 1 && Cost(id) >= CostlyOp);
    }

    // What costs this much is not computed twice. A nest keeps every sum in a register: with more of them, and what they are made of, there are none left.
    private const int CostlyOp = 4, MostSums = 12;

    private int Uses(int id) => _uses.TryGetValue(id, out int uses) ? uses : 1;

    /// <summary>The operations that computing a node in place takes, saturating.</summary>
    private int Cost(int id)
    {
        if (_places.ContainsKey(id))
        {
            return 0;
        }

        Node node = graph[id];
        int cost = node.Op switch
        {
            Op.Input or Op.State or Op.Given or Op.Constant or Op.Extent or Op.TokenIndex => 0,
            _ when IsCostly(node.Op) => CostlyOp,
            _ => 1,
        };
        foreach (int argument in node.Arguments)
        {
            cost += cost < 100 ? Cost(argument) : 0;
        }

        return cost;
    }

    /// <summary>Whether an operation takes several instructions.</summary>
    public static bool IsCostly(Op op) => op is Op.Exp or Op.Log or Op.Sigmoid or Op.LogSigmoid or Op.Softplus or Op.LogAddExp or Op.Tanh or Op.Sin or Op.Cos or Op.Sqrt or Op.Rsqrt or Op.Divide;

    /// <summary>Whether an operation reads its argument at another element than the one that it computes.</summary>
    public static bool IsElsewhere(Op op) => op is Op.Element or Op.Rename or Op.QuarterTurn or Op.Shift or Op.Circulate;

    private static bool IsReduction(Node node) => node.Op is Op.Sum or Op.MaxOver;

    private EquatableArray<string> InMemoryOrder(IEnumerable<string> axes)
    {
        List<string> order = [.. axisOrder];
        return axes.OrderBy(order.IndexOf).ToEquatableArray();
    }
}
