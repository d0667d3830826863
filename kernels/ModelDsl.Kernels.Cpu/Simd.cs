namespace ModelDsl.Kernels.Cpu;

/// <summary>The vector operations that generated code is written in.</summary>
public static partial class Simd;
