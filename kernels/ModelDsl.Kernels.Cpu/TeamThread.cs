namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// A thread that helps one team after the other. There are as many as other processors, started when they are first wanted. One that has nothing to do waits awake for a while, since calls
/// come in rows and waking up takes longer than a short call (measured: 60 microseconds to 2 milliseconds from the thread pool, against one), and lets whoever wants the processor have it.
/// </summary>
internal sealed class TeamThread
{
    /// <summary>How long a thread waits awake.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(2);
    private static readonly Lazy<TeamThread[]> s_all = new(() => [.. Enumerable.Range(1, Math.Max(Environment.ProcessorCount - 1, 1)).Select(i => new TeamThread(i))]);

    private readonly AutoResetEvent _work = new(false);

    /// <summary>The team to join next; while it helps one, another may ask already.</summary>
    private Team? _next;
    private int _sleeps;

    private TeamThread(int index) => new Thread(Live) { IsBackground = true, Name = $"ModelDsl team {index}" }.Start();

    /// <summary>Asks so many threads at most to join a team, as soon as they are free.</summary>
    public static void Call(Team team, int count)
    {
        foreach (TeamThread thread in s_all.Value)
        {
            if (count == 0)
            {
                return;
            }

            Team? asked = Volatile.Read(ref thread._next);
            if (asked is null or { IsOver: true } && Interlocked.CompareExchange(ref thread._next, team, asked) == asked)
            {
                count--;
                if (Volatile.Read(ref thread._sleeps) != 0)
                {
                    thread._work.Set();
                }
            }
        }
    }

    private void Live()
    {
        while (true)
        {
            long start = Environment.TickCount64;
            for (int looks = 0; Volatile.Read(ref _next) is null; looks++)
            {
                if (Environment.TickCount64 - start <= s_patience.TotalMilliseconds)
                {
                    Team.Wait(looks);
                    continue;
                }

                // Whoever gives it a team either sees that it sleeps, or is seen here.
                Interlocked.Exchange(ref _sleeps, 1);
                if (Volatile.Read(ref _next) is null)
                {
                    _work.WaitOne();
                }

                Interlocked.Exchange(ref _sleeps, 0);
            }

            Interlocked.Exchange(ref _next, null)!.Join();
        }
    }
}
