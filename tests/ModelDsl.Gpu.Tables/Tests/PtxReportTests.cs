using ModelDsl.Kernels.Gpu.Ptx;
using Xunit;

namespace ModelDsl.Gpu.Tables.Tests;

public class PtxReportTests
{
    [Fact]
    public void What_is_live_around_a_loop_and_in_it_is_counted()
    {
        // Around the loop: a counter and a sum; the address is an argument, the bound a constant. In it: the offset or the address that is made of it, 64 bits each.
        PtxPressure pressure = PtxPressure.Of(PtxKernel.Parse(Snippets.Sum));
        Assert.Equal(2 + 2, pressure.Registers);
        Assert.Equal(1, pressure.Predicates);
    }

    [Fact]
    public void Values_that_are_not_read_again_are_not_live()
    {
        string chain = string.Join('\n', Enumerable.Range(1, 20).Select(i => $"add.f32 %f{i + 1}, %f{i}, 0f3F800000;"));
        PtxReport report = PtxReport.Of(Snippets.Kernel("mov.f32 %f1, 0f00000000;\n" + chain));
        Assert.Equal(1, report.Pressure.Registers);
        Assert.Equal(1 + PtxReport.Allowance, report.Registers);
    }

    [Fact]
    public void Values_that_are_all_read_at_the_end_are_live_together()
    {
        string loads = string.Join('\n', Enumerable.Range(0, 16).Select(i => $"ld.global.f32 %f{i}, [%rd1+{4 * i}];"));
        string stores = string.Join('\n', Enumerable.Range(0, 16).Select(i => $"st.global.f32 [%rd1+{4 * i}], %f{i};"));
        PtxReport report = PtxReport.Of(Snippets.Kernel("ld.param.b64 %rd1, [memory];\n" + loads + "\n" + stores));
        Assert.Equal(16, report.Pressure.Registers);
        Assert.Equal((16, 16), (report.Mix.GlobalLoads, report.Mix.GlobalStores));
    }

    [Fact]
    public void A_guarded_result_keeps_the_old_value_alive()
    {
        // %f1 is read by the store if the guard is false.
        PtxPressure guarded = PtxPressure.Of(PtxKernel.Parse(Snippets.Kernel("""
            ld.shared.f32 %f1, [0];
            ld.shared.f32 %f2, [4];
            ld.shared.f32 %f3, [8];
            setp.lt.f32 %p1, %f2, %f3;
            add.f32 %f4, %f2, %f3;
            @%p1 mov.f32 %f1, %f4;
            st.shared.f32 [0], %f1;
            """)));
        Assert.Equal(3, guarded.Registers);
    }

    [Fact]
    public void A_branch_brings_what_its_target_reads()
    {
        // %f1 is read only where the branch goes.
        PtxPressure pressure = PtxPressure.Of(PtxKernel.Parse(Snippets.Kernel("""
            ld.shared.f32 %f1, [0];
            ld.shared.f32 %f2, [4];
            ld.shared.f32 %f3, [8];
            setp.lt.f32 %p1, %f2, %f3;
            @%p1 bra There;
            ret;
            There:
            st.shared.f32 [0], %f1;
            """)));
        Assert.Equal(3, pressure.Registers);
    }

    [Fact]
    public void Vectors_of_registers_are_their_registers()
    {
        PtxReport report = PtxReport.Of(Snippets.Kernel("""
            ld.param.b64 %rd1, [memory];
            ld.global.v4.f32 {%f1, %f2, %f3, %f4}, [%rd1];
            st.global.v4.f32 [%rd1], {%f4, %f3, %f2, %f1};
            """));
        Assert.Equal(4, report.Pressure.Registers);
        Assert.Equal((1, 1, 4), (report.Mix.GlobalLoads, report.Mix.GlobalStores, report.Mix.Total));
    }

    [Fact]
    public void Local_memory_is_found()
    {
        PtxReport report = PtxReport.Of(Snippets.Kernel("""
            .local .align 4 .b8 spilled[64];
            mov.b64 %rd1, spilled;
            st.local.f32 [%rd1], %f1;
            ld.local.f32 %f2, [%rd1+4];
            """));
        Assert.Equal((64, 2, true), (report.LocalBytes, report.LocalAccesses, report.Spills));
        Assert.False(PtxReport.Of(Snippets.Sum).Spills);
    }

    [Fact]
    public void Double_precision_is_found()
    {
        PtxReport report = PtxReport.Of(Snippets.Kernel("cvt.f64.f32 %fd1, %f1; add.f64 %fd2, %fd1, %fd1; cvt.rn.f32.f64 %f2, %fd2;"));
        Assert.Equal(3, report.DoubleInstructions);
        Assert.Equal(0, PtxReport.Of(Snippets.Sum).DoubleInstructions);
    }

    [Fact]
    public void Shared_memory_is_summed_over_its_declarations()
    {
        PtxReport report = PtxReport.Of(Snippets.Kernel(
            ".shared .align 4 .b8 frame[4096]; .shared .align 16 .f32 tile[256]; .shared .b32 flag;", declarations: ".shared .align 4 .b8 outside[128];"));
        Assert.Equal(4096 + 1024 + 4 + 128, report.SharedBytes);
    }

    [Fact]
    public void Instructions_are_counted_by_kind()
    {
        PtxReport report = PtxReport.Of(Snippets.Kernel("""
            fma.rn.f32 %f1, %f2, %f3, %f4;
            mul.f32 %f1, %f2, %f3; mul.lo.s32 %r1, %r2, %r3;
            add.f32 %f1, %f2, %f3; sub.f32 %f1, %f2, %f3; add.s32 %r1, %r2, %r3;
            ld.shared.f32 %f1, [%rd1]; ld.shared.f32 %f1, [%rd1]; st.shared.f32 [%rd1], %f1;
            ld.f32 %f1, [%rd1];
            bar.sync 0; barrier.sync 0;
            """, head: ".maxntid 64, 2, 1"));
        Assert.Equal(new PtxInstructionMix(1, 1, 2, 0, 0, 2, 1, 1, 0, 13), report.Mix);
        Assert.Equal((2, 128), (report.Barriers, report.Threads));
    }

    [Fact]
    public void Text_that_is_no_kernel_is_refused_with_what_is_missing()
    {
        Assert.Contains(".entry", Assert.Throws<FormatException>(() => PtxReport.Of(".version 7.1")).Message, StringComparison.Ordinal);
        Assert.Contains("Nowhere", Assert.Throws<FormatException>(() => PtxReport.Of(Snippets.Kernel("bra Nowhere;"))).Message, StringComparison.Ordinal);
        Assert.Contains("%q1", Assert.Throws<FormatException>(() => PtxReport.Of(Snippets.Kernel("mov.b32 %q1, 0;"))).Message, StringComparison.Ordinal);
    }
}
