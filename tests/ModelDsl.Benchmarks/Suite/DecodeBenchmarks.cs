using BenchmarkDotNet.Attributes;
using ModelDsl.Benchmarks.Operations;
using TorchSharp;

namespace ModelDsl.Benchmarks.Suite;

/// <summary>One token through 24 layers on one thread.</summary>
public class DecodeBenchmarks
{
    private DecodeStep _step = null!;

    /// <summary>The recurrences.</summary>
    public static IEnumerable<string> Operations => DecodeList.All.Select(d => d.Name);

    /// <summary>What is timed.</summary>
    [ParamsSource(nameof(Operations))]
    public string Operation { get; set; } = "";

    /// <summary>Makes the states.</summary>
    [GlobalSetup]
    public void Setup()
    {
        torch.set_num_threads(1);
        _step = DecodeList.All.First(d => d.Name == Operation).Create();
    }

    /// <summary>The generated kernel.</summary>
    [Benchmark(Baseline = true)]
    public void Step() => _step.Run();

    /// <summary>The limit of memory: all states multiplied in place.</summary>
    [Benchmark]
    public void ScaleStates() => _step.Scale();

    /// <summary>Torch, in place.</summary>
    [Benchmark]
    public void TorchStep() => _step.RunTorch();
}
