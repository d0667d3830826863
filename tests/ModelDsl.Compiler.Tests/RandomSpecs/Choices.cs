namespace ModelDsl.Compiler.Tests.RandomSpecs;

/// <summary>Choices made by a row of random numbers: the same numbers write the same spec.</summary>
internal sealed class Choices(int[] numbers)
{
    private int _next;

    /// <summary>A number from 0 to below a bound.</summary>
    public int Below(int bound) => numbers[_next++ % numbers.Length] % bound;

    public bool OneIn(int bound) => Below(bound) == 0;

    public string Of(params string[] options) => options[Below(options.Length)];

    public string Of(IReadOnlyList<string> options) => options[Below(options.Count)];
}
