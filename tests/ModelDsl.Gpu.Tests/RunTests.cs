using ModelDsl.Gpu.Tests.Ema;
using ModelDsl.Kernels.Gpu;

namespace ModelDsl.Gpu.Tests;

/// <summary>Calls give what the recurrence says, however tensors lie in memory and are shared.</summary>
public class RunTests
{
    public static TheoryData<GpuKind, bool, Mode> Everything
    {
        get
        {
            TheoryData<GpuKind, bool, Mode> data = [];
            foreach (GpuKind kind in new[] { GpuKind.OpenCL, GpuKind.Emulator })
            {
                foreach (bool headsAsLanes in new[] { false, true })
                {
                    foreach (Mode mode in new[] { Mode.Recurrent, Mode.Chunkwise, Mode.ParallelScan })
                    {
                        data.Add(kind, headsAsLanes, mode);
                    }
                }
            }

            return data;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Everything))]
    public void Results_and_gradients_are_those_of_the_definition(GpuKind kind, bool headsAsLanes, Mode mode) =>
        Check(kind, headsAsLanes, new EmaCase(new SequenceShape(2, 21, 6, [5])), new RunOptions(mode, 8));

    [SkippableTheory]
    [MemberData(nameof(Everything))]
    public void Groups_of_heads_share_inputs(GpuKind kind, bool headsAsLanes, Mode mode) =>
        Check(kind, headsAsLanes, new EmaCase(new SequenceShape(2, 9, 12, [3]), groups: 3), new RunOptions(mode, 4));

    [SkippableTheory]
    [InlineData(GpuKind.OpenCL, false, 0)]
    [InlineData(GpuKind.OpenCL, false, 3)]
    [InlineData(GpuKind.OpenCL, true, 0)]
    [InlineData(GpuKind.OpenCL, true, 3)]
    [InlineData(GpuKind.Emulator, false, 3)]
    public void Strides_do_not_matter(GpuKind kind, bool headsAsLanes, int gap) =>
        Check(kind, headsAsLanes, new EmaCase(new SequenceShape(2, 33, 5, [4]), headsBeforeTime: true, gap: gap), new RunOptions(Mode.Chunkwise, 16));

    [SkippableFact]
    public void A_long_sequence_with_many_heads_is_run_in_blocks() =>
        Check(GpuKind.OpenCL, true, new EmaCase(new SequenceShape(2, 257, 130, [2])), new RunOptions(Mode.ParallelScan));

    [SkippableTheory]
    [InlineData(GpuKind.OpenCL)]
    [InlineData(GpuKind.Emulator)]
    public void One_token_continues_a_state_in_place(GpuKind kind)
    {
        EmaKernel kernel = new(Devices.Get(kind), headsAsLanes: true);
        EmaCase whole = new(new SequenceShape(1, 3, 4, [5]));
        whole.Forward(kernel, default);
        EmaCase again = new(whole.Shape);
        SequenceShape one = again.Shape with { Time = 1 };
        for (int t = 0; t < 3; t++)
        {
            TensorView Token(HostTensor tensor) => tensor.View with { Data = tensor.View.Data + (t * tensor.View.TimeStride * sizeof(float)) };
            kernel.Forward(one, [Token(again.X), Token(again.A), again.W.View, Token(again.G)], [again.H0.View], [Token(again.Y)], [again.H0.View], default);
        }

        Assert.Equal(whole.Y.Memory, again.Y.Memory);
        Assert.Equal(whole.H.Memory, again.H0.Memory);
    }

    [SkippableTheory]
    [InlineData(GpuKind.OpenCL)]
    [InlineData(GpuKind.Emulator)]
    public void Absent_tensors_are_zero_or_left_out(GpuKind kind)
    {
        EmaKernel kernel = new(Devices.Get(kind), headsAsLanes: false);
        EmaCase e = new(new SequenceShape(1, 10, 2, [3]));
        e.H0.Memory.AsSpan().Clear();
        e.DH.Memory.AsSpan().Clear();
        kernel.Forward(e.Shape, [e.X.View, e.A.View, e.W.View, e.G.View], [default], [e.Y.View], [e.H.View], default);
        e.CheckForward();
        e.Backward(kernel, default);
        float[] expected = [.. e.DX.Memory];
        e.DX.Memory.AsSpan().Fill(float.NaN);
        kernel.Backward(e.Shape, [e.X.View, e.A.View, e.W.View, e.G.View], [default], [e.DY.View], [default], [e.DX.View, default, default, default], [default], default);
        Assert.Equal(expected, e.DX.Memory);
    }

    [SkippableFact]
    public void The_same_input_gives_the_same_bits()
    {
        EmaKernel kernel = new(Devices.Get(GpuKind.OpenCL), headsAsLanes: true);
        EmaCase once = new(new SequenceShape(3, 70, 20, [6])), twice = new(once.Shape);
        foreach (EmaCase e in new[] { once, twice })
        {
            e.Forward(kernel, new RunOptions(Mode.ParallelScan));
            e.Backward(kernel, new RunOptions(Mode.ParallelScan));
        }

        Assert.Equal(once.Results, twice.Results);
    }

    [SkippableFact]
    public void Calls_from_several_threads_take_turns()
    {
        EmaKernel kernel = new(Devices.Get(GpuKind.OpenCL), headsAsLanes: false);
        EmaCase[] cases = [.. Enumerable.Range(1, 8).Select(i => new EmaCase(new SequenceShape(1, 16 * i, i, [4])))];
        Parallel.ForEach(cases, new ParallelOptions { MaxDegreeOfParallelism = 4 }, e =>
        {
            using RecurrenceTape tape = new();
            e.Forward(kernel, default, tape);
            e.Backward(kernel, default, tape);
        });
        foreach (EmaCase e in cases)
        {
            e.CheckForward();
            e.CheckBackward();
        }
    }

    private static void Check(GpuKind kind, bool headsAsLanes, EmaCase e, RunOptions options)
    {
        EmaKernel kernel = new(Devices.Get(kind), headsAsLanes);
        e.Forward(kernel, options);
        e.CheckForward();
        e.Backward(kernel, options);
        e.CheckBackward();
    }
}
