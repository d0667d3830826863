using System.Globalization;
using ModelDsl.Compiler.Graph;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission.Cpu;

/// <summary>Writes a reduction that is a matrix product as a call.</summary>
/// <param name="names">The names.</param>
/// <param name="matrices">The packed matrices.</param>
/// <param name="inSweep">Whether the loop over time is outside: rows are then those of one token.</param>
internal sealed class ProductEmitter(KernelProgram kernel, KernelNames names, MatrixTable matrices, bool inSweep)
{
    public void Write(SourceWriter writer, NestItem item, Space space, Contraction product)
    {
        writer.Line("// " + names.Formula(item, space));
        WriteLoops(writer, product.Outer.ToList(), () => writer.Line(product.Row is null ? PerToken(item, product) : OverTime(item, product)));
    }

    private void WriteLoops(SourceWriter writer, List<string> loops, Action body)
    {
        if (loops.Count == 0)
        {
            body();
            return;
        }

        string index = names.Index(loops[0]);
        using (writer.Open($"for (int {index} = 0; {index} < {names.Bound(loops[0])}; {index}++)"))
        {
            WriteLoops(writer, loops.Skip(1).ToList(), body);
        }
    }

    /// <summary>Rows are tokens.</summary>
    private string PerToken(NestItem item, Contraction product)
    {
        Slot result = kernel.Slots[item.Slot];
        string matrix = matrices.MatrixOf(product).Name + Part(product);
        (string rows, string turn) = inSweep ? ("sequences", ", turn: first") : ("tokens", "");
        string left = Pointer(product.Left.Slot, product.Left.Axes, product);
        return $"{matrix}.{(item.Accumulate ? "Add" : "Multiply")}({rows}, {left}, {names.Row(product.Left.Slot)}, {Pointer(result, Own(result), product)}, {names.Row(result)}{turn});";
    }

    /// <summary>Depth is time: the rows of the left factor lie across.</summary>
    private string OverTime(NestItem item, Contraction product)
    {
        Slot result = kernel.Slots[item.Slot], left = product.Left.Slot, right = product.Right.Slot;
        string columns = string.Join(" * ", product.Columns.Select((x, i) => i == product.Columns.Count - 1 ? names.Padded(x) : names.Bound(x)));
        return $"f.AddProduct({names.Bound(product.Row!)}, {columns}, tokens, "
            + $"{Pointer(left, product.Left.Axes, product)}, {names.Stride(left, product.Left.Stored(product.Row!))}, {names.Row(left)}, "
            + $"{Pointer(right, product.Right.Axes, product)}, {names.Row(right)}, "
            + $"{Pointer(result, Own(result), product)}, {names.Stride(result, product.Row!)});";
    }

    /// <summary>Which of the matrices, where there is one for every index of the outer axes.</summary>
    private string Part(Contraction product)
    {
        List<string> outer = product.Outer.Where(product.Right.Has).ToList();
        return outer.Count == 0 ? "" : $".Part({outer.Skip(1).Aggregate(names.Index(outer[0]), (index, axis) => $"({index} * {names.Bound(axis)}) + {names.Index(axis)}")})";
    }

    private static EquatableArray<ContractionAxis> Own(Slot slot) => slot.Axes.Select(a => new ContractionAxis(a, a, 0)).ToEquatableArray();

    /// <summary>Where a factor's or the result's part for the indices of the loops begins.</summary>
    private string Pointer(Slot slot, EquatableArray<ContractionAxis> axes, Contraction product)
    {
        var terms = new List<string>();
        if (inSweep && slot.HasTime)
        {
            terms.Add($"(first * {names.Row(slot)})");
        }

        foreach (ContractionAxis axis in axes)
        {
            string index = axis.Name is null ? axis.Index.ToString(CultureInfo.InvariantCulture) : product.Outer.Contains(axis.Name) ? names.Index(axis.Name) : "0";
            string stride = names.Stride(slot, axis.Stored);
            if (index != "0")
            {
                terms.Add(stride == "1" ? index : $"({index} * {stride})");
            }
        }

        return names.Pointer(slot, string.Join(" + ", terms));
    }
}
