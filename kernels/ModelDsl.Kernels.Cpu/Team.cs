namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// Threads that help one worker with its large products, where there are more threads than units to run: the worker goes through the tokens, and of every product each
/// member makes columns of its own. (Tokens follow each other, so there is nothing else to share in a recurrence that has one sequence and no parallel form.)
/// Members wait for work in a loop: a token takes microseconds, and waking a thread longer. The worker never waits for one to come.
/// </summary>
internal sealed unsafe class Team : IDisposable
{
    /// <summary>How often a thread looks for news before it lets others have the processor: some ten microseconds.</summary>
    private const int Looks = 300;

    /// <summary>The ticket's low bits: how many parts the work has.</summary>
    private const int PartBits = 16;
    private const long Over = -1;

    private delegate*<void*, int, int, void> _work;
    private void* _arguments;

    /// <summary>Which work it is, and in how many parts; or that there is no more.</summary>
    private long _ticket;
    private int _members;
    private int _unfinished;

    private Team(int size)
    {
        TeamThread.Call(this, size - 1);
    }

    /// <summary>Whether there will be no more work.</summary>
    public bool IsOver => Volatile.Read(ref _ticket) == Over;

    /// <summary>A team of so many threads, the caller's among them; null for one.</summary>
    public static Team? Of(int size) => size > 1 ? new Team(Math.Min(size, (1 << PartBits) - 1)) : null;

    /// <summary>Runs work in parts: the caller's, which is the first, and one for every member that is there. Returns when all are done.</summary>
    public void Run<TWork>(TWork work)
        where TWork : unmanaged, ITeamWork
    {
        int members = Volatile.Read(ref _members);
        if (members > 0)
        {
            _work = &RunPart<TWork>;
            _arguments = &work;
            _unfinished = members;
            Volatile.Write(ref _ticket, (((_ticket >> PartBits) + 1) << PartBits) | (long)(members + 1));
        }

        work.Run(0, members + 1);
        for (int looks = 0; members > 0 && Volatile.Read(ref _unfinished) > 0; looks++)
        {
            Wait(looks);
        }
    }

    /// <summary>What a member does until the team is disposed.</summary>
    public void Join()
    {
        // Whoever has read the ticket before it is counted takes part in all work that counts it.
        long seen = Volatile.Read(ref _ticket);
        int part = seen == Over ? 0 : Interlocked.Increment(ref _members);
        for (int looks = 0; seen != Over;)
        {
            long ticket = Volatile.Read(ref _ticket);
            if (ticket == seen)
            {
                Wait(looks++);
                continue;
            }

            seen = ticket;
            looks = 0;
            int parts = (int)(ticket & ((1 << PartBits) - 1));

            // Work that was given out before this member was counted is none of its business, and may be over.
            if (ticket != Over && part < parts)
            {
                _work(_arguments, part, parts);
                Interlocked.Decrement(ref _unfinished);
            }
        }
    }

    /// <summary>Sends the members away.</summary>
    public void Dispose() => Volatile.Write(ref _ticket, Over);

    private static void RunPart<TWork>(void* work, int part, int parts)
        where TWork : unmanaged, ITeamWork => ((TWork*)work)->Run(part, parts);

    /// <summary>Waits a moment before looking again: awake at first, then at whoever else wants the processor.</summary>
    public static void Wait(int looks)
    {
        if (looks < Looks)
        {
            Thread.SpinWait(1);
        }
        else
        {
            Thread.Yield();
        }
    }
}

/// <summary>Work that can be done in parts. It does not throw: nobody would hear of it.</summary>
internal interface ITeamWork
{
    void Run(int part, int parts);
}
