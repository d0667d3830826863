using ILGPU;
using ILGPU.Runtime;

namespace ModelDsl.Kernels.Gpu;

/// <summary>
/// Convolutions as long as the sequences, by Fourier transforms: first the spectra of all rows, then for each row that is made the sum of some products of spectra, and
/// the way back. Each task is one row and some of its channels.
/// </summary>
/// <remarks>
/// The rows are polynomials modulo z^(2 n) + 1, evaluated at the n roots exp(-i pi (4 k + 1) / (2 n)); the other roots are conjugates. There a row x of up to n tokens has
/// the values of its transform of length n after a turn by exp(-i pi j / (2 n)) (the right-angle convolution of Crandall and Fagin 1994): zero padding costs nothing, and real
/// rows need no separation of their spectra. A product with a conjugate is a correlation, which is the adjoint.
/// </remarks>
public static class SpectrumKernels
{
    /// <summary>The spectra of rows.</summary>
    public static void Transform<L>(TransformArguments a, SpecializedValue<TransformShape> shape)
        where L : unmanaged, ILane<L>
    {
        TransformShape s = shape.Value;
        ArrayView<float> shared = s.PointsAreShared != 0 ? SharedMemory.Allocate<float>(s.SpectrumLength) : a.Spectra;
        for (int task = Team.Group; task < a.Tasks; task += Team.Groups)
        {
            ArrayView<float> spectrum = a.Spectra.SubView(task * s.SpectrumLength, s.SpectrumLength);
            ArrayView<float> points = s.PointsAreShared != 0 ? shared : spectrum;
            Load<L>(a, s, points, a.Table[task / a.Blocks], (a.FirstBlock + (task % a.Blocks)) * s.Channels);
            s.Barrier();
            ChannelFft.Forward<L>(s, points, a.Roots);
            if (s.PointsAreShared != 0)
            {
                for (int i = Team.Thread * L.Width; i < s.SpectrumLength; i += s.Threads * L.Width)
                {
                    L.Store(spectrum, i, L.Load(points, i));
                }

                s.Barrier();
            }
        }
    }

    /// <summary>Rows from sums of products of spectra.</summary>
    public static void Combine<L>(TransformArguments a, SpecializedValue<TransformShape> shape)
        where L : unmanaged, ILane<L>
    {
        TransformShape s = shape.Value;
        ArrayView<float> points = s.PointsAreShared != 0
            ? SharedMemory.Allocate<float>(s.SpectrumLength)
            : a.Spectra.SubView(a.Work + (Team.Group * s.SpectrumLength), s.SpectrumLength);
        for (int task = Team.Group; task < a.Tasks; task += Team.Groups)
        {
            int target = a.Targets + (task / a.Blocks * TransformArguments.TargetFields), block = task % a.Blocks;
            Multiply<L>(a, s, points, block, a.Table[target + 2], a.Table[target + 3]);
            s.Barrier();
            ChannelFft.Inverse<L>(s, points, a.Roots);
            Save<L>(a, s, points, a.Table[target], (a.FirstBlock + block) * s.Channels, a.Table[target + 1]);
            s.Barrier();
        }
    }

    /// <summary>The tokens of a row, turned; zero behind them.</summary>
    private static void Load<L>(TransformArguments a, TransformShape s, ArrayView<float> points, int row, int firstChannel)
        where L : unmanaged, ILane<L>
    {
        int im = s.Points << s.LogChannels, twists = 2 << s.LogPoints;
        for (int i = Team.Thread * L.Width; i < im; i += s.Threads * L.Width)
        {
            int t = i >> s.LogChannels, channel = firstChannel + (i & (s.Channels - 1));
            L re = L.Broadcast(0f), turned = L.Broadcast(0f);
            if (t < a.Time)
            {
                int at = row + (t * a.Channels) + channel;
                L x = firstChannel + s.Channels <= a.Channels ? L.Load(a.Memory, at) : L.Gather(a.Memory, at, 1, channel, a.Channels);
                re = x * L.Broadcast(a.Roots[twists + (2 * t)]);
                turned = x * L.Broadcast(a.Roots[twists + (2 * t) + 1]);
            }

            L.Store(points, i, re);
            L.Store(points, im + i, turned);
        }
    }

    private static void Multiply<L>(TransformArguments a, TransformShape s, ArrayView<float> points, int block, int first, int count)
        where L : unmanaged, ILane<L>
    {
        int im = s.Points << s.LogChannels;
        for (int i = Team.Thread * L.Width; i < im; i += s.Threads * L.Width)
        {
            L re = L.Broadcast(0f), imaginary = L.Broadcast(0f);
            for (int product = first; product < first + count; product++)
            {
                int factors = a.Products + (product * TransformArguments.ProductFields);
                int left = (((a.Table[factors] * a.Blocks) + block) * s.SpectrumLength) + i, right = (((a.Table[factors + 1] * a.Blocks) + block) * s.SpectrumLength) + i;
                L lr = L.Load(a.Spectra, left), li = L.Load(a.Spectra, left + im), rr = L.Load(a.Spectra, right), ri = L.Load(a.Spectra, right + im);
                if (a.Conjugate != 0)
                {
                    li = -li;
                }

                re = L.MultiplyAdd(lr, rr, re) - (li * ri);
                imaginary = L.MultiplyAdd(lr, ri, L.MultiplyAdd(li, rr, imaginary));
            }

            L.Store(points, i, re);
            L.Store(points, im + i, imaginary);
        }
    }

    /// <summary>The tokens of a row from points that are turned.</summary>
    private static void Save<L>(TransformArguments a, TransformShape s, ArrayView<float> points, int row, int firstChannel, int add)
        where L : unmanaged, ILane<L>
    {
        int im = s.Points << s.LogChannels, twists = 2 << s.LogPoints;
        float scale = 1f / s.Points;
        for (int i = Team.Thread * L.Width; i < a.Time << s.LogChannels; i += s.Threads * L.Width)
        {
            int t = i >> s.LogChannels, channel = firstChannel + (i & (s.Channels - 1)), at = row + (t * a.Channels) + channel;
            L x = L.MultiplyAdd(scale * a.Roots[twists + (2 * t)], L.Load(points, i), L.Broadcast(scale * a.Roots[twists + (2 * t) + 1]) * L.Load(points, im + i));
            if (add != 0)
            {
                x = x + L.Gather(a.Memory, at, 1, channel, a.Channels);
            }

            if (firstChannel + s.Channels <= a.Channels)
            {
                L.Store(a.Memory, at, x);
            }
            else
            {
                L.Scatter(a.Memory, at, 1, x, channel, a.Channels);
            }
        }
    }
}
