using System.Globalization;
using ModelDsl.Benchmarks.Operations;
using ModelDsl.Benchmarks.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelDsl.Benchmarks.Quick;

/// <summary>The convolution alone, with kernels that are given, against libtorch's own Fourier transforms on the same data, on one thread.</summary>
internal sealed class ConvolutionTable(TextWriter output, QuickOptions options)
{
    private readonly MarkdownTable _table = new(
        output, "Convolution with given kernels, 1 thread", "sizes", "pass", "time", "best torch", "vs best torch", "goal", "allocated", "difference from torch");

    /// <summary>The sizes that are timed.</summary>
    public static IReadOnlyList<(int Batch, int Time, int Channels)> Sizes { get; } = [(1, 4096, 64), (8, 4096, 64), (1, 16384, 64)];

    /// <summary>Checks, times and prints one convolution.</summary>
    public void Add(LongConvolutionCall call)
    {
        foreach (bool withGradient in new[] { false, true })
        {
            (string Name, Func<Tensor[]> Run)[] forms = [.. new[] { false, true }.Select(isTransposed => (
                isTransposed ? "rfft, transposed" : "rfft over time",
                (Func<Tensor[]>)(() => Torch(call, isTransposed, withGradient))))];
            double error = Error(call, withGradient, forms);
            if (!(error <= Agreement.Tolerance))
            {
                throw new InvalidOperationException($"The convolution differs by {error:g2} from torch, but at most {Agreement.Tolerance:g2} was expected.");
            }

            var ours = new Contender("ours", withGradient ? call.ForwardBackward : call.Forward, isOurs: true);
            Contender[] peers = [.. forms.Select(f => new Contender(f.Name, () =>
            {
                using DisposeScope scope = NewDisposeScope();
                f.Run();
            }))];
            Interleaved.Run([ours, .. peers], options.Rounds, options.Budget);
            Contender best = peers.MinBy(p => p.Processor.Minimum)!;
            _table.Row(
                $"B={call.Batch} T={call.Time} C={call.Channels}",
                withGradient ? "forward and backward" : "forward",
                MarkdownTable.Time(ours.Processor),
                $"{best.Name}: {MarkdownTable.Time(best.Processor)}",
                MarkdownTable.Ratio(best.Processor, ours.Processor),
                Targets.Convolution.Judge(ours.Processor.Minimum / best.Processor.Minimum),
                $"{PrefillTable.AllocatedBy(ours.Run)} B",
                error.ToString("0e0", CultureInfo.InvariantCulture));
        }
    }

    private static Tensor[] Torch(LongConvolutionCall call, bool isTransposed, bool withGradient)
    {
        if (!withGradient)
        {
            using (inference_mode(true))
            {
                return [LongConvolutionForms.Convolve(call.Signals, call.Kernels.transpose(0, 1), isTransposed)];
            }
        }

        Tensor x = call.Signals.detach().requires_grad_(), k = call.Kernels.detach().requires_grad_();
        Tensor y = LongConvolutionForms.Convolve(x, k.transpose(0, 1), isTransposed);
        return [y, .. autograd.grad([y], [x, k], [call.OutputGradient])];
    }

    private static double Error(LongConvolutionCall call, bool withGradient, (string Name, Func<Tensor[]> Run)[] forms)
    {
        using DisposeScope scope = NewDisposeScope();
        call.ForwardBackward();
        Tensor[] found = [call.Output, call.SignalGradient, call.KernelGradient];
        return forms.SelectMany(f => f.Run()).Select((e, i) => (double)((found[i % (withGradient ? 3 : 1)] - e).abs().max() / e.abs().max()).item<float>()).Max();
    }
}
