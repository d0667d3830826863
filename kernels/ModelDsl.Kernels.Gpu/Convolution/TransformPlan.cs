using System.Globalization;
using System.Numerics;

namespace ModelDsl.Kernels.Gpu;

/// <summary>How the Fourier transforms of a convolution are run.</summary>
/// <param name="Points">Points of a spectrum: a power of two, at least as many as a sequence has tokens.</param>
/// <param name="Channels">Channels that a group of threads has at once.</param>
/// <param name="Lanes">Numbers that a thread computes at once.</param>
/// <param name="Threads">Threads in a group.</param>
/// <param name="PointsAreShared">Whether the points that a group works on lie in shared memory, or in the device's.</param>
public sealed record TransformPlan(int Points, int Channels, int Lanes, int Threads, bool PointsAreShared)
{
    /// <summary>Neighbouring channels lie beside each other: this many floats are the least that a GPU reads at once.</summary>
    private const int Sector = 8;

    /// <summary>The plan for sequences of some tokens and channels on a device.</summary>
    /// <param name="limits">The device's limits.</param>
    /// <param name="time">Tokens.</param>
    /// <param name="channels">Channels of all groups together.</param>
    public static TransformPlan Of(GpuLimits limits, int time, int channels)
    {
        int points = (int)BitOperations.RoundUpToPowerOf2((uint)time);
        if (limits.IsCpu)
        {
            // Vectors of channels, one thread alone. A CPU's shared memory is like any other.
            return new TransformPlan(points, Lanes16.Width, Lanes16.Width, 1, PointsAreShared: false);
        }

        bool isShared = 2L * points <= limits.SharedFloats;
        int most = Math.Min(Sector, (int)BitOperations.RoundUpToPowerOf2((uint)channels)), together = most;
        while (isShared && 2L * points * together > limits.SharedFloats)
        {
            together /= 2;
        }

        return new TransformPlan(points, together, Lanes1.Width, Math.Min(256, limits.MaximumThreads), isShared);
    }

    /// <summary>What kernels are compiled for.</summary>
    public TransformShape Shape => new()
    {
        LogPoints = BitOperations.Log2((uint)Points),
        LogChannels = BitOperations.Log2((uint)Channels),
        Threads = Threads,
        PointsAreShared = PointsAreShared ? 1 : 0,
    };

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"transforms of {Points} points {(PointsAreShared ? "shared" : "global")}, groups of {Threads} threads with {Lanes} lanes and {Channels} channels");
}
