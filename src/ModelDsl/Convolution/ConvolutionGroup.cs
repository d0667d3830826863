namespace ModelDsl;

/// <summary>
/// The reads of one shape and the signals that reach them, as one convolution over the channels of the reads. A signal with fewer axes than the reads is repeated
/// over the others, and its gradient is summed over them.
/// </summary>
internal sealed class ConvolutionGroup
{
    public ConvolutionGroup(ConvolutionShape shape, int[] reads)
    {
        Shape = shape;
        Reads = reads;
        Terms = [.. Enumerable.Range(0, shape.Terms.Length).Where(t => reads.Contains(shape.Terms[t].Read))];
        Signals = [.. Terms.Select(t => shape.Terms[t].Signal).Distinct()];
        Maps = [.. Signals.Select(s => shape.ChannelMap(s, reads[0]))];
    }

    public ConvolutionShape Shape { get; }

    /// <summary>The reads.</summary>
    public int[] Reads { get; }

    /// <summary>The terms that reach them; there may be none.</summary>
    public int[] Terms { get; }

    /// <summary>The signals of the terms.</summary>
    public int[] Signals { get; }

    /// <summary>For each of the signals: the channel of the signal that reaches each channel of the reads, or null if they are the same.</summary>
    public int[]?[] Maps { get; }

    /// <summary>Channels of the reads.</summary>
    public int Channels => Shape.ReadChannels[Reads[0]];

    public int Time => Shape.Shape.Time;

    public int Batch => Shape.Shape.Batch;

    /// <summary>A term's signal, among <see cref="Signals"/>.</summary>
    public int SignalOf(int term) => Array.IndexOf(Signals, Shape.Terms[Terms[term]].Signal);

    /// <summary>A term's read, among <see cref="Reads"/>.</summary>
    public int ReadOf(int term) => Array.IndexOf(Reads, Shape.Terms[Terms[term]].Read);
}
