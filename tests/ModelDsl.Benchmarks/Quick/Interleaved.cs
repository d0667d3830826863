using System.Diagnostics;
using ModelDsl.Benchmarks.Native;

namespace ModelDsl.Benchmarks.Quick;

/// <summary>Times contenders in random alternation, so that a disturbance meets all of them.</summary>
internal static class Interleaved
{
    private const int FewestSamples = 3;
    private const double ShortestSample = 1e-3;
    private const double WarmUp = 0.25;
    private const int WarmUpRuns = 40;

    /// <summary>Adds samples to all contenders.</summary>
    /// <param name="contenders">What to time.</param>
    /// <param name="rounds">Samples for each, unless it is slow.</param>
    /// <param name="budget">Seconds of wall time for all; a contender that used its share stops, after three samples.</param>
    public static void Run(IReadOnlyList<Contender> contenders, int rounds, double budget)
    {
        foreach (Contender contender in contenders)
        {
            Prepare(contender);
        }

        var random = new Random(1);
        Contender[] order = [.. contenders];
        for (int round = 0; round < rounds; round++)
        {
            random.Shuffle(order);
            foreach (Contender contender in order)
            {
                if (contender.Samples >= FewestSamples && contender.Spent > budget / contenders.Count)
                {
                    continue;
                }

                Sample(contender);
            }
        }
    }

    // Long enough for the second tier of the JIT; what is compiled by us needs it, libtorch only its first call.
    private static void Prepare(Contender contender)
    {
        double start = ThreadClock.Seconds(), used = 0;
        int runs = 0;
        while (runs < 2 || (used < WarmUp && (contender.IsOurs || runs < 5) && runs < 10 * WarmUpRuns))
        {
            contender.Run();
            runs++;
            used = ThreadClock.Seconds() - start;
        }

        double last = ThreadClock.Seconds();
        contender.Run();
        contender.Repeats = Math.Clamp((int)Math.Ceiling(ShortestSample / Math.Max(ThreadClock.Seconds() - last, 1e-7)), 1, 1000);
    }

    private static void Sample(Contender contender)
    {
        long wall = Stopwatch.GetTimestamp();
        double processor = ThreadClock.Seconds();
        for (int i = 0; i < contender.Repeats; i++)
        {
            contender.Run();
        }

        contender.Add(ThreadClock.Seconds() - processor, Stopwatch.GetElapsedTime(wall).TotalSeconds);
    }
}
