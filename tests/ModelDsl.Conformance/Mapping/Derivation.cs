using ModelDsl.Conformance.Goldens;

namespace ModelDsl.Conformance.Mapping;

/// <summary>
/// What a model computes around a recurrence, in double precision: inputs from its parameters before it (a discretised system, an orthogonal matrix), or the upstream gradient that a layer behind
/// it hands back.
/// </summary>
/// <param name="Sources">The golden tensors that they are computed from, with their layouts.</param>
/// <param name="Compute">The tensors, under names that the file does not have.</param>
/// <param name="PullBack">Given their gradients by name, what they add to the gradients of the sources, by name; null if they are upstream gradients, which have none.</param>
public sealed record Derivation(
    IReadOnlyList<(string Golden, string Layout)> Sources,
    Func<GoldenFile, IReadOnlyList<GoldenTensor>> Compute,
    Func<GoldenFile, IReadOnlyDictionary<string, GoldenTensor>, IReadOnlyDictionary<string, double[]>>? PullBack);

/// <summary>A derivation of inputs with the tensors that it gave.</summary>
public sealed record BoundDerivation(Derivation Derivation, GoldenFile File, IReadOnlyList<GoldenTensor> Tensors)
{
    /// <summary>Adds to the gradients of sources what comes from those of the derived tensors.</summary>
    public void Chain(Dictionary<(bool ThroughFinalState, string Of), GoldenTensor> gradients, bool throughFinalState)
    {
        Dictionary<string, GoldenTensor> own = Tensors.ToDictionary(t => t.Name, t => gradients[(throughFinalState, t.Name)]);
        foreach ((string source, double[] values) in Derivation.PullBack!(File, own))
        {
            float[]? direct = gradients.GetValueOrDefault((throughFinalState, source))?.Data;
            float[] sum = [.. values.Select((value, i) => (float)(value + (direct?[i] ?? 0)))];
            gradients[(throughFinalState, source)] = GoldenTensor.Of(source, File[source].Shape, sum);
        }
    }
}
