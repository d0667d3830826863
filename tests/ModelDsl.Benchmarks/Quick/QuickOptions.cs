using System.Globalization;

namespace ModelDsl.Benchmarks.Quick;

/// <summary>How the quick table is made.</summary>
/// <param name="Rounds">Samples per implementation.</param>
/// <param name="Budget">Seconds of wall time per operation; slow implementations give fewer samples.</param>
/// <param name="Only">Operations whose name contains this; all if empty.</param>
/// <param name="OnlyOpenCl">Whether the tables of the CPU target are left out.</param>
/// <param name="OnlyThreads">Whether only two threads are compared with one, and with torch.</param>
internal sealed record QuickOptions(int Rounds, double Budget, string Only, bool OnlyOpenCl, bool OnlyThreads)
{
    /// <summary>From "--rounds N --budget SECONDS --only TEXT --opencl --threads", all optional.</summary>
    public static QuickOptions Parse(string[] arguments)
    {
        return new(
            int.Parse(Value("--rounds", "15"), CultureInfo.InvariantCulture),
            double.Parse(Value("--budget", "12"), CultureInfo.InvariantCulture),
            Value("--only", ""),
            arguments.Contains("--opencl"),
            arguments.Contains("--threads"));

        string Value(string name, string otherwise)
        {
            int at = Array.IndexOf(arguments, name);
            return at < 0 ? otherwise
                : at + 1 < arguments.Length ? arguments[at + 1]
                : throw new ArgumentException($"{name} is the last argument, but a value was expected after it.", nameof(arguments));
        }
    }
}
