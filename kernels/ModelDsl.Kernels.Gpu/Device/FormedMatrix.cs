using ILGPU;

namespace ModelDsl.Kernels.Gpu;

/// <summary>
/// A matrix W [K, V] that is made of memories after the last token of a chunk, W = sum_p (kf_p (x) vf_p) o S_p + sum_j k_j (x) w_j, and its adjoint. Matrices have padded
/// rows; vectors are the last token's rows of slots of the frame, and -1 stands for one that is absent. All threads share the work; no function here has a barrier.
/// </summary>
public static class FormedMatrix
{
    /// <summary>target += (kf (x) vf) o source, element by element: every thread comes back to the elements that it had before.</summary>
    /// <param name="s">The kernel's shape.</param>
    /// <param name="tile">The group's tile.</param>
    /// <param name="target">Where the matrix that is added to begins.</param>
    /// <param name="source">Where the other one begins.</param>
    /// <param name="keys">K.</param>
    /// <param name="row">Floats of a row, V padded.</param>
    /// <param name="frame">The group's frame.</param>
    /// <param name="keyFactor">kf, or -1.</param>
    /// <param name="keyStride">1 if kf has a number for each key, 0 if it is one number.</param>
    /// <param name="valueFactor">vf [V], or -1.</param>
    public static void AddScaled<L>(
        KernelShape s, ArrayView<float> tile, int target, int source, int keys, int row, ArrayView<float> frame, int keyFactor, int keyStride, int valueFactor)
        where L : unmanaged, ILane<L>
    {
        int blocks = row / L.Width;
        for (int x = Team.Thread; x < keys * blocks; x += s.Threads)
        {
            int k = x / blocks, v = x % blocks * L.Width, at = (k * row) + v;
            L scaled = Scaled(L.Load(tile, source + at), frame, valueFactor, v);
            L sum = L.Load(tile, target + at);
            L.Store(tile, target + at, keyFactor < 0 ? sum + scaled : L.MultiplyAdd(frame[keyFactor + (k * keyStride)], scaled, sum));
        }
    }

    /// <summary>target += key (x) write.</summary>
    /// <param name="s">The kernel's shape.</param>
    /// <param name="tile">The group's tile.</param>
    /// <param name="target">Where the matrix begins.</param>
    /// <param name="keys">K.</param>
    /// <param name="row">Floats of a row, V padded.</param>
    /// <param name="frame">The group's frame.</param>
    /// <param name="key">k_j [K].</param>
    /// <param name="write">w_j [V].</param>
    public static void AddOuter<L>(KernelShape s, ArrayView<float> tile, int target, int keys, int row, ArrayView<float> frame, int key, int write)
        where L : unmanaged, ILane<L>
    {
        int blocks = row / L.Width;
        for (int x = Team.Thread; x < keys * blocks; x += s.Threads)
        {
            int k = x / blocks, v = x % blocks * L.Width, at = target + (k * row) + v;
            L.Store(tile, at, L.MultiplyAdd(frame[key + k], L.Load(frame, write + v), L.Load(tile, at)));
        }
    }

    /// <summary>sums[k] = sum over v of gradient[k, v] * matrix[k, v] * values[v].</summary>
    /// <param name="s">The kernel's shape.</param>
    /// <param name="tile">The group's tile.</param>
    /// <param name="gradient">Where the gradient of W begins in it.</param>
    /// <param name="keys">K.</param>
    /// <param name="row">Floats of a row, V padded.</param>
    /// <param name="memory">Where the matrix lies.</param>
    /// <param name="matrix">Where it begins there; -1 for a matrix of ones.</param>
    /// <param name="frame">The group's frame.</param>
    /// <param name="values">The vector [V], or -1.</param>
    /// <param name="target">Where the sums go.</param>
    /// <param name="sums">The first of them.</param>
    public static void SumOverValues<L>(
        KernelShape s, ArrayView<float> tile, int gradient, int keys, int row, ArrayView<float> memory, int matrix, ArrayView<float> frame, int values, ArrayView<float> target, int sums)
        where L : unmanaged, ILane<L>
    {
        for (int k = Team.Thread; k < keys; k += s.Threads)
        {
            L sum = L.Broadcast(0f);
            for (int v = 0; v < row; v += L.Width)
            {
                sum += Scaled(Product<L>(tile, gradient, memory, matrix, (k * row) + v), frame, values, v);
            }

            target[sums + k] = L.Sum(sum);
        }
    }

    /// <summary>sums[v] = sum over k of gradient[k, v] * matrix[k, v] * key factor[k], in the frame.</summary>
    /// <param name="s">The kernel's shape.</param>
    /// <param name="tile">The group's tile.</param>
    /// <param name="gradient">Where the gradient of W begins in it.</param>
    /// <param name="keys">K.</param>
    /// <param name="row">Floats of a row, V padded.</param>
    /// <param name="memory">Where the matrix lies.</param>
    /// <param name="matrix">Where it begins there; -1 for a matrix of ones.</param>
    /// <param name="frame">The group's frame.</param>
    /// <param name="keyFactor">The vector [K] or number, or -1.</param>
    /// <param name="keyStride">1 if there is a number for each key, 0 if there is one.</param>
    /// <param name="sums">Where the sums go in the frame.</param>
    public static void SumOverKeys<L>(
        KernelShape s, ArrayView<float> tile, int gradient, int keys, int row, ArrayView<float> memory, int matrix, ArrayView<float> frame, int keyFactor, int keyStride, int sums)
        where L : unmanaged, ILane<L>
    {
        for (int v = Team.Thread * L.Width; v < row; v += s.Threads * L.Width)
        {
            L sum = L.Broadcast(0f);
            for (int k = 0; k < keys; k++)
            {
                L product = Product<L>(tile, gradient, memory, matrix, (k * row) + v);
                sum = keyFactor < 0 ? sum + product : L.MultiplyAdd(frame[keyFactor + (k * keyStride)], product, sum);
            }

            L.Store(frame, sums + v, sum);
        }
    }

    private static L Product<L>(ArrayView<float> tile, int gradient, ArrayView<float> memory, int matrix, int at)
        where L : unmanaged, ILane<L>
        => matrix < 0 ? L.Load(tile, gradient + at) : L.Load(tile, gradient + at) * L.Load(memory, matrix + at);

    private static L Scaled<L>(L value, ArrayView<float> frame, int values, int v)
        where L : unmanaged, ILane<L>
        => values < 0 ? value : value * L.Load(frame, values + v);
}
