// Linear attention with one decay per head and token, by hand: S = exp(g) S + k (x) v; o = K^-1/2 q^T S.
// A work-item has 16 columns of one head's state in private memory and goes through all tokens. PoCL does not vectorise over work-items when a kernel has loops
// inside: the vectors are written out.
// K, V: sizes. q, k [T, H, K]; v, o [T, H, V]; g [T, H]. Global size: H * V / 16.

__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void simple_gla(__global const float *restrict q, __global const float *restrict k, __global const float *restrict v,
                __global const float *restrict g, __global float *restrict o, int T, int H)
{
    const int head = get_global_id(0) / (V / 16), column = get_global_id(0) % (V / 16);
    const float scale = rsqrt((float)K);
    float16 S[K];
    for (int i = 0; i < K; i++)
        S[i] = 0.0f;
    for (int t = 0; t < T; t++) {
        const int row = t * H + head;
        __global const float *restrict qt = q + row * K;
        __global const float *restrict kt = k + row * K;
        const float decay = exp(g[row]);
        const float16 w = vload16(column, v + row * V);
        float16 r0 = 0.0f, r1 = 0.0f;
        #pragma unroll 4
        for (int i = 0; i < K; i += 2) {
            const float16 s0 = fma((float16)kt[i], w, decay * S[i]);
            const float16 s1 = fma((float16)kt[i + 1], w, decay * S[i + 1]);
            S[i] = s0;
            S[i + 1] = s1;
            r0 = fma((float16)qt[i], s0, r0);
            r1 = fma((float16)qt[i + 1], s1, r1);
        }
        vstore16(scale * (r0 + r1), column, o + row * V);
    }
}
