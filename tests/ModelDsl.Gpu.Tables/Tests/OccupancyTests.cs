using ModelDsl.Kernels.Gpu.Ptx;
using Xunit;

namespace ModelDsl.Gpu.Tables.Tests;

// The expected numbers are those of NVIDIA's occupancy calculator.
public class OccupancyTests
{
    [Theory]
    [InlineData(32, 0, 256, 64, "warps")]
    [InlineData(64, 0, 256, 32, "registers")]
    [InlineData(65, 0, 256, 24, "registers")]
    [InlineData(128, 0, 128, 16, "registers")]
    [InlineData(255, 0, 256, 8, "registers")]
    [InlineData(32, 0, 32, 32, "groups")]
    [InlineData(32, 48 * 1024, 256, 24, "shared memory")]
    [InlineData(32, 40 * 1024, 256, 32, "shared memory")]
    public void On_sm_80(int registers, int shared, int threads, int warps, string limit)
    {
        Occupancy occupancy = Occupancy.Of(PtxTarget.Sm80, registers, shared, threads);
        Assert.Equal((warps, limit), (occupancy.Warps, occupancy.Limit));
        Assert.Equal(warps / 64.0, occupancy.Ratio);
    }

    [Theory]
    [InlineData(32, 48 * 1024, 256, 32, "shared memory")]
    [InlineData(32, 27 * 1024, 128, 32, "shared memory")]
    [InlineData(64, 16 * 1024, 128, 32, "registers")]
    public void On_sm_90(int registers, int shared, int threads, int warps, string limit)
    {
        Occupancy occupancy = Occupancy.Of(PtxTarget.Sm90, registers, shared, threads);
        Assert.Equal((warps, limit), (occupancy.Warps, occupancy.Limit));
    }

    [Fact]
    public void What_has_no_room_at_all_has_none()
    {
        Assert.Equal(0, Occupancy.Of(PtxTarget.Sm80, 32, 164 * 1024, 128).Groups);
        Assert.Equal(0, Occupancy.Of(PtxTarget.Sm80, 256, 0, 128).Groups);
        Assert.Equal(0, Occupancy.Of(PtxTarget.Sm80, 128, 0, 1024).Groups);
    }
}
