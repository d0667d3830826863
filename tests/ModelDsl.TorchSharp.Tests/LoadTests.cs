using static TorchSharp.torch;

namespace ModelDsl.TorchSharp.Tests;

/// <summary>TorchSharp loads and works on this system, whatever its libstdc++: the build saw to it.</summary>
public sealed class LoadTests
{
    [Fact]
    public void Tensors_are_computed()
    {
        using var scope = NewDisposeScope();
        var product = ones(2, 3).matmul(ones(3, 2));
        Assert.Equal(3f, product[1, 1].item<float>());
    }

    [Fact]
    public void An_LSTM_runs_forward_and_backward()
    {
        using var scope = NewDisposeScope();
        using var lstm = nn.LSTM(4, 8, batchFirst: true);
        var input = randn([2, 5, 4], requires_grad: true);
        var (output, _, _) = lstm.call(input, null);
        output.sum().backward();
        Assert.Equal([2, 5, 8], output.shape);
        Assert.True(input.grad!.abs().sum().item<float>() > 0);
    }

    [Fact]
    public void A_custom_autograd_function_is_differentiated()
    {
        using var scope = NewDisposeScope();
        var x = torch.tensor([1f, 2f, 3f], requires_grad: true);
        Square.apply(x).sum().backward();
        Assert.Equal([2f, 4f, 6f], x.grad!.data<float>().ToArray());
    }

    private sealed class Square : autograd.SingleTensorFunction<Square>
    {
        public override string Name => nameof(Square);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var x = (Tensor)vars[0];
            ctx.save_for_backward([x]);
            return x * x;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [2 * ctx.get_saved_variables()[0] * grad_output];
    }
}
