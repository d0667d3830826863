using static TorchSharp.torch;

namespace ModelDsl.TorchSharp.Tests;

/// <summary>A kernel on torch tensors computes what torch's own operations compute, gradients included, however the tensors lie in memory.</summary>
public sealed class RecurrenceFunctionTests
{
    private const int Batch = 2, Time = 5, Heads = 4, Keys = 3, Values = 2;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Results_and_gradients_are_those_of_torch(bool withInitialState)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        CheckAgainstTorch(new Inputs(withInitialState));
    }

    [Fact]
    public void Strided_inputs_are_read_where_they_lie()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        CheckAgainstTorch(new Inputs(true)
        {
            Q = View(Leaf(Batch, Heads, Keys, Time).permute(0, 3, 1, 2)),                  // transposed
            K = View(Leaf(Batch, Time, 7)[TensorIndex.Ellipsis, TensorIndex.Slice(2, 5)]), // a slice: offset and gaps
            V = View(Leaf(Batch, 1, Heads, Values).expand(Batch, Time, Heads, Values)),    // repeated by a stride of zero
        });
    }

    [Fact]
    public void Fewer_heads_are_repeated_in_order()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        CheckAgainstTorch(new Inputs(true) { Q = Leaf(Batch, Time, 2, Keys), V = Leaf(Batch, Time, 1, Values) });
    }

    [Fact]
    public void The_final_state_alone_has_gradients()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var inputs = new Inputs(true);
        Apply(new RetentionKernel(), inputs).FinalStates[0].square().sum().backward();
        var actual = inputs.Differentiable.Select(i => i.grad!.clone()).ToList();
        inputs.ForgetGradients();
        Reference(inputs).State.square().sum().backward();
        Assert.Equal(0, actual[0].abs().max().item<float>());  // q reads only
        foreach (var (mine, input) in actual.Skip(1).Zip(inputs.Differentiable.Skip(1)))
            Near(input.grad!, mine);
    }

    [Fact]
    public void Gradients_that_nobody_asks_for_are_not_computed()
    {
        using var scope = NewDisposeScope();
        var inputs = new Inputs(true) { K = randn(Batch, Time, Keys) };
        Apply(new RetentionKernel(), inputs).Output.sum().backward();
        Assert.Null(inputs.K.grad);
        Assert.NotNull(inputs.V.grad);
    }

    [Fact]
    public void Without_gradients_there_is_no_tape()
    {
        using var scope = NewDisposeScope();
        var kernel = new RetentionKernel();
        using (no_grad())
            Assert.False(Apply(kernel, new Inputs(true)).Output.requires_grad);
        Apply(kernel, new Inputs(true, requiresGrad: false));
        Assert.Equal((2, 0), (kernel.Forwards, kernel.TapesGiven));
        Assert.True(Apply(kernel, new Inputs(true)).Output.requires_grad);
        Assert.Equal((3, 1), (kernel.Forwards, kernel.TapesGiven));
    }

    [Fact]
    public void A_sequence_in_parts_is_the_whole_sequence()
    {
        using var scope = NewDisposeScope();
        var inputs = new Inputs(true);
        var whole = Apply(new RetentionKernel(), inputs);
        var head = Apply(new RetentionKernel(), inputs.Part(0, 2));
        var tail = RecurrenceFunction.Apply(new RetentionKernel(), inputs.Part(2, Time).Tensors, head.FinalStates);
        Near(whole.Output, cat([head.Output, tail.Output], 1));
        Near(whole.FinalStates[0], tail.FinalStates[0]);
        (tail.Output.sum() + tail.FinalStates[0].sum()).backward();
        Assert.True(inputs.State!.grad!.abs().sum().item<float>() > 0);
    }

    [Fact]
    public void The_graph_can_be_walked_twice()
    {
        using var scope = NewDisposeScope();
        var inputs = new Inputs(true);
        var kernel = new RetentionKernel();
        var loss = Apply(kernel, inputs).Output.square().sum();
        loss.backward(retain_graph: true);
        Assert.False(kernel.KeptInBackward.Single()!.CanRead);  // what the tape kept is let go at once
        var once = inputs.Differentiable.Select(i => i.grad!.clone()).ToList();
        loss.backward();
        Assert.Null(kernel.KeptInBackward[1]);
        foreach (var (first, input) in once.Zip(inputs.Differentiable))
            Near(2 * first, input.grad!);
    }

    [Fact]
    public void What_auto_chose_is_reported()
    {
        using var scope = NewDisposeScope();
        var kernel = new RetentionKernel();
        Assert.Equal(Mode.Recurrent, Apply(kernel, new Inputs(false)).Mode);
        Assert.Equal(Mode.Recurrent, kernel.LastMode);
    }

    [Fact]
    public void A_failure_in_backward_is_an_exception_and_not_a_crash()
    {
        using var scope = NewDisposeScope();
        var loss = Apply(new RetentionKernel { FailsInBackward = true }, new Inputs(true)).Output.sum();
        Assert.Contains("invalid gradient", Assert.ThrowsAny<Exception>(() => loss.backward()).Message);
        Assert.Equal("This kernel fails on purpose.", RecurrenceFunction.LastBackwardError!.Message);
    }

    [Fact]
    public void Tensors_are_not_leaked()
    {
        var inputs = new Inputs(true);
        long Live()
        {
            for (int i = 0; i < 20; i++)
            {
                using var scope = NewDisposeScope();
                var result = Apply(new RetentionKernel(), inputs);
                (result.Output.sum() + result.FinalStates[0].sum()).backward();
            }

            return Tensor.TotalCount;
        }

        // Finalizers of other tests' tensors may still lower the count; nothing may raise it.
        long first = Live();
        Assert.InRange(Live(), 0, first);
    }

    private static RecurrenceTensors Apply(RetentionKernel kernel, Inputs inputs) =>
        RecurrenceFunction.Apply(kernel, inputs.Tensors, inputs.State is null ? null : [inputs.State]);

    private static void CheckAgainstTorch(Inputs inputs)
    {
        var weights = randn(Batch, Time, Heads, Values);
        var stateWeights = randn(Batch, Heads, Keys, Values);
        var actual = Apply(new RetentionKernel(), inputs);
        var expected = Reference(inputs);
        Near(expected.Output, actual.Output);
        Near(expected.State, actual.FinalStates[0]);

        ((actual.Output * weights).sum() + (actual.FinalStates[0] * stateWeights).sum()).backward();
        var gradients = inputs.Differentiable.Select(i => i.grad!.clone()).ToList();
        inputs.ForgetGradients();
        ((expected.Output * weights).sum() + (expected.State * stateWeights).sum()).backward();
        foreach (var (gradient, input) in gradients.Zip(inputs.Differentiable))
            Near(input.grad!, gradient);
    }

    private static (Tensor Output, Tensor State) Reference(Inputs inputs)
    {
        Tensor Repeated(Tensor t) => t.repeat_interleave(Heads / t.shape[2], 2);
        var (q, k, v) = (Repeated(inputs.Q), inputs.K.unsqueeze(2), Repeated(inputs.V));
        var state = inputs.State ?? zeros(Batch, Heads, Keys, Values);
        var outputs = new List<Tensor>();
        for (int t = 0; t < Time; t++)
        {
            state = inputs.Decay.reshape(1, Heads, 1, 1) * state + k[.., t].unsqueeze(-1) * v[.., t].unsqueeze(-2);
            outputs.Add((q[.., t].unsqueeze(-1) * state).sum(-2));
        }

        return (stack(outputs, 1), state);
    }

    private static void Near(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        float error = ((expected - actual).abs().max() / expected.abs().max()).item<float>();
        Assert.True(error < 1e-5, $"error {error} relative to the largest value");
    }

    private static Tensor Leaf(params long[] shape) => randn(shape, requires_grad: true);

    /// <summary>A view of a leaf, whose own gradient is kept.</summary>
    private static Tensor View(Tensor view)
    {
        view.retain_grad();
        return view;
    }

    private sealed class Inputs
    {
        public Inputs(bool withInitialState, bool requiresGrad = true)
        {
            Q = randn([Batch, Time, Heads, Keys], requires_grad: requiresGrad);
            K = randn([Batch, Time, Keys], requires_grad: requiresGrad);
            V = randn([Batch, Time, Heads, Values], requires_grad: requiresGrad);
            Decay = (rand(Heads) * 0.5 + 0.5).requires_grad_(requiresGrad);
            State = withInitialState ? randn([Batch, Heads, Keys, Values], requires_grad: requiresGrad) : null;
        }

        public Tensor Q { get; init; }

        public Tensor K { get; init; }

        public Tensor V { get; init; }

        public Tensor Decay { get; private init; }

        public Tensor? State { get; private init; }

        public List<Tensor> Tensors => [Q, K, V, Decay];

        /// <summary>The tensors that gather gradients.</summary>
        public List<Tensor> Differentiable => [.. Tensors.Append(State).OfType<Tensor>().Where(t => t.requires_grad)];

        public Inputs Part(int from, int to) => new(false)
        {
            Q = Q[.., from..to],
            K = K[.., from..to],
            V = V[.., from..to],
            Decay = Decay,
            State = State,
        };

        public void ForgetGradients() => Differentiable.ForEach(i => i.grad = null);
    }
}
