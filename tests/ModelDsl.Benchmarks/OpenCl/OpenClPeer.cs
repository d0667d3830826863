using System.Globalization;
using System.Runtime.InteropServices;
using ModelDsl.Benchmarks.Operations;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelDsl.Benchmarks.OpenCl;

/// <summary>An operation in OpenCL C, written by hand, with the inputs of the operation on the device.</summary>
internal sealed class OpenClPeer : IDisposable
{
    private const int Lanes = 16;

    private readonly OpenClDevice _device;
    private readonly nint _kernel;
    private readonly nint[] _buffers;
    private readonly int _items;
    private readonly Tensor[] _inputs;

    private OpenClPeer(OpenClDevice device, Operation operation, string name, string constants, int items)
    {
        _device = device;
        _items = items;
        _inputs = operation.Inputs;
        Output = torch.zeros_like(operation.Call.Output);
        _kernel = device.Compile(Source(name), name, $"-cl-std=CL1.2 -cl-mad-enable -cl-no-signed-zeros {constants}");
        _buffers = [.. _inputs.Append(Output).Select(t => device.Allocate((nuint)(t.numel() * sizeof(float))))];
        device.Bind(_kernel, _buffers, [operation.Shape.Time, operation.Shape.Heads]);
        Send();
    }

    /// <summary>The result of the last <see cref="Fetch"/>.</summary>
    public Tensor Output { get; }

    /// <summary>The operations that there is a kernel for, by the first word of their names.</summary>
    public static OpenClPeer? For(OpenClDevice device, Operation operation)
    {
        SequenceShape shape = operation.Shape;
        string[] axes = [.. operation.Kernel.Description.Axes.Select(a => a.Name)];
        int Size(string axis) => shape.AxisSizes[Array.IndexOf(axes, axis)];
        string Define(string name, int value) => string.Create(CultureInfo.InvariantCulture, $"-D{name}={value} ");
        return operation.Name.Split(' ')[0] switch
        {
            "simple" => new(device, operation, "simple_gla", Define("K", Size("Key")) + Define("V", Size("Value")), shape.Heads * Size("Value") / Lanes),
            "gated" => new(device, operation, "gated_delta", Define("K", Size("Key")) + Define("V", Size("Value")), shape.Heads * Size("Value") / Lanes),
            "Mamba" => new(device, operation, "selective_scan", Define("N", Size("N")), shape.Heads / Lanes),
            _ => null,
        };
    }

    /// <summary>The inputs to the device.</summary>
    public void Send()
    {
        for (int i = 0; i < _inputs.Length; i++)
        {
            _device.Write(_buffers[i], MemoryMarshal.AsBytes(_inputs[i].bytes));
        }
    }

    /// <summary>The kernel, and waits for it.</summary>
    public void Run() => _device.Run(_kernel, _items);

    /// <summary>The output to the host.</summary>
    public void Fetch() => _device.Read(_buffers[^1], MemoryMarshal.AsBytes(Output.bytes));

    public void Dispose()
    {
        foreach (nint buffer in _buffers)
        {
            _device.Free(buffer);
        }
    }

    private static string Source(string name)
    {
        using Stream stream = typeof(OpenClPeer).Assembly.GetManifestResourceStream($"OpenCl.{name}.cl")
            ?? throw new InvalidOperationException($"The program holds no source '{name}.cl'.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
