using ModelDsl.Kernels.Gpu;
using ModelDsl.Layers;
using ModelDsl.TorchSharp;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace ModelDsl.Gpu.Tests;

/// <summary>The differentiable function of TorchSharp runs on kernels for GPUs: torch's tensors stay in the process's memory, and travel.</summary>
public class TorchTests
{
    [SkippableTheory]
    [InlineData(Mode.Recurrent)]
    [InlineData(Mode.Chunkwise)]
    public void Results_and_gradients_are_those_of_the_CPU(Mode mode)
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(1);
        GpuRecurrenceKernel kernel = GatedDeltaRule.On(Devices.Get(GpuKind.OpenCL));
        (int batch, int time, int heads, int keys, int values) = (2, 37, 3, 8, 16);

        // Strided in several ways: transposed, expanded, and cut out of something larger.
        Tensor q = randn([batch, heads, time, keys]).transpose(1, 2).detach().requires_grad_(true);
        Tensor k = nn.functional.normalize(randn([batch, time, heads, 2 * keys])[.., .., .., ..keys], dim: -1).detach().requires_grad_(true);
        Tensor v = randn([batch, time, heads, values], requires_grad: true), g = (-rand([batch, time, heads])).requires_grad_(true);
        Tensor beta = rand([batch, time, heads], requires_grad: true), state = randn([batch, heads, keys, values], requires_grad: true);
        Tensor[] inputs = [q, k, v, g, beta], differentiable = [.. inputs, state];
        Tensor weights = randn([batch, time, heads, values]), stateWeights = randn(state.shape);

        (Tensor[] Results, Tensor[] Gradients) Run(IRecurrenceKernel on)
        {
            RecurrenceTensors result = RecurrenceFunction.Apply(on, inputs, [state], new RunOptions(mode, 16));
            Tensor loss = (result.Outputs[0] * weights).sum() + (result.FinalStates[0] * stateWeights).sum();
            return ([result.Outputs[0], result.FinalStates[0]], [.. autograd.grad([loss], differentiable)]);
        }

        long launches = kernel.Device.Launches;
        var (results, gradients) = Run(kernel);
        Assert.Equal(2, kernel.Device.Launches - launches);
        var (expectedResults, expectedGradients) = Run(GatedDeltaRule.Kernel);
        foreach ((Tensor expected, Tensor actual) in expectedResults.Concat(expectedGradients).Zip(results.Concat(gradients)))
        {
            double error = (expected - actual).abs().max().item<float>() / expected.abs().max().item<float>();
            Assert.True(error < 1e-5, $"{string.Join('x', expected.shape)} differs by {error}");
        }
    }

    [SkippableFact]
    public void A_failure_going_backward_is_told_and_torch_goes_on()
    {
        Devices.Require(GpuKind.OpenCL);
        using DisposeScope scope = NewDisposeScope();
        using GpuDevice device = GpuDevice.Open(GpuKind.OpenCL);
        Tensor[] Inputs() => [randn([1, 9, 2, 4]), randn([1, 9, 2, 4]), randn([1, 9, 2, 4], requires_grad: true)];
        Tensor loss = RecurrenceFunction.Apply(LinearAttention.On(device), Inputs()).Outputs[0].sum();
        device.Before = operation => _ = operation == GpuOperation.Finish ? throw new InvalidOperationException("a driver's words") : 0;
        Assert.ThrowsAny<Exception>(() => loss.backward());
        Assert.Contains("LinearAttention", Assert.IsType<GpuException>(RecurrenceFunction.LastBackwardError).Message);

        Tensor[] again = Inputs();
        RecurrenceFunction.Apply(LinearAttention.Kernel, again).Outputs[0].sum().backward();
        Assert.NotNull(again[2].grad);
    }
}
