namespace ModelDsl.Kernels.Gpu.Cuda;

/// <summary>
/// Runs PTX in a CUDA context that somebody else made, on pointers that somebody else owns. ILGPU makes a context of its own, in which pointers of
/// libtorch mean nothing; the way out is the text of a kernel (<see cref="Ptx.PtxCompiler"/>), loaded by the driver into the primary context, where
/// libtorch's tensors live, and launched on libtorch's stream. The whole design, and what of it is tested, is in the folder's README.
/// </summary>
public interface ICudaLauncher : IDisposable
{
    /// <summary>Loads a module and finds its kernel.</summary>
    /// <param name="ptx">The text of the module.</param>
    /// <param name="name">The kernel's name in it.</param>
    /// <returns>A handle for <see cref="Launch"/>, good until the launcher is disposed.</returns>
    /// <exception cref="GpuException">The driver's assembler refuses the text; the message has its log.</exception>
    nint Load(string ptx, string name);

    /// <summary>Launches a kernel; it runs when the stream comes to it.</summary>
    /// <param name="kernel">What <see cref="Load"/> returned.</param>
    /// <param name="groups">Groups of threads.</param>
    /// <param name="threads">Threads in a group.</param>
    /// <param name="parameters">The parameters one after the other, each aligned: see <see cref="CudaParameters"/>.</param>
    /// <param name="stream">The stream; 0 for the context's own.</param>
    void Launch(nint kernel, int groups, int threads, ReadOnlySpan<byte> parameters, nint stream = 0);
}
