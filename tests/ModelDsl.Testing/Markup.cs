using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.Text;

namespace ModelDsl.Testing;

/// <summary>A source in which spans are marked: <c>[|here|]</c>, or <c>{|MDSL010:here|}</c> with the diagnostic that is expected there.</summary>
/// <param name="Source">The source without the marks.</param>
/// <param name="Spans">The marked spans, with their ids, in order.</param>
public sealed partial record Markup(string Source, IReadOnlyList<(string Id, TextSpan Span)> Spans)
{
    /// <summary>Takes the marks out of a source.</summary>
    /// <param name="marked">The source.</param>
    /// <param name="id">What <c>[| |]</c> expects.</param>
    public static Markup Parse(string marked, string id = "")
    {
        var source = new StringBuilder();
        var open = new Stack<(string Id, int Start)>();
        var spans = new List<(string Id, TextSpan Span)>();
        int position = 0;
        foreach (Match mark in Marks().Matches(marked))
        {
            source.Append(marked, position, mark.Index - position);
            position = mark.Index + mark.Length;
            if (mark.Value is "|]" or "|}")
            {
                (string openId, int start) = open.Pop();
                spans.Add((openId, TextSpan.FromBounds(start, source.Length)));
            }
            else
            {
                open.Push((mark.Groups["id"].Success ? mark.Groups["id"].Value : id, source.Length));
            }
        }

        source.Append(marked, position, marked.Length - position);
        return new Markup(source.ToString(), [.. spans.OrderBy(s => s.Span.Start)]);
    }

    [GeneratedRegex(@"\[\||\{\|(?<id>\w+):|\|\]|\|\}")]
    private static partial Regex Marks();
}
