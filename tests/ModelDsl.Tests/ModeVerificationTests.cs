namespace ModelDsl.Tests;

public unsafe class ModeVerificationTests
{
    private static readonly VerificationOptions s_small = new() { ChunkSize = 4, Lengths = [1, 3, 5, 11] };

    [Fact]
    public void ARightKernelPasses()
    {
        VerificationReport report = ModeVerification.Verify<DecayMemory>(new() { ChunkSize = 4 });
        Assert.True(report.Passed, report.ToString());
        Assert.Equal([Mode.Recurrent, Mode.Chunkwise], report.Rows.Select(r => r.Mode));
        Assert.Equal(["1", "2", "3", "4", "5", "11", "61", "4 grouped", "5+0+1+11+4 packed", "1 from zero", "61 scattered"], report.Rows[0].Runs);

        string[] lines = report.ToString().Split(Environment.NewLine);
        Assert.Equal(
            "DecayMemory: batch 2, heads 3, Key 5, Value 19, chunks of 4; errors relative to the largest value of the tensor (of a gradient: or to a hundredth of the largest gradient, if that is more), bounds 1e-05 and 1e-04 (gradients)",
            lines[0]);
        Assert.StartsWith("mode       target  outputs", lines[2]);
        Assert.StartsWith("Recurrent  cpu     ", lines[3]);
        Assert.EndsWith("pass", lines[4]);
        Assert.Contains("Convolution is not legal: g varies with time", lines);
    }

    [Fact]
    public void AWrongOutputIsNamed()
    {
        VerificationReport report = Verify(new(DecayMemory.Kernel)
        {
            AfterForward = (options, outputs, _) => *outputs[0].Pointer += options.Mode == Mode.Chunkwise ? 1e-2f : 0,
        });
        Assert.False(report.Passed);
        Assert.True(report.Rows.Single(r => r.Target == "distorted" && r.Mode == Mode.Recurrent).Passed);
        VerificationRow row = report.Rows.Single(r => r.Target == "distorted" && r.Mode == Mode.Chunkwise);
        Assert.False(row.Passed);
        Assert.StartsWith("y T=", row.Outputs.Where);
        Assert.True(row.States.Value < 1e-6);
        Assert.Contains("FAIL", report.ToString());
    }

    [Fact]
    public void AWrongGradientIsNamed()
    {
        VerificationRow row = Distorted(new(DecayMemory.Kernel) { AfterBackward = gradients => Grow(gradients[2]) });
        Assert.False(row.Passed);
        Assert.StartsWith("dg T=", row.Gradients.Where);
        Assert.True(row.Outputs.Value < 1e-6);

        static void Grow(TensorView gradient)
        {
            if (!gradient.IsNull)
            {
                *gradient.Pointer *= 1.5f;
            }
        }
    }

    [Fact]
    public void AStateThatIsNotANumberFails()
    {
        VerificationRow row = Distorted(new(DecayMemory.Kernel) { AfterForward = (_, _, states) => *states[1].Pointer = float.NaN });
        Assert.False(row.Passed);
        Assert.Equal(double.PositiveInfinity, row.States.Value);
        Assert.StartsWith("z T=1", row.States.Where);
    }

    [Fact]
    public void BitsThatDependOnThreadsFail()
    {
        VerificationRow row = Distorted(new(DecayMemory.Kernel)
        {
            AfterForward = (options, outputs, _) => *outputs[0].Pointer = options.Threads == 1 ? MathF.BitIncrement(*outputs[0].Pointer) : *outputs[0].Pointer,
        });
        Assert.False(row.Passed);
        Assert.Equal("T=1: one thread gives other bits than all", row.Failure);
    }

    [Fact]
    public void AKernelThatThrowsIsAFailedRow()
    {
        VerificationRow row = Distorted(new(DecayMemory.Kernel) { AfterForward = (_, _, _) => throw new NotSupportedException("no such tile") });
        Assert.False(row.Passed);
        Assert.Equal("T=1: NotSupportedException: no such tile", row.Failure);
    }

    [Fact]
    public void TheOraclesGradientsAreThoseOfFiniteDifferences()
    {
        VerificationError error = OracleVerification.GradientError<DecayMemory>();
        Assert.True(error.Value < 1e-8, error.ToString());
    }

    [Fact]
    public void AnUnknownAxisIsRefused() => Assert.Contains(
        "DecayMemory has no axis \"Kay\" to give a size to; it has Key, Value.",
        Assert.Throws<ArgumentException>(() => ModeVerification.Verify<DecayMemory>(new() { AxisSizes = new Dictionary<string, int> { ["Kay"] = 3 } })).Message);

    [Fact]
    public void GivenNumbersAreUsed()
    {
        List<string> asked = [];
        ModeVerification.Verify<DecayMemory>(s_small with
        {
            Modes = [Mode.Recurrent],
            Sample = (name, shape) =>
            {
                asked.Add(name);
                return name == "k" ? new float[shape.Aggregate(1, (a, b) => a * b)] : null;
            },
        });
        Assert.Equal(["S", "bias", "g", "k", "scale", "v", "z"], asked.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void AWriteBesideATensorFails()
    {
        var scribbling = new WrappedKernel(DecayMemory.Kernel) { AfterForward = (_, outputs, _) => outputs[0].Pointer[-1] = 0 };
        VerificationReport report = ModeVerification.Verify<DecayMemory>(s_small with { Targets = [new("scribbling", scribbling)] });
        Assert.Equal("T=1: memory beside a tensor was written", report.Rows.First(r => r.Target == "scribbling").Failure);
    }

    [Fact]
    public void AWrongUseOfTheTapeFails()
    {
        // Seen from outside: with a tape, the gradient of the first input is not written.
        var forgetful = new WrappedKernel(DecayMemory.Kernel) { SkipsFirstGradientWithTape = true };
        VerificationRow row = ModeVerification.Verify<DecayMemory>(s_small with { Targets = [new("forgetful", forgetful)] }).Rows.First(r => r.Target == "forgetful");
        Assert.False(row.Passed);
        Assert.Equal("dk T=1", row.Gradients.Where);
    }

    [Fact]
    public void WhatLeaksFromOnePackedSequenceToAnotherIsFound()
    {
        // As if the offsets were one sequence's: states pass from each to the next.
        var leaking = new WrappedKernel(DecayMemory.Kernel) { IgnoresOffsets = true };
        VerificationReport report = ModeVerification.Verify<DecayMemory>(s_small with { Targets = [new("leaking", leaking)] });
        Assert.All(report.Rows, row => Assert.Equal(row.Target == "cpu", row.Passed));
        Assert.Contains("packed", report.Rows.First(r => r.Target == "leaking").Outputs.Where, StringComparison.Ordinal);
    }

    private static VerificationRow Distorted(WrappedKernel kernel) => Verify(kernel).Rows.First(r => r.Target == "distorted");

    private static VerificationReport Verify(WrappedKernel kernel) => ModeVerification.Verify<DecayMemory>(s_small with { Targets = [new("distorted", kernel)] });

    private sealed class WrappedKernel(IRecurrenceKernel inner) : IRecurrenceKernel
    {
        /// <summary>Sees the options, the outputs and the final states.</summary>
        public Action<RunOptions, TensorView[], TensorView[]>? AfterForward { get; init; }

        /// <summary>Sees the gradients of the inputs.</summary>
        public Action<TensorView[]>? AfterBackward { get; init; }

        public bool SkipsFirstGradientWithTape { get; init; }

        public bool IgnoresOffsets { get; init; }

        public RecurrenceDescription Description => inner.Description;

        public Mode Choose(SequenceShape shape, CallNeeds needs) => inner.Choose(shape, needs);

        public void Forward(
            SequenceShape shape,
            ReadOnlySpan<TensorView> inputs,
            ReadOnlySpan<TensorView> initialStates,
            ReadOnlySpan<TensorView> outputs,
            ReadOnlySpan<TensorView> finalStates,
            RunOptions options,
            RecurrenceTape? tape = null)
        {
            inner.Forward(IgnoresOffsets ? shape with { Offsets = null } : shape, inputs, initialStates, outputs, finalStates, options, tape);
            AfterForward?.Invoke(options, outputs.ToArray(), finalStates.ToArray());
        }

        public void Backward(
            SequenceShape shape,
            ReadOnlySpan<TensorView> inputs,
            ReadOnlySpan<TensorView> initialStates,
            ReadOnlySpan<TensorView> outputGradients,
            ReadOnlySpan<TensorView> finalStateGradients,
            ReadOnlySpan<TensorView> inputGradients,
            ReadOnlySpan<TensorView> initialStateGradients,
            RunOptions options,
            RecurrenceTape? tape = null)
        {
            TensorView[] gradients = inputGradients.ToArray();
            if (SkipsFirstGradientWithTape && tape is not null)
            {
                gradients[0] = default;
            }

            inner.Backward(IgnoresOffsets ? shape with { Offsets = null } : shape, inputs, initialStates, outputGradients, finalStateGradients, gradients, initialStateGradients, options, tape);
            AfterBackward?.Invoke(gradients);
        }
    }
}
