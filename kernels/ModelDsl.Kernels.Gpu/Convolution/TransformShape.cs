using ILGPU;

namespace ModelDsl.Kernels.Gpu;

/// <summary>What kernels that transform sequences are compiled for. All of it is constant to the device's compiler.</summary>
public record struct TransformShape
{
    /// <summary>The logarithm of the number of points of a spectrum, to base 2.</summary>
    public int LogPoints;

    /// <summary>The logarithm of the number of channels that a group of threads has at once, to base 2; whole vectors.</summary>
    public int LogChannels;

    /// <summary>Threads in a group.</summary>
    public int Threads;

    /// <summary>Whether the points that a group works on lie in its shared memory (1), or in the device's (0).</summary>
    public int PointsAreShared;

    /// <summary>Points of a spectrum: at least as many as a sequence has tokens.</summary>
    public readonly int Points => 1 << LogPoints;

    /// <summary>Channels of a group.</summary>
    public readonly int Channels => 1 << LogChannels;

    /// <summary>Floats in the spectra of a group's channels: [part, point, channel], real parts first.</summary>
    public readonly int SpectrumLength => 2 << (LogPoints + LogChannels);

    /// <summary>Waits for the group, unless a thread is alone in it.</summary>
    public readonly void Barrier()
    {
        if (Threads > 1)
        {
            Group.Barrier();
        }
    }
}
