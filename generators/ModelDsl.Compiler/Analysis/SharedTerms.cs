using ModelDsl.Compiler.Emission;
using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>
/// Terms that formulas use more than once and that are too long to repeat. Each is printed once, under the name of the spec's local if it has one: else a formula of
/// a loop that uses its value twice would double in length with every turn.
/// </summary>
internal sealed class SharedTerms
{
    /// <summary>The length from which on a term is not repeated: with a name that the spec gave it, and without one.</summary>
    private const int LongWithName = 24, LongWithoutName = 48;

    private readonly GraphBuilder _graph;
    private readonly Dictionary<int, string> _names;
    private readonly HashSet<int> _handedOut;
    private readonly HashSet<string> _taken;
    private readonly Formula _formula;

    /// <param name="graph">The graph of the terms.</param>
    /// <param name="roots">The nodes whose formulas will be asked for, each as often as it will.</param>
    /// <param name="known">Terms that have a line of their own, and what they are called elsewhere.</param>
    /// <param name="taken">Names that mean something else.</param>
    public SharedTerms(GraphBuilder graph, IEnumerable<int> roots, IEnumerable<KeyValuePair<int, string>> known, IEnumerable<string> taken)
    {
        _graph = graph;
        _names = known.GroupBy(k => k.Key).ToDictionary(same => same.Key, same => same.First().Value);
        _handedOut = [.. _names.Keys];
        _formula = new Formula(graph, id => _names.TryGetValue(id, out string? name) ? name : null);
        _taken = [.. taken];
        foreach (KeyValuePair<int, int> use in Uses(roots).Where(u => u.Value > 1 && graph[u.Key].Arguments.Count > 0 && !_names.ContainsKey(u.Key)).OrderBy(u => u.Key))
        {
            string? local = graph[use.Key].Name;
            if (_formula.Of(use.Key).Length >= (local is null ? LongWithoutName : LongWithName))
            {
                _names.Add(use.Key, local ?? "term");
            }
        }
    }

    /// <summary>The formula of a node, in which shared terms go by their names.</summary>
    public string Of(int id) => _formula.OfItem(id, isKnown: _names.ContainsKey(id));

    /// <summary>The formula of a node, written out even if it has a name.</summary>
    public string InFull(int id) => _formula.Of(id);

    /// <summary>The definitions, in order, of what the formula of a node needs and no formula before it did.</summary>
    public IEnumerable<string> NewIn(int id)
    {
        foreach (int term in Below([id]).Where(n => _names.ContainsKey(n) && _handedOut.Add(n)).OrderBy(n => n).ToList())
        {
            _names[term] = Unique(_names[term]);
            yield return $"{_names[term]} = {_formula.Of(term)}";
        }
    }

    private Dictionary<int, int> Uses(IEnumerable<int> roots)
    {
        List<int> all = roots.ToList();
        return all.Concat(Below(all).SelectMany(Operands)).GroupBy(id => id).ToDictionary(same => same.Key, same => same.Count());
    }

    private IEnumerable<int> Operands(int id) => Softmax.Operands(_graph.Nodes, id);

    private HashSet<int> Below(IEnumerable<int> roots)
    {
        var seen = new HashSet<int>();
        var open = new Stack<int>(roots);
        while (open.Count > 0)
        {
            int id = open.Pop();
            if (seen.Add(id))
            {
                foreach (int argument in Operands(id))
                {
                    open.Push(argument);
                }
            }
        }

        return seen;
    }

    private string Unique(string name)
    {
        string unique = Identifier.Unique(name, _taken.Contains);
        _taken.Add(unique);
        return unique;
    }
}
