using ILGPU;

namespace ModelDsl.Kernels.Gpu;

/// <summary>
/// A tensor of a call: [batch, time, head, axes...] or a state [batch, head, axes...], the named axes dense and in the order of their
/// declaration. A stride of 0 repeats.
/// </summary>
public struct DeviceTensor
{
    /// <summary>Numbers in the table for each tensor.</summary>
    public const int Fields = 5;

    /// <summary>The position of its first element in the call's memory; -1 if it is absent.</summary>
    public int Start;

    /// <summary>Elements from one sequence of the batch to the next.</summary>
    public int BatchStride;

    /// <summary>Elements from one token to the next.</summary>
    public int TimeStride;

    /// <summary>Elements from one of the tensor's heads to the next.</summary>
    public int HeadStride;

    /// <summary>Heads in the tensor: a divisor of the heads of the sequence (grouped heads: repeated in order).</summary>
    public int Heads;

    /// <summary>Reads the table.</summary>
    public static DeviceTensor At(ArrayView<int> table, int index) => new()
    {
        Start = table[index * Fields],
        BatchStride = table[(index * Fields) + 1],
        TimeStride = table[(index * Fields) + 2],
        HeadStride = table[(index * Fields) + 3],
        Heads = table[(index * Fields) + 4],
    };

    /// <summary>The position of a token's and a head's elements; negative if the tensor is absent.</summary>
    /// <param name="batch">The sequence.</param>
    /// <param name="time">The token.</param>
    /// <param name="head">The head of the sequence.</param>
    /// <param name="heads">How many heads the sequence has.</param>
    public readonly int Origin(int batch, int time, int head, int heads) =>
        Start < 0 ? -1 : Start + (batch * BatchStride) + (time * TimeStride) + (head / (heads / Heads) * HeadStride);
}
