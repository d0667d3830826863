using System.Globalization;

namespace ModelDsl.Kernels.Gpu;

/// <summary>How a call is run on a device: the shape of its kernels, and why it is that one.</summary>
/// <param name="Mode">The mode.</param>
/// <param name="Chunk">The largest number of tokens in a chunk.</param>
/// <param name="Chunks">Chunks of a sequence.</param>
/// <param name="Units">Units of a sequence: heads, or blocks of heads where heads fill the lanes.</param>
/// <param name="UnitHeads">Heads in a unit.</param>
/// <param name="Lanes">Numbers that a thread computes at once.</param>
/// <param name="Threads">Threads in a group.</param>
/// <param name="Columns">Threads beside each other along the lanes.</param>
/// <param name="Forward">Where the memory of a group lies, going forward.</param>
/// <param name="Backward">The same going backward; null if no gradient is asked for.</param>
/// <param name="Reason">What the device's limits changed; empty if nothing.</param>
public sealed record GpuLaunchPlan(
    Mode Mode, int Chunk, int Chunks, int Units, int UnitHeads, int Lanes, int Threads, int Columns, GpuPlacement Forward, GpuPlacement? Backward, string Reason)
{
    /// <summary>In convolution mode how the transforms are run; the rest is then the plan of what makes the kernels. Otherwise null.</summary>
    public TransformPlan? Transforms { get; init; }

    /// <inheritdoc/>
    public override string ToString()
    {
        string threads = string.Create(CultureInfo.InvariantCulture, $"groups of {Threads} threads with {Lanes} lanes in {Columns} columns");
        string units = UnitHeads > 1 ? $", {UnitHeads} heads a unit" : "";
        string backward = Backward is { } placement ? $", backward {placement}" : "";
        string transforms = Transforms is null ? "" : $"{Transforms}, kernels made in ";
        return $"{Mode}, {transforms}chunks of {Chunk}, {threads}{units}, forward {Forward}{backward}{(Reason.Length > 0 ? $" ({Reason})" : "")}";
    }
}

/// <summary>Where the memory of a group of threads lies.</summary>
/// <param name="FrameLength">Floats of slots.</param>
/// <param name="TileLength">Floats of states and engines' operands.</param>
/// <param name="FrameIsShared">Whether the slots lie in shared memory, or in the device's.</param>
/// <param name="TileIsShared">The same for states and operands.</param>
/// <param name="MaximumGroups">How many groups are launched at most; they share out the tasks. More would need too much memory.</param>
public readonly record struct GpuPlacement(int FrameLength, int TileLength, bool FrameIsShared, bool TileIsShared, int MaximumGroups)
{
    /// <summary>Floats of a group in the device's memory.</summary>
    public int ScratchLength => (FrameIsShared ? 0 : FrameLength) + (TileIsShared ? 0 : TileLength);

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"frame {FrameLength} floats {Where(FrameIsShared)}, tile {TileLength} {Where(TileIsShared)}");

    private static string Where(bool shared) => shared ? "shared" : "global";
}
