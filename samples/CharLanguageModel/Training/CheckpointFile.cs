using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CharLanguageModel.Configuration;
using ModelDsl;

namespace CharLanguageModel.Training;

/// <summary>
/// Checkpoints as safetensors files: tensors as such, everything else in the metadata, and a hash over all of it, because a flipped
/// bit in a weight would otherwise go unseen. A file is replaced in one step, so a kill at any moment leaves a whole one.
/// </summary>
internal static class CheckpointFile
{
    private const string Format = "ModelDsl.CharLanguageModel/1";
    private const string FormatKey = "format";
    private const string ModelKey = "model";
    private const string TrainingKey = "training";
    private const string RandomKey = "random";
    private const string ElapsedKey = "elapsed";
    private const string HashKey = "sha256";
    private const string LossesName = "history.losses";
    private const string ValidationStepsName = "history.validation-steps";
    private const string ValidationBitsName = "history.validation-bits";

    /// <summary>Writes or replaces a checkpoint.</summary>
    public static void Write(string path, Checkpoint checkpoint)
    {
        var tensors = new Dictionary<string, SequenceTensor>(checkpoint.Tensors)
        {
            [LossesName] = new(checkpoint.Losses, checkpoint.Losses.Length),
            [ValidationStepsName] = new([.. checkpoint.Validations.Select(v => (float)v.Step)], checkpoint.Validations.Length),
            [ValidationBitsName] = new([.. checkpoint.Validations.Select(v => v.BitsPerCharacter)], checkpoint.Validations.Length),
        };
        var metadata = new Dictionary<string, string>
        {
            [FormatKey] = Format,
            [ModelKey] = JsonSerializer.Serialize(checkpoint.Model),
            [TrainingKey] = JsonSerializer.Serialize(checkpoint.Training),
            [RandomKey] = checkpoint.RandomState,
            [ElapsedKey] = checkpoint.Elapsed.ToString("c", CultureInfo.InvariantCulture),
        };
        metadata[HashKey] = Hash(tensors, metadata);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        Safetensors.Write(path, tensors, metadata);
    }

    /// <summary>Reads a checkpoint.</summary>
    /// <exception cref="InvalidDataException">The file is corrupt, cut short, or something else.</exception>
    public static Checkpoint Read(string path)
    {
        var file = Safetensors.Read(path);
        if (!file.Metadata.TryGetValue(FormatKey, out var format) || format != Format)
        {
            throw new InvalidDataException($"'{path}' is not a checkpoint of this program: its format is '{format ?? "not given"}'; expected '{Format}'.");
        }

        if (!file.Metadata.TryGetValue(HashKey, out var hash) || hash != Hash(file.Tensors, file.Metadata))
        {
            throw new InvalidDataException($"The checkpoint '{path}' is corrupt: its content does not have the hash that was stored with it.");
        }

        try
        {
            var steps = file.Tensors[ValidationStepsName].Data;
            var bits = file.Tensors[ValidationBitsName].Data;
            return new()
            {
                Model = JsonSerializer.Deserialize<ModelConfig>(file.Metadata[ModelKey])!,
                Training = JsonSerializer.Deserialize<TrainingConfig>(file.Metadata[TrainingKey])!,
                Tensors = file.Tensors,
                RandomState = file.Metadata[RandomKey],
                Elapsed = TimeSpan.ParseExact(file.Metadata[ElapsedKey], "c", CultureInfo.InvariantCulture),
                Losses = file.Tensors[LossesName].Data,
                Validations = [.. steps.Zip(bits, (s, b) => new ValidationPoint((int)s, b))],
            };
        }
        catch (Exception e) when (e is KeyNotFoundException or FormatException or JsonException)
        {
            throw new InvalidDataException($"The checkpoint '{path}' lacks a part, or it is written in another way than expected: {e.Message}", e);
        }
    }

    private static string Hash(IReadOnlyDictionary<string, SequenceTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (key, value) in metadata.Where(m => m.Key != HashKey).OrderBy(m => m.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{key}={value}\n"));
        }

        foreach (var (name, tensor) in tensors.OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}{tensor}\n"));
            hash.AppendData(MemoryMarshal.AsBytes(tensor.Data.AsSpan()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
