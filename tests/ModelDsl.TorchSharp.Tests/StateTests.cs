using static TorchSharp.torch;

namespace ModelDsl.TorchSharp.Tests;

/// <summary>A state goes from torch to a value and back.</summary>
public sealed class StateTests
{
    [Fact]
    public void Final_states_become_a_value_and_initial_states_again()
    {
        using var scope = NewDisposeScope();
        var kernel = new RetentionKernel();
        var final = randn([2, 3, 4, 5], requires_grad: true).permute(0, 3, 1, 2);  // strided, and part of a graph
        RecurrentState state = new[] { final }.ToRecurrentState(kernel.Description);
        Assert.Equal((2, 5), (state.Batch, state.Heads));
        Assert.Equal(final[1, 4, 2, 3].item<float>(), state["S"].Data[^1]);
        var again = state.ToTensors()[0];
        Assert.True(again.equal(final).all().item<bool>());
        state["S"].Data.AsSpan().Clear();
        Assert.True(again.equal(final).all().item<bool>());  // a copy
    }

    [Fact]
    public void A_state_of_another_dtype_is_refused()
    {
        using var scope = NewDisposeScope();
        var exception = Assert.Throws<ArgumentException>(() => new[] { ones([2, 5, 3, 4], float64) }.ToRecurrentState(new RetentionKernel().Description));
        Assert.Contains("Float64 [2, 5, 3, 4]", exception.Message);
    }
}
