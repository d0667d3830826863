using BenchmarkDotNet.Attributes;
using ModelDsl.Benchmarks.Operations;
using ModelDsl.Benchmarks.Torch;
using TorchSharp;

namespace ModelDsl.Benchmarks.Suite;

/// <summary>Whole sequences: the generated kernel in its Auto mode, against torch's loop and its best other form.</summary>
public class PrefillBenchmarks
{
    private Operation _operation = null!;
    private TorchForm _loop = null!;
    private TorchForm _best = null!;
    private RunOptions _options;

    /// <summary>The operations.</summary>
    public static IEnumerable<string> Operations => OperationList.Names;

    /// <summary>What is timed.</summary>
    [ParamsSource(nameof(Operations))]
    public string Operation { get; set; } = "";

    /// <summary>Threads of the generated kernel and of torch.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>Makes the inputs, and refuses to time what is wrong.</summary>
    [GlobalSetup]
    public void Setup()
    {
        torch.set_num_threads(Threads);
        _operation = OperationList.Create(Operation);
        _ = Agreement.Check(_operation, withGradient: true);
        _loop = _operation.Forms.First(f => f.IsLoop);
        _best = _operation.Forms.First(f => !f.IsLoop);
        _options = new RunOptions(Mode.Auto, Threads: Threads);
    }

    /// <summary>The generated kernel.</summary>
    [Benchmark(Baseline = true), BenchmarkCategory("Forward")]
    public void Forward() => _operation.Call.Forward(_options);

    /// <summary>Torch, token by token.</summary>
    [Benchmark, BenchmarkCategory("Forward")]
    public void TorchLoopForward() => _operation.RunTorch(_loop);

    /// <summary>Torch, in chunks or by its own module.</summary>
    [Benchmark, BenchmarkCategory("Forward")]
    public void TorchForward() => _operation.RunTorch(_best);

    /// <summary>The generated kernel and its gradients.</summary>
    [Benchmark(Baseline = true), BenchmarkCategory("Gradient")]
    public void ForwardBackward() => _operation.Call.ForwardBackward(_options);

    /// <summary>Torch with autograd, token by token.</summary>
    [Benchmark, BenchmarkCategory("Gradient")]
    public void TorchLoopForwardBackward() => _operation.RunTorchWithGradient(_loop);

    /// <summary>Torch with autograd, in chunks or by its own module.</summary>
    [Benchmark, BenchmarkCategory("Gradient")]
    public void TorchForwardBackward() => _operation.RunTorchWithGradient(_best);
}
