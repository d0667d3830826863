namespace ModelDsl.Conformance.Goldens;

/// <summary>A golden file: tensors by name, and settings.</summary>
public sealed class GoldenFile
{
    /// <summary>A file in memory.</summary>
    public GoldenFile(string path, IReadOnlyDictionary<string, GoldenTensor> tensors, IReadOnlyDictionary<string, string> settings)
    {
        Name = Path.GetFileNameWithoutExtension(path);
        Tensors = tensors;
        Settings = settings;
    }

    /// <summary>The file's name, without folder and extension.</summary>
    public string Name { get; }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, GoldenTensor> Tensors { get; }

    /// <summary>The settings ("__metadata__").</summary>
    public IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>The file with tensors more.</summary>
    public GoldenFile With(IEnumerable<GoldenTensor> tensors) =>
        new(Name, Tensors.Concat(tensors.Select(t => KeyValuePair.Create(t.Name, t))).ToDictionary(), Settings);

    /// <summary>Reads a file.</summary>
    /// <exception cref="GoldenException">The file is not a whole safetensors file of float32 tensors.</exception>
    public static GoldenFile Read(string path)
    {
        try
        {
            Safetensors file = Safetensors.Read(path);
            return new GoldenFile(
                path,
                file.Tensors.ToDictionary(t => t.Key, t => GoldenTensor.Of(t.Key, [.. t.Value.Shape], t.Value.Data)),
                file.Metadata);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or NotSupportedException)
        {
            throw new GoldenException(exception.Message, exception);
        }
    }

    /// <summary>A tensor that must be there.</summary>
    public GoldenTensor this[string name] => Tensors.TryGetValue(name, out GoldenTensor? tensor)
        ? tensor
        : throw new GoldenException($"The file has no tensor '{name}'.");

    /// <summary>A tensor, or null if the file has none of this name.</summary>
    public GoldenTensor? Find(string? name) => name is null ? null : Tensors.GetValueOrDefault(name);

    /// <summary>A setting as a number.</summary>
    public double Number(string setting) => Settings.TryGetValue(setting, out string? text)
        && double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out double value)
            ? value
            : throw new GoldenException($"The file's metadata has no number '{setting}'.");
}
