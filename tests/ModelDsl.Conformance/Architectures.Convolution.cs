using ModelDsl.Conformance.Mapping;
using ModelDsl.Layers;

namespace ModelDsl.Conformance;

/// <summary>Layers that are convolutions with long kernels.</summary>
public static partial class Architectures
{
    private static IEnumerable<Architecture> Convolutions =>
    [
        new("rtf2", Case<RationalTransferFunction>()
            .Input("x", "x", "B T H")
            .Input("a", "a", "G N")
            .Input("b", "b", "H N")
            .Input("skip", "h_0", "H")
            .State("s", null, "final_state_step_mode", "B H N")
            .Output("output", "out", "B T H")),
        new("rtf", Rational<RationalKernel>()),
        new("rtf_l1montel", Rational<MontelRationalKernel>()
            .Input("slack", "scalar", "G")),
        new("dss_softmax", Case<DssSoftmax>()
            .Input("x", "x", "B T H")
            .Input("logStep", "log_dt", "H")
            .Input("lambdaRe", "Lambda_re", "N")
            .Input("lambdaIm", "Lambda_im", "N")
            .Input("wRe", "W_re", "H N")
            .Input("wIm", "W_im", "H N")
            .Input("skip", "D", "H")
            .Output("output", "out", "B T H")),
        new("flash_stu_full", FlashSpectral()
            .Input("minus", "M_phi_minus", "Filter Feature Unit")),
        new("flash_stu_full_hankelL", FlashSpectral()
            .Constant("minus", "Filter Feature Unit", (_, _, _) => 0)),
        new("flash_stu_approx", FlashApproximation(lag => lag % 2 == 0 ? 2 : 0)),
        new("flash_stu_approx_hankelL", FlashApproximation(_ => 1)),
        new("stu", Case<SpectralTransform>()
            .Input("x", "x", "B T Feature")
            .Input("eigenvalues", "eig_vals", "Filter")
            .Input("eigenvectors", "eig_vecs", "Lag Filter")
            .Input("spectral", "m_phi", "Filter*Feature Unit")
            .Input("inputs", "m_u", "Unit Feature Recent")
            .Input("outputs", "m_y", "Unit Order PreviousUnit")
            .State("history", null, null, "")
            .State("recent", null, null, "")
            .State("before", null, "final_state", "B Order Unit")
            .Output("output", "out", "B T Unit")),
        new("multires_fading", Multires<Multiresolution>("delay1", "delay2", "delay4", "delay8", "delay16", "delay32")),
        new("multires_uniform", Multires<UniformMultiresolution>("delay1", "delay2", "delay4", "delay8", "delay16", "high3", "high4")),
    ];

    private static GoldenCase Rational<T>()
        where T : struct, IRecurrence<T> => Case<T>()
        .Input("x", "x", "B T H")
        .Input("a", "a", "G N")
        .Input("b", "b", "H N")
        .Input("skip", "h_0", "H")
        .SequenceLength("hp_trunc_len")
        .Output("output", "out", "B T H");

    private static GoldenCase FlashSpectral() => Case<FlashSpectralTransform>()
        .Input("x", "x", "B T Feature")
        .Input("phi", "phi", "Lag Filter")
        .Constant("sign", "Lag", (_, _, lag) => lag[0] % 2 == 0 ? 1 : -1)
        .Input("plus", "M_phi_plus", "Filter Feature Unit")
        .State("history", null, null, "")
        .Output("output", "out", "B T Unit");

    private static GoldenCase FlashApproximation(Func<int, double> weight) => Case<FlashSpectralApproximation>()
        .Input("x", "x", "B T Feature")
        .Input("phi", "phi", "Lag Filter")
        .Constant("weight", "Lag", (_, _, lag) => weight(lag[0]))
        .Input("inputs", "M_inputs", "Feature Unit")
        .Input("filters", "M_filters", "Filter Unit")
        .State("history", null, null, "")
        .Output("output", "out", "B T Unit");

    private static GoldenCase Multires<T>(params string[] delays)
        where T : struct, IRecurrence<T> =>
        delays.Aggregate(
            Case<T>()
                .Input("x", "x", "B T H")
                .Input("low", "h0", "H WaveletTap")
                .Input("high", "h1", "H WaveletTap")
                .Input("weight", "w", "H LevelWeight")
                .Output("output", "out", "B T H")
                .Output("sum", "pre_gelu", "B T H"),
            (golden, delay) => golden.State(delay, null, null, ""));
}
