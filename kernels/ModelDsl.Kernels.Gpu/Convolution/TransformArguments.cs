using ILGPU;

namespace ModelDsl.Kernels.Gpu;

/// <summary>
/// The arguments of <see cref="SpectrumKernels"/>. A task is a row (a sequence of a tensor) and a block of its channels; the rows' places, and which spectra make
/// up which row, are in a table.
/// </summary>
public struct TransformArguments
{
    /// <summary>The tensors: rows [time, channel], channels side by side.</summary>
    public ArrayView<float> Memory;

    /// <summary>
    /// For each row that is transformed where it begins; then for each row that is made where it begins (<see cref="TargetFields"/> numbers); then for each product the rows
    /// whose spectra are its factors.
    /// </summary>
    public ArrayView<int> Table;

    /// <summary>exp(-2 pi i j / n) for every j below the number n of points, real and imaginary part in turn; then exp(-pi i j / (2 n)).</summary>
    public ArrayView<float> Roots;

    /// <summary>The spectra of the rows, [row, block], <see cref="TransformShape.SpectrumLength"/> floats each; behind them what groups work on, if it is not in shared memory.</summary>
    public ArrayView<float> Spectra;

    /// <summary>Tokens of each row.</summary>
    public int Time;

    /// <summary>Channels of each row, and floats from one token to the next.</summary>
    public int Channels;

    /// <summary>The first block of channels.</summary>
    public int FirstBlock;

    /// <summary>Blocks of channels.</summary>
    public int Blocks;

    /// <summary>Rows times blocks: what the groups share out.</summary>
    public int Tasks;

    /// <summary>Where in <see cref="Table"/> the rows that are made begin.</summary>
    public int Targets;

    /// <summary>Where in <see cref="Table"/> the products begin.</summary>
    public int Products;

    /// <summary>Whether the first factor of every product is conjugated (1): then it is a correlation, otherwise (0) a convolution.</summary>
    public int Conjugate;

    /// <summary>Where in <see cref="Spectra"/> groups work, if not in shared memory.</summary>
    public int Work;

    /// <summary>Numbers in the table for each row that is made: where it begins, whether it is added to (1) or overwritten (0), its first product, and how many it has.</summary>
    public const int TargetFields = 4;

    /// <summary>Numbers in the table for each product: the rows of its factors.</summary>
    public const int ProductFields = 2;
}
