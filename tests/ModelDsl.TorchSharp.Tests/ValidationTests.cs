using static TorchSharp.torch;

namespace ModelDsl.TorchSharp.Tests;

/// <summary>Tensors that do not fit are refused with their name, their shape and what was expected.</summary>
public sealed class ValidationTests
{
    private static readonly RetentionKernel s_kernel = new();

    [Fact]
    public void A_wrong_rank_is_named() => Refused(
        [randn(2, 5, 4, 3), randn(2, 5, 4, 3), randn(2, 5, 4, 2), rand(4)], null,
        "Input 'k' of Retention is Float32 [2, 5, 4, 3]: its rank is 4, not 3; expected float32 [batch, time, Key] on the CPU.");

    [Fact]
    public void A_size_that_disagrees_is_named_with_the_tensor_it_disagrees_with() => Refused(
        [randn(2, 5, 4, 3), randn(2, 6, 3), randn(2, 5, 4, 2), rand(4)], null,
        "Input 'k' of Retention is Float32 [2, 6, 3]: its time size is 6, but 5 was given by input 'q'; expected float32 [batch = 2, time = 5, Key = 3] on the CPU.");

    [Fact]
    public void Heads_that_do_not_divide_are_refused() => Refused(
        [randn(2, 5, 4, 3), randn(2, 5, 3), randn(2, 5, 3, 2), rand(4)], null,
        "Input 'v' of Retention is Float32 [2, 5, 3, 2]: its 3 heads do not divide the 4 heads given by input 'q'");

    [Fact]
    public void A_state_holds_all_heads() => Refused(
        [randn(2, 5, 4, 3), randn(2, 5, 3), randn(2, 5, 4, 2), rand(4)], [randn(2, 2, 3, 2)],
        "Initial state 'S' of Retention is Float32 [2, 2, 3, 2]: its 2 heads are not the 4 heads given by input 'q'; expected float32 [batch = 2, head = 4, Key = 3, Value = 2] on the CPU.");

    [Fact]
    public void Other_dtypes_are_refused() => Refused(
        [randn(2, 5, 4, 3).to(float64), randn(2, 5, 3), randn(2, 5, 4, 2), rand(4)], null, "its dtype is not float32");

    [Fact]
    public void Other_devices_are_refused() => Refused(
        [randn(2, 5, 4, 3).to(META), randn(2, 5, 3), randn(2, 5, 4, 2), rand(4)], null, "it is on device meta, not on the CPU");

    [Fact]
    public void An_empty_sequence_is_refused() => Refused(
        [randn(2, 0, 4, 3), randn(2, 0, 3), randn(2, 0, 4, 2), rand(4)], null, "its time size is 0");

    [Fact]
    public void A_missing_input_is_refused() => Refused(
        [randn(2, 5, 4, 3), randn(2, 5, 3), randn(2, 5, 4, 2)], null, "Retention takes 4 inputs (q, k, v, decay), not 3.");

    [Fact]
    public void NaN_is_refused_on_request()
    {
        var inputs = Fitting();
        inputs[2][1, 2, 3, 0] = float.NaN;
        Refused(inputs, null, "Input 'v' of Retention is Float32 [2, 5, 4, 2]: it holds NaN or infinity", new(CheckFinite: true));
        Assert.True(RecurrenceFunction.Apply(s_kernel, inputs).Output.isnan().any().item<bool>());
    }

    [Fact]
    public void A_mode_that_is_not_legal_is_refused_with_its_reason()
    {
        using var scope = NewDisposeScope();
        var exception = Assert.Throws<NotSupportedException>(() => RecurrenceFunction.Apply(s_kernel, Fitting(), null, new(Mode.Convolution)));
        Assert.Equal("Retention cannot run in mode Convolution: S is decayed by 'decay', which varies with the head. Its modes are Recurrent.", exception.Message);
    }

    [Fact]
    public void Offsets_that_do_not_cover_the_time_are_named()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = [randn(1, 5, 4, 3), randn(1, 5, 3), randn(1, 5, 4, 2), rand(4)];
        var exception = Assert.Throws<ArgumentException>(() => RecurrenceFunction.Apply(s_kernel, inputs, offsets: new(0, 2, 6)));
        Assert.Contains("its time size is 5, but 6 was given by the offsets [0, 2, 6]", exception.Message);
        Assert.Contains("expected int32 or int64 [segments + 1]", Assert.Throws<ArgumentException>(() => rand(3).ToSequenceOffsets()).Message);
    }

    private static List<Tensor> Fitting() => [randn(2, 5, 4, 3), randn(2, 5, 3), randn(2, 5, 4, 2), rand(4)];

    private static void Refused(List<Tensor> inputs, List<Tensor?>? states, string message, RunOptions options = default)
    {
        using var scope = NewDisposeScope();
        var exception = Assert.Throws<ArgumentException>(() => RecurrenceFunction.Apply(s_kernel, inputs, states, options));
        Assert.Contains(message, exception.Message);
    }
}
