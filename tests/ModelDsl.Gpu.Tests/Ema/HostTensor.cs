using System.Runtime.InteropServices;

namespace ModelDsl.Gpu.Tests.Ema;

/// <summary>A tensor of a call in pinned memory, with the strides that a test asks for.</summary>
internal sealed unsafe class HostTensor
{
    private readonly int _heads;
    private readonly nint _batch, _time, _head;
    private readonly bool _hasChannel;
    private readonly Func<int, HostTensor> _again;

    /// <param name="batch">Sequences.</param>
    /// <param name="time">Tokens.</param>
    /// <param name="heads">Heads of the tensor.</param>
    /// <param name="channels">Channels; 0 stands for none.</param>
    /// <param name="hasTime">Whether tokens differ.</param>
    /// <param name="hasHead">Whether heads differ.</param>
    /// <param name="hasChannel">Whether there is an axis of channels.</param>
    /// <param name="headsBeforeTime">The order in memory.</param>
    /// <param name="gap">Unused elements behind each row, filled with NaN.</param>
    /// <param name="seed">Of the numbers; below 0 for NaN.</param>
    /// <param name="hasBatch">Whether sequences differ.</param>
    public HostTensor(int batch, int time, int heads, int channels, bool hasTime, bool hasHead, bool hasChannel, bool headsBeforeTime, int gap, int seed, bool hasBatch = true)
    {
        _heads = heads;
        _hasChannel = hasChannel;
        nint row = Math.Max(channels, 1) + gap;
        (nint inTime, nint inHead) = headsBeforeTime ? (row, row * time) : (row * heads, row);
        _time = hasTime ? inTime : 0;
        _head = hasHead ? (hasTime ? inHead : row) : 0;
        _batch = hasBatch ? row * heads * time : 0;
        Memory = GC.AllocateArray<float>((int)(row * heads * time * batch), pinned: true);
        Memory.AsSpan().Fill(float.NaN);
        if (seed >= 0)
        {
            Random random = new(seed);
            for (int i = 0; i < Memory.Length; i++)
            {
                // Between 0.2 and 1: also a decay that is none of 0 and not close to 1 on average.
                Memory[i] = i % row < Math.Max(channels, 1) ? (float)((random.NextDouble() * 0.8) + 0.2) : float.NaN;
            }
        }

        _again = s => new HostTensor(batch, time, heads, channels, hasTime, hasHead, hasChannel, headsBeforeTime, gap, s, hasBatch);
    }

    public float[] Memory { get; }

    public TensorView View => new(Marshal.UnsafeAddrOfPinnedArrayElement(Memory, 0), _heads, _batch, _time, _head, _hasChannel ? 1 : 0);

    public double this[int batch, int time, int head, int channel, int heads] => Memory[At(batch, time, head, channel, heads)];

    /// <summary>A tensor of the same form, to be written.</summary>
    public HostTensor Same() => _again(-1);

    /// <summary>The place of an element.</summary>
    public long At(int batch, int time, int head, int channel, int heads) =>
        (batch * _batch) + (time * _time) + (head * _heads / heads * _head) + channel;

    /// <summary>Compares with numbers by place; everything else must have stayed NaN.</summary>
    public void ShouldBe(Dictionary<long, double> expected, string name)
    {
        double scale = expected.Values.Max(Math.Abs);
        for (int i = 0; i < Memory.Length; i++)
        {
            if (expected.TryGetValue(i, out double value))
            {
                Assert.True(Math.Abs(Memory[i] - value) <= 1e-5 * scale, $"{name}[{i}] is {Memory[i]}, expected {value}");
            }
            else
            {
                Assert.True(float.IsNaN(Memory[i]), $"{name}[{i}] is beside the tensor, but was written: {Memory[i]}");
            }
        }
    }
}
