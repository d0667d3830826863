using ModelDsl.Compiler.Graph;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission.Cpu;

/// <summary>The matrix products of a kernel, and the matrices that are packed for them: right factors that do not depend on time.</summary>
internal sealed class MatrixTable
{
    private readonly Dictionary<NestItem, Contraction> _products = [];
    private readonly List<PackedFactor> _matrices = [];

    public MatrixTable(KernelProgram kernel)
    {
        Add(kernel, kernel.Stages.Concat(kernel.Components.SelectMany(c => new[] { c.Step, c.Transition })), isAdjoint: false);
        Add(kernel, kernel.AdjointStages.Concat(kernel.Components.Select(c => c.StepAdjoint)), isAdjoint: true);
    }

    /// <summary>The matrices, by id.</summary>
    public IReadOnlyList<PackedFactor> Matrices => _matrices;

    /// <summary>An item as a matrix product; null if it is none.</summary>
    public Contraction? ProductOf(NestItem item) => _products.TryGetValue(item, out Contraction? product) ? product : null;

    /// <summary>The matrix that is a product's right factor.</summary>
    public PackedFactor MatrixOf(Contraction product) => _matrices.First(m => m.IsFor(product));

    private void Add(KernelProgram kernel, IEnumerable<Stage> stages, bool isAdjoint)
    {
        foreach (Nest nest in stages.SelectMany(s => s.Nests).Where(n => n.Space.IsReduction))
        {
            foreach (NestItem item in nest.Items)
            {
                if (Contraction.Of(kernel, item, nest.Space) is not { } product)
                {
                    continue;
                }

                _products.Add(item, product);
                if (product.Row is null && !_matrices.Any(m => m.IsFor(product)))
                {
                    _matrices.Add(PackedFactor.For(product, isAdjoint));
                }
            }
        }
    }
}

/// <summary>A packed matrix: the axes by the slot's own names.</summary>
internal sealed record PackedFactor(
    Slot Slot, EquatableArray<string> Outer, EquatableArray<string> Depth, EquatableArray<string> Columns, ContractionAxis? Fixed, bool IsAdjoint)
{
    /// <summary>The name of the local: "mWeightByKey".</summary>
    public string Name => $"m{Identifier.Capital(Slot.Name)}By{string.Concat(Depth)}{(Fixed is null ? "" : "At" + Fixed.Index.ToString(System.Globalization.CultureInfo.InvariantCulture))}";

    public static PackedFactor For(Contraction product, bool isAdjoint)
    {
        ContractionFactor right = product.Right;
        EquatableArray<string> Stored(IEnumerable<string> axes) => axes.Select(right.Stored).ToEquatableArray();
        return new(
            right.Slot, Stored(product.Outer.Where(right.Has)), Stored(product.Depth), Stored(product.Columns), right.Axes.FirstOrDefault(a => a.Name is null), isAdjoint);
    }

    public bool IsFor(Contraction product) => product.Row is null && For(product, IsAdjoint) == this;
}
