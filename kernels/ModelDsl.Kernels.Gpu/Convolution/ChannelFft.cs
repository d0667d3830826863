using ILGPU;

namespace ModelDsl.Kernels.Gpu;

/// <summary>
/// Fourier transforms of several channels, in place, by a group of threads. Spectra come in an order that no other code knows: a product of two of them, point by point,
/// does not depend on it, and the way back expects it. Four points at a time (radix 4), two in the last pass of an odd power of two.
/// </summary>
public static class ChannelFft
{
    /// <summary>From points to their spectrum.</summary>
    public static void Forward<L>(TransformShape s, ArrayView<float> points, ArrayView<float> roots)
        where L : unmanaged, ILane<L>
    {
        for (int log = s.LogPoints - 2; log >= 0; log -= 2)
        {
            int span = 1 << log, im = s.Points << s.LogChannels, step = span << s.LogChannels;
            for (int i = Team.Thread; i < Butterflies<L>(s, 2); i += s.Threads)
            {
                int k = Butterfly<L>(s, i) & (span - 1), at = At<L>(s, i, log, 2);
                L ar = L.Load(points, at), ai = L.Load(points, at + im);
                L br = L.Load(points, at + step), bi = L.Load(points, at + step + im);
                L cr = L.Load(points, at + (2 * step)), ci = L.Load(points, at + (2 * step) + im);
                L dr = L.Load(points, at + (3 * step)), di = L.Load(points, at + (3 * step) + im);
                L t0r = ar + cr, t0i = ai + ci, t1r = ar - cr, t1i = ai - ci;
                L t2r = br + dr, t2i = bi + di, t3r = bi - di, t3i = dr - br;
                L.Store(points, at, t0r + t2r);
                L.Store(points, at + im, t0i + t2i);

                // roots[k], [2 k] and [3 k] of those of 4 span points
                int root = 2 * (k << (s.LogPoints - 2 - log));
                StoreTurned(points, at + step, im, t1r + t3r, t1i + t3i, roots[root], roots[root + 1]);
                StoreTurned(points, at + (2 * step), im, t0r - t2r, t0i - t2i, roots[2 * root], roots[(2 * root) + 1]);
                StoreTurned(points, at + (3 * step), im, t1r - t3r, t1i - t3i, roots[3 * root], roots[(3 * root) + 1]);
            }

            s.Barrier();
        }

        if ((s.LogPoints & 1) != 0)
        {
            Pairs<L>(s, points);
        }
    }

    /// <summary>From a spectrum to its points, times their number.</summary>
    public static void Inverse<L>(TransformShape s, ArrayView<float> points, ArrayView<float> roots)
        where L : unmanaged, ILane<L>
    {
        if ((s.LogPoints & 1) != 0)
        {
            Pairs<L>(s, points);
        }

        for (int log = s.LogPoints & 1; log <= s.LogPoints - 2; log += 2)
        {
            int span = 1 << log, im = s.Points << s.LogChannels, step = span << s.LogChannels;
            for (int i = Team.Thread; i < Butterflies<L>(s, 2); i += s.Threads)
            {
                int k = Butterfly<L>(s, i) & (span - 1), at = At<L>(s, i, log, 2), root = 2 * (k << (s.LogPoints - 2 - log));
                L ar = L.Load(points, at), ai = L.Load(points, at + im);
                L br = L.Load(points, at + step), bi = L.Load(points, at + step + im);
                L cr = L.Load(points, at + (2 * step)), ci = L.Load(points, at + (2 * step) + im);
                L dr = L.Load(points, at + (3 * step)), di = L.Load(points, at + (3 * step) + im);
                Turn(ref br, ref bi, roots[root], -roots[root + 1]);
                Turn(ref cr, ref ci, roots[2 * root], -roots[(2 * root) + 1]);
                Turn(ref dr, ref di, roots[3 * root], -roots[(3 * root) + 1]);
                L t0r = ar + cr, t0i = ai + ci, t1r = ar - cr, t1i = ai - ci;
                L t2r = br + dr, t2i = bi + di, t3r = di - bi, t3i = br - dr;
                L.Store(points, at, t0r + t2r);
                L.Store(points, at + im, t0i + t2i);
                L.Store(points, at + step, t1r + t3r);
                L.Store(points, at + step + im, t1i + t3i);
                L.Store(points, at + (2 * step), t0r - t2r);
                L.Store(points, at + (2 * step) + im, t0i - t2i);
                L.Store(points, at + (3 * step), t1r - t3r);
                L.Store(points, at + (3 * step) + im, t1i - t3i);
            }

            s.Barrier();
        }
    }

    /// <summary>The pass that takes neighbouring points in pairs, the same both ways.</summary>
    private static void Pairs<L>(TransformShape s, ArrayView<float> points)
        where L : unmanaged, ILane<L>
    {
        int im = s.Points << s.LogChannels;
        for (int i = Team.Thread; i < Butterflies<L>(s, 1); i += s.Threads)
        {
            int at = At<L>(s, i, 0, 1), other = at + s.Channels;
            L ar = L.Load(points, at), ai = L.Load(points, at + im), br = L.Load(points, other), bi = L.Load(points, other + im);
            L.Store(points, at, ar + br);
            L.Store(points, at + im, ai + bi);
            L.Store(points, other, ar - br);
            L.Store(points, other + im, ai - bi);
        }

        s.Barrier();
    }

    /// <summary>How many steps a pass has: groups of 2^<paramref name="log"/> points, times vectors of channels.</summary>
    private static int Butterflies<L>(TransformShape s, int log)
        where L : unmanaged, ILane<L> => (s.Points >> log) * (s.Channels / L.Width);

    private static int Butterfly<L>(TransformShape s, int step)
        where L : unmanaged, ILane<L> => step / (s.Channels / L.Width);

    /// <summary>Where the first point of a step lies: points of a group are 2^<paramref name="span"/> apart, there are 2^<paramref name="log"/> of them.</summary>
    private static int At<L>(TransformShape s, int step, int span, int log)
        where L : unmanaged, ILane<L>
    {
        int butterfly = Butterfly<L>(s, step), within = butterfly & ((1 << span) - 1);
        return ((((butterfly - within) << log) + within) << s.LogChannels) + (step % (s.Channels / L.Width) * L.Width);
    }

    private static void Turn<L>(ref L re, ref L im, float cos, float sin)
        where L : unmanaged, ILane<L>
    {
        L turned = (re * L.Broadcast(cos)) - (im * L.Broadcast(sin));
        im = L.MultiplyAdd(cos, im, re * L.Broadcast(sin));
        re = turned;
    }

    private static void StoreTurned<L>(ArrayView<float> points, int at, int imaginary, L re, L im, float cos, float sin)
        where L : unmanaged, ILane<L>
    {
        L.Store(points, at, (re * L.Broadcast(cos)) - (im * L.Broadcast(sin)));
        L.Store(points, at + imaginary, L.MultiplyAdd(cos, im, re * L.Broadcast(sin)));
    }
}
