using ILGPU;
using ILGPU.Runtime;

namespace ModelDsl.Kernels.Gpu;

/// <summary>The arguments of <see cref="ElementKernels"/>.</summary>
public struct ElementArguments
{
    /// <summary>The tensors.</summary>
    public ArrayView<float> Memory;

    /// <summary>Which channels reach which.</summary>
    public ArrayView<int> Table;

    /// <summary>Where what is read begins.</summary>
    public int From;

    /// <summary>Where what is written begins.</summary>
    public int To;

    /// <summary>Floats, or tokens.</summary>
    public int Count;

    /// <summary>Channels of what is read.</summary>
    public int Channels;

    /// <summary>Channels of what is written.</summary>
    public int TargetChannels;

    /// <summary>Channels of what is read that are added up to one of what is written.</summary>
    public int Summands;

    /// <summary>Whether what is written is added to (1) or overwritten (0).</summary>
    public int Add;
}

/// <summary>What is done to tensors element by element between kernels, so that they need not leave the device.</summary>
public static class ElementKernels
{
    /// <summary>Floats of a task of <see cref="Add"/>.</summary>
    public const int Block = 4096;

    /// <summary>Adds numbers to others.</summary>
    public static void Add<L>(ElementArguments a, SpecializedValue<TransformShape> shape)
        where L : unmanaged, ILane<L>
    {
        for (int first = Team.Group * Block; first < a.Count; first += Team.Groups * Block)
        {
            int end = IntrinsicMath.Min(first + Block, a.Count);
            for (int i = first + (Team.Thread * L.Width); i < end; i += shape.Value.Threads * L.Width)
            {
                if (i + L.Width <= end)
                {
                    L.Store(a.Memory, a.To + i, L.Load(a.Memory, a.To + i) + L.Load(a.Memory, a.From + i));
                }
                else
                {
                    L.Scatter(a.Memory, a.To + i, 1, L.Gather(a.Memory, a.To + i, 1, i, end) + L.Gather(a.Memory, a.From + i, 1, i, end), i, end);
                }
            }
        }
    }

    /// <summary>For each token and channel of what is written the channel of what is read that the table names.</summary>
    public static void Spread(ElementArguments a, SpecializedValue<TransformShape> shape)
    {
        for (int token = Team.Group; token < a.Count; token += Team.Groups)
        {
            for (int c = Team.Thread; c < a.TargetChannels; c += shape.Value.Threads)
            {
                a.Memory[a.To + (token * a.TargetChannels) + c] = a.Memory[a.From + (token * a.Channels) + a.Table[c]];
            }
        }
    }

    /// <summary>The adjoint: for each token and channel of what is written the sum of the channels of what is read that the table names.</summary>
    public static void Gather(ElementArguments a, SpecializedValue<TransformShape> shape)
    {
        for (int token = Team.Group; token < a.Count; token += Team.Groups)
        {
            for (int c = Team.Thread; c < a.TargetChannels; c += shape.Value.Threads)
            {
                int to = a.To + (token * a.TargetChannels) + c;
                float sum = a.Add != 0 ? a.Memory[to] : 0f;
                for (int i = 0; i < a.Summands; i++)
                {
                    sum += a.Memory[a.From + (token * a.Channels) + a.Table[(c * a.Summands) + i]];
                }

                a.Memory[to] = sum;
            }
        }
    }
}
