namespace ModelDsl;

/// <summary>The frequencies of transfer functions: f / period for f from 0 to period / 2.</summary>
internal sealed class FrequencyGrid
{
    private static FrequencyGrid? s_last;

    // exp(-2 pi i j / period), of which delays at frequencies are made.
    private readonly (float Re, float Im)[] _roots;

    private FrequencyGrid(int period)
    {
        Period = period;
        _roots = [.. Enumerable.Range(0, period).Select(j =>
        {
            (double sin, double cos) = Math.SinCos(-2 * Math.PI * j / period);
            return ((float)cos, (float)sin);
        })];
    }

    /// <summary>The period, even and at least 2.</summary>
    public int Period { get; }

    /// <summary>How many frequencies there are.</summary>
    public int Count => (Period / 2) + 1;

    /// <summary>The frequencies of a period.</summary>
    public static FrequencyGrid Of(int period)
    {
        // Calls are mostly of one length.
        FrequencyGrid? last = s_last;
        return last?.Period == period ? last : s_last = new FrequencyGrid(period);
    }

    /// <summary>A delay of some tokens at a frequency. The angle is reduced before it is rounded: long delays are as exact as short ones.</summary>
    public (float Re, float Im) Delay(int frequency, int tokens) => _roots[(int)((long)frequency * tokens % Period)];
}
