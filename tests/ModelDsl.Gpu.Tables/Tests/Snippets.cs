namespace ModelDsl.Gpu.Tables.Tests;

// Kernels in PTX, written by hand.
internal static class Snippets
{
    public static string Kernel(string body, string head = "", string declarations = "") => $$"""
        .version 7.1
        .target sm_80
        .address_size 64
        {{declarations}}
        .visible .entry Example(
            .param .b64 memory
        )
        {{head}}
        {
            .reg .pred %p<8>;
            .reg .b32 %r<32>;
            .reg .b64 %rd<32>;
            .reg .f32 %f<32>;
            .reg .f64 %fd<8>;
            {{body}}
            ret;
        }
        """;

    /// <summary>The sum of n numbers: a counter and a sum stay live around the loop, an argument and a constant are at hand.</summary>
    public static string Sum { get; } = Kernel("""
            ld.param.b64 %rd1, [memory];        // address
            mov.b32 %r1, 0;                     // counter
            mov.b32 %r2, 100;                   // bound
            mov.f32 %f1, 0f00000000;            // sum
        Loop:
            setp.ge.s32 %p1, %r1, %r2;
            @%p1 bra Done;
            mul.wide.u32 %rd2, %r1, 4;
            add.u64 %rd3, %rd1, %rd2;
            ld.global.f32 %f2, [%rd3];
            add.f32 %f1, %f1, %f2;
            add.s32 %r1, %r1, 1;
            bra.uni Loop;
        Done:
            st.global.f32 [%rd1], %f1;
        """);
}
