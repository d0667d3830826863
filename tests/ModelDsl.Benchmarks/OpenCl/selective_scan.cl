// The selective scan, by hand: dt = softplus(delta); h = exp(dt A) h + dt x b; o = c h.
// A work-item has 16 channels, one a lane, with their N states in private memory.
// N: states of a channel. x, delta, o [T, D]; a [D, N]; b, c [T, N]. Global size: D / 16.

__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void selective_scan(__global const float *restrict x, __global const float *restrict delta, __global const float *restrict a,
                    __global const float *restrict b, __global const float *restrict c, __global float *restrict o, int T, int D)
{
    const int block = get_global_id(0);
    float16 h[N], rate[N];
    for (int n = 0; n < N; n++) {
        float lane[16];
        for (int i = 0; i < 16; i++)
            lane[i] = a[(block * 16 + i) * N + n] * 1.44269504f;
        rate[n] = vload16(0, lane);
        h[n] = 0.0f;
    }
    for (int t = 0; t < T; t++) {
        const float16 d = vload16(block, delta + t * D);
        const float16 dt = fmax(d, 0.0f) + log1p(native_exp(-fabs(d)));
        const float16 u = dt * vload16(block, x + t * D);
        float16 y = 0.0f;
        #pragma unroll
        for (int n = 0; n < N; n++) {
            h[n] = fma(native_exp2(dt * rate[n]), h[n], u * b[t * N + n]);
            y = fma((float16)c[t * N + n], h[n], y);
        }
        vstore16(y, block, o + t * D);
    }
}
