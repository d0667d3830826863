using ModelDsl.Conformance.Goldens;
using ModelDsl.Conformance.Mapping;
using ModelDsl.Conformance.Reporting;
using ModelDsl.Conformance.Targets;
using Xunit;

namespace ModelDsl.Conformance.Tests;

/// <summary>
/// The carried files have one shape each. Here their numbers are repeated or cut to other shapes (so they stay within the domain of their architecture),
/// and generated code is compared with the spec's own Step, which the goldens have shown to be right.
/// </summary>
public sealed class ResizedTests
{
    private static readonly int[] Times = [1, 2, 150];

    public static TheoryData<string> Names => [.. Architectures.All.Select(a => a.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryLegalModeAgreesWithTheSpecAtOtherSizes(string architecture)
    {
        GoldenFile file = GoldenFile.Read(Path.Combine(Repository.Goldens, architecture + ".safetensors"));
        GoldenCase golden = Architectures.All.Single(a => a.Name == architecture).Cases[0];
        file = golden.WithUpstream(file);
        ITarget cpu = new CpuTarget();
        foreach (int time in Times)
        {
            BoundCase resized = golden.Bind(Resize(golden, file, time));
            resized = resized with { SequenceLength = resized.SequenceLength == 0 ? 0 : Math.Max(resized.SequenceLength, time) };
            RunResult expected = new OracleTarget().Run(resized, Mode.Recurrent, 0);
            foreach (Mode mode in cpu.Modes(golden.Recurrence))
            {
                foreach (int chunkSize in cpu.HasChunks(mode) ? new[] { 0, 7 } : [0])
                {
                    Comparison errors = Comparison.Between(resized, cpu.Run(resized, mode, chunkSize), expected);
                    Assert.True(errors.Passed, $"{mode}, T = {time}, chunks of {chunkSize}: {errors}");
                }
            }
        }
    }

    /// <summary>Repeats or cuts every tensor of a case: more heads than one block of lanes, widths that fill no vector, one sequence.</summary>
    private static GoldenFile Resize(GoldenCase golden, GoldenFile file, int time)
    {
        (string Golden, Layout Layout)[] mapped = [.. golden.TensorsIn(file)];
        AxisSizes sizes = Binder.Solve(golden.Recurrence.Description, file, mapped);
        HashSet<string> kept = [.. Kept(mapped)];
        int NewSize(string letter) => Same(golden.Recurrence.Description, letter) switch
        {
            _ when kept.Contains(letter) => sizes[letter],
            "B" => 1,
            "T" => time,

            // Slopes per head, which only a constant of the mapping reads.
            "H" when file.Find("s") is { } slopes => slopes.Shape[0],
            "H" => sizes.Find("G") is { } groups ? 37 * groups : sizes["H"] >= 6 ? 70 : 3,
            // A dense transition, like a recurrent matrix, grows with its size: states of another size would explode.
            "N" when golden.Recurrence.Description.HasDenseTransition => sizes[letter],
            "Key" => 19,
            "Value" => 9,
            "N" => 17,
            "Channel" => 33,

            // The rows of a recurrent matrix are as many as its columns: grown weights of a fixed scale would make the state chaotic.
            "Unit" or "PreviousUnit" => 3,
            "Feature" => golden.Recurrence.Description.Name == nameof(Layers.RgLru) ? 33 : 4,
            var other => sizes[other],
        };

        Dictionary<string, GoldenTensor> tensors = new(file.Tensors);
        foreach ((string name, Layout layout) in mapped)
        {
            GoldenTensor tensor = file[name];
            GoldenTensor resized = Tile(tensor, layout.Resized(tensor.Shape, sizes, NewSize));
            tensors[name] = resized;
            foreach (string gradient in new[] { "grad_" + name, "gradfs_" + name }.Where(tensors.ContainsKey))
            {
                tensors[gradient] = GoldenTensor.Of(gradient, resized.Shape, resized.Data);
            }
        }

        return new GoldenFile(file.Name, tensors, file.Settings);
    }

    /// <summary>The first axis that must have the size of this one.</summary>
    private static string Same(RecurrenceDescription description, string letter) =>
        description.Axes.FirstOrDefault(a => a.Name == letter)?.EqualTo is { } other ? description.Axes[other].Name : letter;

    /// <summary>Letters whose sizes hang together with others': of axes that are seen in part, or in two ways.</summary>
    private static IEnumerable<string> Kept((string Golden, Layout Layout)[] mapped)
    {
        foreach (Layout[] layouts in mapped.GroupBy(m => m.Golden, m => m.Layout).Select(g => g.ToArray()))
        {
            foreach (Layout layout in layouts)
            {
                IEnumerable<string> seenInTwoWays = layout.Letters.Zip(layouts[0].Letters).Where(p => !p.First.SequenceEqual(p.Second)).SelectMany(p => p.First.Concat(p.Second));
                foreach (string letter in layout.PartLetters.Concat(seenInTwoWays))
                {
                    yield return letter;
                }
            }
        }
    }

    private static GoldenTensor Tile(GoldenTensor tensor, int[] shape)
    {
        float[] data = new float[shape.Aggregate(1, (a, b) => a * b)];
        for (int i = 0; i < data.Length; i++)
        {
            int rest = i, from = 0, stride = 1;
            for (int axis = shape.Length - 1; axis >= 0; axis--)
            {
                (rest, int index) = Math.DivRem(rest, shape[axis]);
                from += index % tensor.Shape[axis] * stride;
                stride *= tensor.Shape[axis];
            }

            data[i] = tensor.Data[from];
        }

        return GoldenTensor.Of(tensor.Name, shape, data);
    }
}
