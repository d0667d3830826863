using ModelDsl.Gpu.Tests.Ema;
using ModelDsl.Kernels.Gpu;

namespace ModelDsl.Gpu.Tests;

/// <summary>The shape of kernels follows the sizes of a call and the limits of the device.</summary>
public class PlannerTests
{
    private static readonly GpuLimits s_gpu = new(IsCpu: false, IsEmulated: false, 1024, 10_000, 100, 1L << 34);
    private static readonly GpuLimits s_cpu = s_gpu with { IsCpu = true, Multiprocessors = 2 };
    private static readonly SequenceShape s_shape = new(1, 300, 8, [64]);

    [Fact]
    public void A_gpu_has_warps_of_single_lanes_and_a_cpu_a_thread_of_many()
    {
        GpuLaunchPlan gpu = Plan(s_gpu, tile: 100), cpu = Plan(s_cpu, tile: 100);
        Assert.Equal((1, 256, 32), (gpu.Lanes, gpu.Threads, gpu.Columns));
        Assert.Equal((16, 1, 1), (cpu.Lanes, cpu.Threads, cpu.Columns));
    }

    [Theory]
    [InlineData(64, 16)]
    [InlineData(24, 8)]
    [InlineData(20, 1)]
    public void A_cpus_rows_are_whole_vectors(int size, int lanes) =>
        Assert.Equal(lanes, new ShapePlanner(new Fixed(0, 0), s_cpu).Plan(s_shape with { AxisSizes = [64, size] }, Mode.Chunkwise, 0, s_shape.Heads, withGradient: false).Plan.Lanes);

    [Theory]
    [InlineData(100, 100, 32, true, true, "")]
    [InlineData(9_000, 5_000, 32, false, true, "")]
    [InlineData(9_000, 15_000, 16, false, true, "chunks of 16 instead of 32")]
    [InlineData(9_000, 35_000, 8, false, true, "chunks of 8 instead of 32")]
    [InlineData(9_000, 55_000, 32, false, false, "tiles lie in the device's memory")]
    public void What_does_not_fit_in_shared_memory_is_made_smaller_or_moved(int frame, int tile, int chunk, bool frameIsShared, bool tileIsShared, string reason)
    {
        GpuLaunchPlan plan = Plan(s_gpu, frame, tile);
        Assert.Equal((chunk, frameIsShared, tileIsShared), (plan.Chunk, plan.Forward.FrameIsShared, plan.Forward.TileIsShared));
        Assert.Contains(reason, plan.ToString());
    }

    [Fact]
    public void The_callers_chunk_and_a_cpus_are_left_alone()
    {
        Assert.Equal(24, Plan(s_gpu, 9_000, 35_000, new RunOptions(Mode.Chunkwise, 24)).Chunk);
        Assert.Equal(32, Plan(s_cpu, 9_000, 35_000).Chunk);
    }

    [Fact]
    public void Memory_outside_shared_memory_bounds_the_number_of_groups()
    {
        GpuPlacement placement = Plan(s_gpu, 9_000, 1_000_000).Forward;
        Assert.Equal(ShapePlanner.ScratchBudget / placement.ScratchLength, placement.MaximumGroups);
        Assert.Equal(8, Plan(s_cpu, 9_000, 1_000_000).Forward.MaximumGroups);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 4)]
    [InlineData(20, 32)]
    [InlineData(33, 64)]
    [InlineData(300, 320)]
    public void The_quadratic_form_is_one_chunk_of_the_whole_sequence_rounded_up(int time, int chunk)
    {
        (GpuLaunchPlan plan, _, _) = new ShapePlanner(new Fixed(0, 0), s_gpu).Plan(s_shape with { Time = time }, Mode.Quadratic, 0, 8, withGradient: false);
        Assert.Equal((chunk, 1), (plan.Chunk, plan.Chunks));
    }

    [Theory]
    [InlineData(8, 8, 8)]
    [InlineData(1536, 1536, 32)]
    [InlineData(12, 4, 4)]
    [InlineData(90, 45, 15)]
    [InlineData(6, 1, 1)]
    public void Blocks_of_heads_divide_every_group_of_heads(int heads, int group, int expected)
    {
        EmaKernel kernel = new(Devices.Get(GpuKind.Emulator), headsAsLanes: true);
        (GpuLaunchPlan plan, KernelShape shape, _) = new ShapePlanner(kernel, s_gpu).Plan(s_shape with { Heads = heads }, Mode.Recurrent, 0, group, withGradient: true);
        Assert.Equal(expected, plan.UnitHeads);
        Assert.Equal((heads + expected - 1) / expected, plan.Units);
        Assert.Equal(KernelShape.Pad(expected), shape.Heads);
    }

    [Fact]
    public void A_gradient_has_the_chunks_of_its_forward_pass()
    {
        (GpuLaunchPlan plan, KernelShape forward, KernelShape backward) =
            new ShapePlanner(new Fixed(0, 6_000) { Adjoint = 2 }, s_gpu).Plan(s_shape, Mode.Chunkwise, 0, 8, withGradient: true);
        Assert.Equal((16, 16), (forward.Chunk, backward.Chunk));
        Assert.Equal(6_000, plan.Backward!.Value.TileLength);
    }

    private static GpuLaunchPlan Plan(GpuLimits limits, int frame = 0, int tile = 0, RunOptions options = default) =>
        new ShapePlanner(new Fixed(frame, tile), limits).Plan(s_shape, Mode.Chunkwise, options.ChunkSize, s_shape.Heads, withGradient: false).Plan;

    /// <summary>A kernel that needs a given frame and tile for chunks of 32, and less for shorter ones.</summary>
    private sealed class Fixed(int frame, int tile) : EmaKernel(Devices.Get(GpuKind.Emulator), headsAsLanes: false)
    {
        public int Adjoint { get; init; } = 1;

        protected override int FrameLength(KernelShape shape, bool adjoint) => frame * shape.Chunk / 32;

        protected override int TileLength(KernelShape shape, bool adjoint) => tile * shape.Chunk / 32 * (adjoint ? Adjoint : 1);
    }
}
