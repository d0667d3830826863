namespace ModelDsl.Kernels.Gpu;

/// <summary>
/// What a kernel is compiled for: sizes, the shape of a group of threads, and where its memory lies. All of it is constant to the
/// device's compiler (a specialised value of ILGPU): loops get constant bounds, offsets fold, branches on it disappear. Numbers of tokens, heads
/// and sequences are not part of it.
/// </summary>
public record struct KernelShape
{
    /// <summary>Rows in a frame are padded to a multiple of this, with zeros.</summary>
    public const int Padding = 16;

    /// <summary>The size of the spec's first named axis; the others follow.</summary>
    public int Axis0, Axis1, Axis2, Axis3, Axis4, Axis5, Axis6, Axis7;

    /// <summary>The largest number of tokens in a chunk.</summary>
    public int Chunk;

    /// <summary>Where heads fill the lanes, the largest number of heads in a unit, padded; otherwise 1.</summary>
    public int Heads;

    /// <summary>Threads in a group.</summary>
    public int Threads;

    /// <summary>Threads beside each other, along the lanes; a divisor of <see cref="Threads"/>.</summary>
    public int Columns;

    /// <summary>How memories run a chunk: token by token (<see cref="Mode.Recurrent"/>) or as matrix products (<see cref="Mode.Chunkwise"/>, which is what the other modes are made of).</summary>
    public Mode Mode;

    /// <summary>Whether the slots of a frame (1) lie in the group's shared memory, or (0) in the device's.</summary>
    public int FrameIsShared;

    /// <summary>Whether the states and the engines' tiles (1) lie in the group's shared memory, or (0) in the device's.</summary>
    public int TileIsShared;

    /// <summary>Floats in a frame.</summary>
    public int FrameLength;

    /// <summary>Floats in a tile.</summary>
    public int TileLength;

    /// <summary>The size of a named axis.</summary>
    public readonly int Axis(int index) => index switch
    {
        0 => Axis0,
        1 => Axis1,
        2 => Axis2,
        3 => Axis3,
        4 => Axis4,
        5 => Axis5,
        6 => Axis6,
        _ => Axis7,
    };

    /// <summary>A length, rounded up to whole vectors.</summary>
    public static int Pad(int length) => (length + (Padding - 1)) & ~(Padding - 1);
}
