using System.Globalization;
using System.Text;

namespace ModelDsl.Gpu.Tables;

/// <summary>A table in Markdown.</summary>
internal sealed class MarkdownTable
{
    private readonly StringBuilder _text = new();

    public MarkdownTable(params string[] columns)
    {
        Row(columns);
        Row([.. columns.Select((_, i) => i == 0 ? "---" : "---:")]);
    }

    public void Row(params string[] cells) => _text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    public override string ToString() => _text.ToString();

    /// <summary>A number with about three digits.</summary>
    public static string Short(double value) => value.ToString(value < 10 ? "0.00" : value < 100 ? "0.0" : "0", CultureInfo.InvariantCulture);

    public static string Whole(int value) => value.ToString(CultureInfo.InvariantCulture);
}
