using ModelDsl.Conformance.Goldens;

namespace ModelDsl.Conformance.Mapping;

/// <summary>Linear maps of quaternions, as the matrices that they are: four blocks by four, made of four components.</summary>
public static class Quaternions
{
    private static readonly string[] s_components = ["r", "i", "j", "k"];

    // For each block of the input and each of the output: which component, with which sign.
    private static readonly (int Component, int Sign)[,] s_blocks =
    {
        { (0, 1), (1, 1), (2, 1), (3, 1) },
        { (1, -1), (0, 1), (3, 1), (2, -1) },
        { (2, -1), (3, -1), (0, 1), (1, 1) },
        { (3, -1), (2, 1), (1, -1), (0, 1) },
    };

    /// <summary>The matrices of several maps, one after the other: [maps * outputs, inputs].</summary>
    /// <param name="name">What they are called.</param>
    /// <param name="layout">The axes of a component, [inputs / 4, outputs / 4].</param>
    /// <param name="maps">The maps, whose components the file has as map.r_weight and so on.</param>
    public static Derivation Matrices(string name, string layout, params string[] maps) => new(
        [.. maps.SelectMany(map => s_components.Select(c => (NameOf(map, c), layout)))],
        file =>
        {
            int[] component = file[NameOf(maps[0], "r")].Shape;
            int inputs = 4 * component[0], outputs = 4 * component[1];
            var matrices = new float[maps.Length * outputs * inputs];
            Visit(file, maps, (at, of, from, sign) => matrices[at] = sign * file[of].Data[from]);
            return [GoldenTensor.Of(name, [maps.Length * outputs, inputs], matrices)];
        },
        (file, gradients) =>
        {
            float[] gradient = gradients[name].Data;
            Dictionary<string, double[]> sums = maps.SelectMany(map => s_components.Select(c => NameOf(map, c))).ToDictionary(of => of, of => new double[file[of].Data.Length]);
            Visit(file, maps, (at, of, from, sign) => sums[of][from] += sign * gradient[at]);
            return sums;
        });

    /// <summary>Vectors of the file, one after the other.</summary>
    /// <param name="name">What they are called.</param>
    /// <param name="layout">The axis of one.</param>
    /// <param name="parts">The vectors.</param>
    public static Derivation Vectors(string name, string layout, params string[] parts) => new(
        [.. parts.Select(part => (part, layout))],
        file => [GoldenTensor.Of(name, [parts.Sum(p => file[p].Shape[0])], [.. parts.SelectMany(p => file[p].Data.Take(file[p].Shape[0]))])],
        (file, gradients) =>
        {
            int size = file[parts[0]].Shape[0];
            return parts.Select((part, i) => (part, i)).ToDictionary(
                p => p.part, p => gradients[name].Data.Skip(p.i * size).Take(size).Select(x => (double)x).ToArray());
        });

    private static string NameOf(string map, string component) => $"{map}.{component}_weight";

    /// <summary>For each element of the matrices: which element of which component it is, and its sign.</summary>
    private static void Visit(GoldenFile file, string[] maps, Action<int, string, int, int> element)
    {
        for (int m = 0; m < maps.Length; m++)
        {
            int[] component = file[NameOf(maps[m], "r")].Shape;
            int inputs = 4 * component[0], outputs = 4 * component[1];
            for (int o = 0; o < outputs; o++)
            {
                for (int i = 0; i < inputs; i++)
                {
                    (int which, int sign) = s_blocks[i / component[0], o / component[1]];
                    element((((m * outputs) + o) * inputs) + i, NameOf(maps[m], s_components[which]), (i % component[0] * component[1]) + (o % component[1]), sign);
                }
            }
        }
    }
}
