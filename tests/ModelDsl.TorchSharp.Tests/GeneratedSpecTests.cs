using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace ModelDsl.TorchSharp.Tests;

/// <summary>A spec runs on torch tensors by its generated method, and is what torch's own operations give.</summary>
public sealed class GeneratedSpecTests
{
    private const int Batch = 2, Time = 19, Heads = 4, Keys = 5, Values = 6;

    [Theory]
    [InlineData(Mode.Auto)]
    [InlineData(Mode.Recurrent)]
    [InlineData(Mode.Chunkwise)]
    [InlineData(Mode.ParallelScan)]
    [InlineData(Mode.Quadratic)]
    public void Results_and_gradients_are_those_of_torch(Mode mode)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        Tensor q = randn([Batch, Time, 2, Keys], requires_grad: true), k = randn([Batch, Time, Keys], requires_grad: true);
        Tensor v = randn([Batch, Time, Heads, Values], requires_grad: true), g = (-rand(Heads)).requires_grad_(true);
        Tensor state = randn([Batch, Heads, Keys, Values], requires_grad: true), sum = randn([Batch, Heads, Keys], requires_grad: true);
        Tensor[] differentiable = [q, k, v, g, state, sum];

        var actual = NormalisedMemory.Run(q, k, v, g, [state, sum], new(mode, ChunkSize: 8));
        var expected = Reference(q, k, v, g, state, sum);
        Tensor[] results = [.. actual.Outputs, .. actual.FinalStates];
        Assert.NotEqual(Mode.Auto, actual.Mode);
        for (int i = 0; i < results.Length; i++)
            Near(expected[i], results[i], 1e-5);

        Tensor[] weights = [.. expected.Select(e => randn(e.shape))];
        Tensor Loss(Tensor[] of) => of.Zip(weights, (r, w) => (r * w).sum()).Aggregate((a, b) => a + b);
        var gradients = autograd.grad([Loss(results)], differentiable);
        var expectedGradients = autograd.grad([Loss(expected)], differentiable);
        for (int i = 0; i < differentiable.Length; i++)
            Near(expectedGradients[i], gradients[i], 1e-4);
    }

    [Fact]
    public void Packed_sequences_are_separate_ones()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        Tensor q = randn(1, Time, 2, Keys), k = randn(1, Time, Keys), v = randn(1, Time, Heads, Values), g = -rand(Heads);
        Tensor state = randn(2, Heads, Keys, Values), sum = randn(2, Heads, Keys);

        var packed = NormalisedMemory.Run(q, k, v, g, [state, sum], offsets: tensor(new long[] { 0, 7, Time }).ToSequenceOffsets());
        var second = NormalisedMemory.Run(q[.., 7..], k[.., 7..], v[.., 7..], g, [state[1..], sum[1..]]);
        Assert.True((packed.Output[.., 7..] == second.Output).all().item<bool>());
        Assert.True((packed.FinalStates[0][1..] == second.FinalStates[0]).all().item<bool>());
    }

    [Fact]
    public void All_modes_are_verified_through_torch()
    {
        var report = ModeVerification.Verify<NormalisedMemory>(new() { Targets = [TorchKernel.Target<NormalisedMemory>()] });
        Assert.True(report.Passed, report.ToString());
        Assert.Equal(2 * NormalisedMemory.Description.LegalModes.Count(), report.Rows.Count);
    }

    [Fact]
    public void A_memory_with_a_stabiliser_has_all_modes_through_torch()
    {
        var report = ModeVerification.Verify<StabilisedMemory>(new() { Targets = [TorchKernel.Target<StabilisedMemory>()] });
        Assert.True(report.Passed, report.ToString());
        Assert.Equal([Mode.Recurrent, Mode.Chunkwise, Mode.ParallelScan, Mode.Quadratic], StabilisedMemory.Description.LegalModes);
    }

    [Fact]
    public void Training_on_batches_of_long_sequences_convolves_by_itself()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        Tensor x = randn([8, 256, 16], requires_grad: true), a = randn([16, 64], requires_grad: true), c = randn([16, 64], requires_grad: true);
        var actual = SteadyFilter.Run(x, a, c);
        var expected = SteadyFilter.Run(x, a, c, options: new(Mode.Recurrent));
        Assert.Equal(Mode.Convolution, actual.Mode);
        Near(expected.Output, actual.Output, 1e-5);
        Near(expected.FinalStates[0], actual.FinalStates[0], 1e-5);
        var weight = randn(expected.Output.shape);
        var gradients = autograd.grad([(actual.Output * weight).sum()], [x, a, c]);
        foreach (var (e, g) in autograd.grad([(expected.Output * weight).sum()], [x, a, c]).Zip(gradients))
            Near(e, g, 1e-5);
        using (no_grad())
            Assert.Equal(Mode.Recurrent, SteadyFilter.Run(x, a, c).Mode);
    }

    private static Tensor[] Reference(Tensor q, Tensor k, Tensor v, Tensor g, Tensor state, Tensor sum)
    {
        q = q.repeat_interleave(2, 2);
        var decay = g.exp().reshape(1, Heads, 1);
        var (reads, weights) = (new List<Tensor>(), new List<Tensor>());
        for (int t = 0; t < Time; t++)
        {
            var key = k[.., t].unsqueeze(1);
            state = decay.unsqueeze(-1) * state + key.unsqueeze(-1) * v[.., t].unsqueeze(-2);
            sum = decay * sum + key;
            var weight = 1 + (q[.., t] * sum).sum(-1).abs();
            reads.Add((q[.., t].unsqueeze(-1) * state).sum(-2) / weight.unsqueeze(-1));
            weights.Add(weight);
        }

        return [stack(reads, 1), stack(weights, 1), state, sum];
    }

    private static void Near(Tensor expected, Tensor actual, double bound)
    {
        Assert.Equal(expected.shape, actual.shape);
        double error = ((expected - actual).abs().max() / expected.abs().max()).item<float>();
        Assert.True(error < bound, $"error {error} relative to the largest value, bound {bound}");
    }
}
