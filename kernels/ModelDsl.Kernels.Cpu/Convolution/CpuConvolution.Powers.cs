namespace ModelDsl.Kernels.Cpu;

// Responses that are sums of powers: blocks of channels are shared by threads, and their gradients added in order.
internal sealed unsafe partial class CpuConvolution : IPowerEngine
{
    /// <inheritdoc/>
    public void Respond(PowerTerm[] terms, ConvolutionShape coefficients, ConvolutionMemory numbers, ConvolutionShape shape, ConvolutionMemory memory)
    {
        for (int term = 0; term < terms.Length; term++)
        {
            PowerSum sum = Sum(terms, term, coefficients, shape);
            DelayLineResponse[] lines = Lines(terms, term, coefficients, shape);
            nint kernel = memory.Kernels[term];
            Share(sum, shape.ReadChannels[shape.Terms[term].Read], (block, worker) =>
            {
                sum.Respond(numbers.Signals, (float*)kernel, block, worker.Pointer);
                foreach (DelayLineResponse line in lines)
                {
                    line.Respond(numbers.Signals, (float*)kernel, block);
                }
            });
        }
    }

    /// <inheritdoc/>
    public void Differentiate(
        PowerTerm[] terms, ConvolutionShape coefficients, ConvolutionMemory numbers, ConvolutionMemory ofNumbers, ConvolutionShape shape, ConvolutionMemory gradients)
    {
        for (int c = 0; c < coefficients.Signals.Count; c++)
        {
            Clear(ofNumbers.Signals[c], coefficients.SignalLength(c));
        }

        for (int term = 0; term < terms.Length; term++)
        {
            PowerSum sum = Sum(terms, term, coefficients, shape);
            nint kernel = gradients.Kernels[term];
            AlignedBuffer results = s_pool.Rent(sum.GradientLength);
            Share(sum, shape.ReadChannels[shape.Terms[term].Read], (block, worker) => sum.Differentiate(numbers.Signals, (float*)kernel, results.Pointer, block, worker.Pointer));
            sum.Add(results.Pointer, (float*)kernel, ofNumbers.Signals);
            s_pool.Return(results);
            foreach (DelayLineResponse line in Lines(terms, term, coefficients, shape))
            {
                line.Differentiate(numbers.Signals, (float*)kernel, ofNumbers.Signals);
            }
        }
    }

    private static PowerSum Sum(PowerTerm[] terms, int term, ConvolutionShape coefficients, ConvolutionShape shape)
    {
        int read = shape.Terms[term].Read;
        return new PowerSum(terms[term], coefficients, shape.Reads[read], shape.ReadChannels[read], shape.Shape.Time);
    }

    private static DelayLineResponse[] Lines(PowerTerm[] terms, int term, ConvolutionShape coefficients, ConvolutionShape shape)
    {
        int read = shape.Terms[term].Read;
        return [.. terms[term].Moves.Select(m => new DelayLineResponse(m, coefficients, shape.Reads[read], shape.ReadChannels[read], shape.Shape.Time))];
    }

    private void Share(PowerSum sum, int channels, Action<ChannelBlock, AlignedBuffer> task) =>
        ChannelBlock.Share(channels, threads, () => s_pool.Rent(sum.Workspace), s_pool.Return, task);
}
