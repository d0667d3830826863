using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace ModelDsl;

/// <summary>
/// Files of named float32 tensors in the safetensors format: eight bytes of header length, a JSON header, the elements. A file that is
/// corrupt or cut short is refused with what was expected; writing replaces a file in one step, so that a killed process leaves the old
/// file or the new one, never half of one.
/// </summary>
public sealed class Safetensors
{
    private const string ElementType = "F32";
    private const int MaxHeaderLength = 100_000_000;

    private Safetensors(IReadOnlyDictionary<string, SequenceTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        Tensors = tensors;
        Metadata = metadata;
    }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, SequenceTensor> Tensors { get; }

    /// <summary>The free text that the file carries.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">The file is corrupt, cut short, or holds another element type than F32.</exception>
    public static Safetensors Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        Span<byte> prefix = stackalloc byte[8];
        if (stream.ReadAtLeast(prefix, 8, throwOnEndOfStream: false) < 8)
        {
            throw Corrupt(path, $"it has {stream.Length} bytes, but a header length of 8 bytes was expected at the start");
        }

        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > MaxHeaderLength || (long)headerLength > stream.Length - 8)
        {
            throw Corrupt(path, $"its header should have {headerLength} bytes, but {stream.Length - 8} bytes follow (and {MaxHeaderLength} are the most that the format allows)");
        }

        var header = new byte[(int)headerLength];
        stream.ReadExactly(header);
        List<Entry> entries = [];
        Dictionary<string, string> metadata = [];
        try
        {
            ParseHeader(path, header, entries, metadata);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            throw Corrupt(path, $"its header is not the JSON that was expected ({e.Message})", e);
        }

        var tensors = new Dictionary<string, SequenceTensor>();
        long position = 0, dataLength = stream.Length - 8 - header.Length;
        foreach (Entry entry in entries.OrderBy(e => e.Begin).ThenBy(e => e.End))
        {
            if (entry.Begin != position)
            {
                throw Corrupt(path, $"tensor \"{entry.Name}\" begins at byte {entry.Begin} of the data, but the one before it ends at {position}");
            }

            if (entry.End > dataLength)
            {
                throw Corrupt(path, $"it is cut short: tensor \"{entry.Name}\" of shape {SequenceTensor.TextOf(entry.Shape)} ends at byte {entry.End} of the data, but there are {dataLength}");
            }

            var data = new float[(entry.End - entry.Begin) / sizeof(float)];
            stream.ReadExactly(MemoryMarshal.AsBytes(data.AsSpan()));
            ToLittleEndian(data);
            tensors.Add(entry.Name, new SequenceTensor(data, entry.Shape));
            position = entry.End;
        }

        if (position != dataLength)
        {
            throw Corrupt(path, $"its tensors end at byte {position} of the data, but there are {dataLength}");
        }

        return new Safetensors(tensors, metadata);
    }

    /// <summary>Writes a file, or replaces it in one step: what was there stays until the new file is complete on the disk.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The tensors with their names, in the order in which they are stored.</param>
    /// <param name="metadata">Free text to carry.</param>
    public static void Write(
        string path, IEnumerable<KeyValuePair<string, SequenceTensor>> tensors, IEnumerable<KeyValuePair<string, string>>? metadata = null)
    {
        KeyValuePair<string, SequenceTensor>[] all = [.. tensors];
        if (all.GroupBy(t => t.Key).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"The name \"{twice.Key}\" is given to {twice.Count()} tensors.", nameof(tensors));
        }

        byte[] header = HeaderOf(all, metadata ?? []);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                Span<byte> prefix = stackalloc byte[8];
                BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)header.Length);
                stream.Write(prefix);
                stream.Write(header);
                foreach ((_, SequenceTensor tensor) in all)
                {
                    float[] data = tensor.Data;
                    if (!BitConverter.IsLittleEndian)
                    {
                        ToLittleEndian(data = [.. data]);
                    }

                    stream.Write(MemoryMarshal.AsBytes(data.AsSpan()));
                }

                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static byte[] HeaderOf(KeyValuePair<string, SequenceTensor>[] tensors, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            foreach ((string key, string value) in metadata)
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
            long position = 0;
            foreach ((string name, SequenceTensor tensor) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", ElementType);
                json.WriteStartArray("shape");
                foreach (int size in tensor.Shape)
                {
                    json.WriteNumberValue(size);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(position);
                position += tensor.Data.LongLength * sizeof(float);
                json.WriteNumberValue(position);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        // Spaces up to a multiple of eight, so that the elements are aligned in a mapped file.
        var header = new byte[(buffer.WrittenCount + 7) / 8 * 8];
        Array.Fill(header, (byte)' ');
        buffer.WrittenSpan.CopyTo(header);
        return header;
    }

    private static void ParseHeader(string path, byte[] header, List<Entry> entries, Dictionary<string, string> metadata)
    {
        using JsonDocument document = JsonDocument.Parse(header);
        var names = new HashSet<string>();
        foreach (JsonProperty property in document.RootElement.EnumerateObject())
        {
            if (!names.Add(property.Name))
            {
                throw Corrupt(path, $"its header names \"{property.Name}\" twice");
            }

            if (property.Name == "__metadata__")
            {
                foreach (JsonProperty item in property.Value.EnumerateObject())
                {
                    metadata[item.Name] = item.Value.GetString() ?? "";
                }
            }
            else
            {
                entries.Add(EntryOf(path, property));
            }
        }
    }

    private static Entry EntryOf(string path, JsonProperty property)
    {
        JsonElement dtype = Member("dtype"), shape = Member("shape"), offsets = Member("data_offsets");
        if (dtype.GetString() != ElementType)
        {
            throw Corrupt(path, $"tensor \"{property.Name}\" holds {dtype.GetString()}, but {ElementType} was expected");
        }

        int[] sizes = [.. shape.EnumerateArray().Select(s => s.GetInt32())];
        long[] range = [.. offsets.EnumerateArray().Select(o => o.GetInt64())];
        decimal bytes = sizes.Aggregate((decimal)sizeof(float), (a, b) => a * b);
        if (sizes.Any(s => s < 0) || range.Length != 2 || range[0] < 0 || range[1] - (decimal)range[0] != bytes || bytes / sizeof(float) > Array.MaxLength)
        {
            throw Corrupt(
                path,
                $"tensor \"{property.Name}\" of shape {SequenceTensor.TextOf(sizes)} needs {bytes} bytes, but its data_offsets are [{string.Join(", ", range)}]");
        }

        return new Entry(property.Name, sizes, range[0], range[1]);

        JsonElement Member(string name) => property.Value.TryGetProperty(name, out JsonElement value)
            ? value
            : throw Corrupt(path, $"tensor \"{property.Name}\" has no \"{name}\" in the header");
    }

    private static void ToLittleEndian(float[] data)
    {
        if (!BitConverter.IsLittleEndian)
        {
            Span<int> bits = MemoryMarshal.Cast<float, int>(data.AsSpan());
            BinaryPrimitives.ReverseEndianness(bits, bits);
        }
    }

    private static InvalidDataException Corrupt(string path, string reason, Exception? inner = null) =>
        new($"\"{path}\" cannot be read as safetensors: {reason}.", inner);

    private sealed record Entry(string Name, int[] Shape, long Begin, long End);
}
