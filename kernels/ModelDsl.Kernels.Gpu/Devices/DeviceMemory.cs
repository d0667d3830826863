using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;

namespace ModelDsl.Kernels.Gpu;

/// <summary>The memory of a device, and the memory of the process through which tensors pass on their way. All of it only grows, so that calls reuse it.</summary>
internal sealed unsafe class DeviceMemory(GpuDevice device)
{
    private const int SparesKept = 8;

    /// <summary>Lanes may read up to a vector behind the last element.</summary>
    private const int Slack = 2 * KernelShape.Padding;

    private readonly List<MemoryBuffer1D<float, Stride1D.Dense>> _spares = [];
    private readonly Dictionary<(int Count, bool Twists), MemoryBuffer1D<float, Stride1D.Dense>> _roots = [];
    private MemoryBuffer1D<float, Stride1D.Dense>? _memory;
    private MemoryBuffer1D<float, Stride1D.Dense>? _scratch;
    private MemoryBuffer1D<int, Stride1D.Dense>? _table;
    private int[] _tableOnDevice = [];
    private float* _staging;
    private long _stagingLength;

    /// <summary>The tensors of a call.</summary>
    public ArrayView<float> Tensors => _memory!.View.AsContiguous();

    /// <summary>Frames and tiles outside shared memory.</summary>
    public ArrayView<float> Scratch => _scratch!.View.AsContiguous();

    /// <summary>Where the tensors are.</summary>
    public ArrayView<int> Table => _table!.View.AsContiguous();

    /// <summary>Floats at the start of <see cref="Tensors"/> that stay there from call to call, until it is set back: what passes between the parts of a convolution.</summary>
    public long Resident { get; private set; }

    /// <summary>How often memory of the device was asked for.</summary>
    public int Allocations { get; private set; }

    /// <summary>Memory of the process that the device copies from and to.</summary>
    public float* Staging(long length)
    {
        if (length > _stagingLength)
        {
            NativeMemory.AlignedFree(_staging);
            _staging = null;
            _stagingLength = 0;
            _staging = (float*)NativeMemory.AlignedAlloc((nuint)length * sizeof(float), 64);
            _stagingLength = length;
        }

        return _staging;
    }

    /// <summary>Makes room for a call.</summary>
    public void Reserve(GpuWork work, long tensors, long scratch, int table)
    {
        Reserve(work, ref _memory, tensors + Slack, Resident);
        Reserve(work, ref _scratch, scratch + Slack);
        if (_table is null || _table.Length < table)
        {
            _tableOnDevice = [];
            Reserve(work, ref _table, table);
        }
    }

    /// <summary>Room for floats among those that stay.</summary>
    /// <returns>Where it begins.</returns>
    public long Stay(long length)
    {
        long start = Resident;
        Resident += (length + Slack + (KernelShape.Padding - 1)) / KernelShape.Padding * KernelShape.Padding;
        return start;
    }

    /// <summary>Nothing stays any longer.</summary>
    public void LetGo() => Resident = 0;

    /// <summary>The roots of unity that transforms of a number of points take: see <see cref="TransformArguments.Roots"/>.</summary>
    public ArrayView<float> Roots(GpuWork work, int points) => Roots(work, points, twists: true);

    /// <summary>The roots of unity of a period: see <see cref="FrequencyArguments.Roots"/>.</summary>
    public ArrayView<float> RootsOf(GpuWork work, int period) => Roots(work, period, twists: false);

    private ArrayView<float> Roots(GpuWork work, int count, bool twists)
    {
        if (!_roots.TryGetValue((count, twists), out MemoryBuffer1D<float, Stride1D.Dense>? buffer))
        {
            var roots = new float[(twists ? 4 : 2) * count];
            for (int j = 0; j < roots.Length / 2; j++)
            {
                (double sin, double cos) = j < count ? Math.SinCos(-2 * Math.PI * j / count) : Math.SinCos(-Math.PI * (j - count) / (2.0 * count));
                (roots[2 * j], roots[(2 * j) + 1]) = ((float)cos, (float)sin);
            }

            Reserve(work, ref buffer, roots.Length);
            device.Do(GpuOperation.Upload, work, () => buffer!.View.AsContiguous().SubView(0, roots.Length).CopyFromCPU(roots));
            _roots.Add((count, twists), buffer!);
        }

        return buffer!.View.AsContiguous();
    }

    /// <summary>Sends the table, unless it is there already.</summary>
    public void SendTable(GpuWork work, int[] table)
    {
        if (_tableOnDevice.AsSpan().SequenceEqual(table))
        {
            return;
        }

        // The array is pinned and kept, since the copy may be made later.
        _tableOnDevice = [];
        int[] pinned = GC.AllocateUninitializedArray<int>(table.Length, pinned: true);
        table.CopyTo(pinned, 0);
        device.Do(GpuOperation.Upload, work, () =>
            Table.SubView(0, table.Length).CopyFromCPUUnsafeAsync(device.Accelerator.DefaultStream, ref pinned[0], table.Length));
        _tableOnDevice = pinned;
    }

    /// <summary>Sets floats to zero.</summary>
    public void Clear(GpuWork work, long at, long length)
    {
        if (length > 0)
        {
            device.Do(GpuOperation.Launch, work, () => Tensors.SubView(at, length).MemSetToZero(device.Accelerator.DefaultStream));
        }
    }

    /// <summary>Sends floats. They must stay where they are until <see cref="Finish"/>.</summary>
    public void Send(GpuWork work, float* from, long at, long length)
    {
        if (length > 0)
        {
            device.Do(GpuOperation.Upload, work, () =>
                Tensors.SubView(at, length).CopyFromCPUUnsafeAsync(device.Accelerator.DefaultStream, ref Unsafe.AsRef<float>(from), length));
        }
    }

    /// <summary>Fetches floats. They are there after <see cref="Finish"/>.</summary>
    public void Fetch(GpuWork work, float* to, long at, long length)
    {
        if (length > 0)
        {
            device.Do(GpuOperation.Download, work, () =>
                Tensors.SubView(at, length).CopyToCPUUnsafeAsync(device.Accelerator.DefaultStream, ref Unsafe.AsRef<float>(to), length));
        }
    }

    /// <summary>Waits for everything that was asked of the device.</summary>
    public void Finish(GpuOperation operation, GpuWork work) => device.Do(operation, work, () => device.Accelerator.DefaultStream.Synchronize());

    /// <summary>Memory of its own for what outlives a call.</summary>
    public MemoryBuffer1D<float, Stride1D.Dense> Rent(GpuWork work, long length)
    {
        MemoryBuffer1D<float, Stride1D.Dense>? buffer = _spares.Where(spare => spare.Length >= length && spare.Length <= 2 * length).MinBy(spare => spare.Length);
        if (buffer is not null)
        {
            _spares.Remove(buffer);
            return buffer;
        }

        Reserve(work, ref buffer, length);
        return buffer!;
    }

    /// <summary>Takes memory back. It is kept for the next one who asks, up to a number.</summary>
    public void Return(MemoryBuffer1D<float, Stride1D.Dense> buffer)
    {
        if (_spares.Count < SparesKept)
        {
            _spares.Add(buffer);
        }
        else
        {
            Release(buffer);
        }
    }

    /// <summary>Lets go of everything.</summary>
    public void Drop()
    {
        Release(_memory);
        Release(_scratch);
        Release(_table);
        _spares.ForEach(Release);
        _spares.Clear();
        Array.ForEach([.. _roots.Values], Release);
        _roots.Clear();
        Resident = 0;
        _memory = _scratch = null;
        _table = null;
        _tableOnDevice = [];
        NativeMemory.AlignedFree(_staging);
        _staging = null;
        _stagingLength = 0;
    }

    /// <summary>Makes room. What the memory holds is lost if it grows, but for the first floats.</summary>
    private void Reserve<T>(GpuWork work, ref MemoryBuffer1D<T, Stride1D.Dense>? buffer, long length, long resident = 0)
        where T : unmanaged
    {
        if (buffer is not null && buffer.Length >= length)
        {
            return;
        }

        MemoryBuffer1D<T, Stride1D.Dense>? old = buffer, fresh = null;
        buffer = null;
        device.Do(GpuOperation.Allocate, work, () =>
        {
            if (old is not null && resident > 0)
            {
                fresh = device.Accelerator.Allocate1D<T>(length);
                long kept = Math.Min(resident, old.Length);
                fresh.View.AsContiguous().SubView(0, kept).CopyFrom(device.Accelerator.DefaultStream, old.View.AsContiguous().SubView(0, kept));
                device.Accelerator.DefaultStream.Synchronize();
                old.Dispose();
                return;
            }

            // First let go: both at once might not fit.
            old?.Dispose();
            fresh = device.Accelerator.Allocate1D<T>(length);
        });
        Allocations++;
        buffer = fresh;
    }

    private static void Release(MemoryBuffer? buffer)
    {
        try
        {
            buffer?.Dispose();
        }
        catch (Exception)
        {
            // It belongs to a device that has failed: there is nobody left to give it back to.
        }
    }
}
