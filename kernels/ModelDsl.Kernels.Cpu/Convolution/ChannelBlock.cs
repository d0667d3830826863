namespace ModelDsl.Kernels.Cpu;

/// <summary>Channels that one vector holds.</summary>
/// <param name="Channel">The first.</param>
/// <param name="Lanes">How many.</param>
internal readonly record struct ChannelBlock(int Channel, int Lanes)
{
    /// <summary>Runs a task for every block of channels, each worker with memory of its own: results do not depend on the threads.</summary>
    /// <param name="channels">All channels.</param>
    /// <param name="threads">Worker threads; 0 means all processors.</param>
    /// <param name="rent">Makes a worker's memory.</param>
    /// <param name="giveBack">Takes it back.</param>
    /// <param name="task">What is done for a block.</param>
    public static void Share<TMemory>(int channels, int threads, Func<TMemory> rent, Action<TMemory> giveBack, Action<ChannelBlock, TMemory> task)
    {
        int blocks = (channels + Simd.Lanes - 1) / Simd.Lanes;
        ChannelBlock At(int i) => new(i * Simd.Lanes, Math.Min(Simd.Lanes, channels - (i * Simd.Lanes)));
        threads = Math.Min(blocks, threads > 0 ? threads : Environment.ProcessorCount);
        if (threads == 1)
        {
            TMemory memory = rent();
            for (int i = 0; i < blocks; i++)
            {
                task(At(i), memory);
            }

            giveBack(memory);
            return;
        }

        Parallel.For(0, blocks, new ParallelOptions { MaxDegreeOfParallelism = threads }, rent, (i, _, memory) =>
        {
            task(At(i), memory);
            return memory;
        }, giveBack);
    }
}
