// The gated delta rule, by hand: S = exp(g) S; S = S + k (x) beta (v - k^T S); o = K^-1/2 q^T S.
// A work-item has 16 columns of one head's state in private memory. One pass over the state reads it under k and q; the second writes. What q reads of the new
// state is what it reads of the old one and (q k) times the write.
// K, V: sizes. q, k [T, H, K]; v, o [T, H, V]; g, beta [T, H]. Global size: H * V / 16.

__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void gated_delta(__global const float *restrict q, __global const float *restrict k, __global const float *restrict v,
                 __global const float *restrict g, __global const float *restrict beta, __global float *restrict o, int T, int H)
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
        float16 underK = 0.0f, underQ = 0.0f;
        float qk = 0.0f;
        #pragma unroll 4
        for (int i = 0; i < K; i++) {
            underK = fma((float16)kt[i], S[i], underK);
            underQ = fma((float16)qt[i], S[i], underQ);
            qk = fma(qt[i], kt[i], qk);
        }
        const float16 w = beta[row] * (vload16(column, v + row * V) - decay * underK);
        #pragma unroll 4
        for (int i = 0; i < K; i++)
            S[i] = fma((float16)kt[i], w, decay * S[i]);
        vstore16(scale * fma((float16)qk, w, decay * underQ), column, o + row * V);
    }
}
