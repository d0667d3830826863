using System.Collections;

namespace ModelDsl.Kernels.Gpu.Ptx;

/// <summary>
/// How many registers a thread needs at least, by live-variable analysis over the kernel's control flow. Arguments and constants need none: instructions take them from
/// the constant bank, or have them in their own words.
/// </summary>
/// <param name="Registers">The largest number of 32-bit registers that hold a value still to be read, at any instruction; 64-bit values count as two.</param>
/// <param name="Predicates">The same for predicates, which have registers of their own.</param>
/// <param name="At">The instruction where most registers are live.</param>
public readonly record struct PtxPressure(int Registers, int Predicates, int At)
{
    /// <summary>Analyses a kernel.</summary>
    public static PtxPressure Of(PtxKernel kernel)
    {
        IReadOnlyList<PtxInstruction> code = kernel.Instructions;
        Dictionary<string, int> numbers = [];
        int[][] results = code.Select(i => Numbers(i.Results)).ToArray();
        int[][] sources = code.Select(i => Numbers(i.Sources)).ToArray();
        int[] widths = new int[numbers.Count];
        foreach ((string name, int number) in numbers)
        {
            // -1 for a predicate.
            widths[number] = kernel.TypeOf(name) is var type && type == ".pred" ? -1 : PtxKernel.Width(type) > 4 ? 2 : 1;
        }

        foreach (string name in Constants(code))
        {
            widths[numbers[name]] = Math.Min(widths[numbers[name]], 0);
        }

        List<(int Start, int End)> blocks = Blocks(kernel);
        Dictionary<int, int> blockAt = blocks.Select((b, i) => (b.Start, i)).ToDictionary(p => p.Start, p => p.i);
        BitArray[] liveIn = blocks.Select(_ => new BitArray(numbers.Count)).ToArray();

        // Backwards until nothing changes.
        for (bool changed = true; changed;)
        {
            changed = false;
            for (int b = blocks.Count - 1; b >= 0; b--)
            {
                BitArray live = LiveOut(b);
                for (int i = blocks[b].End - 1; i >= blocks[b].Start; i--)
                {
                    Step(live, i);
                }

                changed |= !Same(live, liveIn[b]);
                liveIn[b] = live;
            }
        }

        PtxPressure most = default;
        int registers = 0, predicates = 0, mostPredicates = 0;
        for (int b = 0; b < blocks.Count; b++)
        {
            BitArray live = LiveOut(b);
            (registers, predicates) = (0, 0);
            for (int n = 0; n < live.Count; n++)
            {
                Count(n, live[n] ? 1 : 0);
            }

            for (int i = blocks[b].End - 1; i >= blocks[b].Start; i--)
            {
                // A result needs a register even if nobody reads it.
                Set(live, results[i], true);
                Note(i);
                Set(live, results[i], false);
                Set(live, sources[i], true);
                Note(i);
            }
        }

        return most with { Predicates = mostPredicates };

        int[] Numbers(IReadOnlyList<string> names) => names.Select(name =>
        {
            if (!numbers.TryGetValue(name, out int number))
            {
                numbers[name] = number = numbers.Count;
            }

            return number;
        }).ToArray();

        void Step(BitArray live, int i)
        {
            foreach (int result in results[i])
            {
                live[result] = false;
            }

            foreach (int source in sources[i])
            {
                live[source] = true;
            }
        }

        BitArray LiveOut(int block)
        {
            BitArray live = new(numbers.Count);
            (_, int end) = blocks[block];
            if (code[end - 1].FallsThrough && end < code.Count)
            {
                live.Or(liveIn[blockAt[end]]);
            }

            if (code[end - 1].BranchTarget is { } target && kernel.Labels[target] < code.Count)
            {
                live.Or(liveIn[blockAt[kernel.Labels[target]]]);
            }

            return live;
        }

        void Set(BitArray live, int[] which, bool isLive)
        {
            foreach (int n in which)
            {
                Count(n, (isLive ? 1 : 0) - (live[n] ? 1 : 0));
                live[n] = isLive;
            }
        }

        void Count(int n, int change)
        {
            registers += change * Math.Max(widths[n], 0);
            predicates += widths[n] < 0 ? change : 0;
        }

        void Note(int i)
        {
            mostPredicates = Math.Max(mostPredicates, predicates);
            if (registers > most.Registers)
            {
                most = most with { Registers = registers, At = i };
            }
        }
    }

    // Registers that are written once, with an argument or a constant, or with such a one as an address in global memory.
    private static HashSet<string> Constants(IReadOnlyList<PtxInstruction> code)
    {
        Dictionary<string, int> writes = code.SelectMany(i => i.Results).GroupBy(name => name).ToDictionary(g => g.Key, g => g.Count());
        HashSet<string> constants = [];
        HashSet<string> arguments = [];
        foreach (PtxInstruction instruction in code.Where(i => i.Results.Count == 1 && i.Guard is null))
        {
            string result = instruction.Results[0];
            bool isArgument = instruction.Operation == "ld" && instruction.Modifiers.Contains("param");
            bool isConstant = instruction.Operation == "mov" && !instruction.Operands[1].Contains('%', StringComparison.Ordinal);

            // ILGPU reuses one register for all addresses on their way.
            bool isAddress = instruction.Operation == "cvta" && arguments.Contains(instruction.Operands[1]);
            _ = isArgument ? arguments.Add(result) : arguments.Remove(result);
            if ((isArgument || isConstant || isAddress) && writes[result] == 1)
            {
                constants.Add(result);
            }
        }

        return constants;
    }

    // From a label or a branch to the next.
    private static List<(int Start, int End)> Blocks(PtxKernel kernel)
    {
        SortedSet<int> starts = [0, .. kernel.Labels.Values.Where(at => at < kernel.Instructions.Count)];
        for (int i = 0; i + 1 < kernel.Instructions.Count; i++)
        {
            if (kernel.Instructions[i].BranchTarget is not null || kernel.Instructions[i].IsExit)
            {
                starts.Add(i + 1);
            }
        }

        return [.. starts.Zip(starts.Skip(1).Append(kernel.Instructions.Count))];
    }

    private static bool Same(BitArray a, BitArray b)
    {
        for (int i = 0; i < a.Count; i++)
        {
            if (a[i] != b[i])
            {
                return false;
            }
        }

        return true;
    }
}
