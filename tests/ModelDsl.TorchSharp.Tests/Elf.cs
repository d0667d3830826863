using System.Text;

namespace ModelDsl.TorchSharp.Tests;

/// <summary>Writes the smallest ELF file that offers symbol versions: a header, two sections, their table.</summary>
internal static class Elf
{
    private const uint StringTable = 3, VersionDefinitions = 0x6ffffffd;
    private const int HeaderSize = 64, SectionSize = 64, DefinitionSize = 28;

    public static byte[] Offering(IEnumerable<string> versions)
    {
        string[] names = [.. versions];
        byte[] strings = [0, .. names.SelectMany(n => Encoding.ASCII.GetBytes(n + "\0"))];
        using var definitions = new MemoryStream();
        using (var writer = new BinaryWriter(definitions, Encoding.ASCII, leaveOpen: true))
        {
            for (int i = 0, name = 1; i < names.Length; name += names[i++].Length + 1)
            {
                // vd_version, vd_flags, vd_ndx, vd_cnt, vd_hash, vd_aux, vd_next; then vda_name, vda_next.
                foreach (ushort half in (ushort[])[1, 0, (ushort)(i + 2), 1])
                    writer.Write(half);
                foreach (uint word in (uint[])[0, 20, DefinitionSize, (uint)name, 0])
                    writer.Write(word);
            }
        }

        int definitionsAt = HeaderSize, stringsAt = definitionsAt + names.Length * DefinitionSize, tableAt = stringsAt + strings.Length;
        var file = new byte[tableAt + 2 * SectionSize];
        "\u007fELF\u0002\u0001"u8.CopyTo(file);
        BitConverter.TryWriteBytes(file.AsSpan(0x28), (ulong)tableAt);
        BitConverter.TryWriteBytes(file.AsSpan(0x3A), (ushort)SectionSize);
        BitConverter.TryWriteBytes(file.AsSpan(0x3C), (ushort)2);
        definitions.ToArray().CopyTo(file, definitionsAt);
        strings.CopyTo(file, stringsAt);
        Section(file, tableAt, VersionDefinitions, definitionsAt, names.Length * DefinitionSize, link: 1, info: names.Length);
        Section(file, tableAt + SectionSize, StringTable, stringsAt, strings.Length, link: 0, info: 0);
        return file;
    }

    private static void Section(byte[] file, int at, uint type, int offset, int size, int link, int info)
    {
        BitConverter.TryWriteBytes(file.AsSpan(at + 4), type);
        BitConverter.TryWriteBytes(file.AsSpan(at + 0x18), (ulong)offset);
        BitConverter.TryWriteBytes(file.AsSpan(at + 0x20), (ulong)size);
        BitConverter.TryWriteBytes(file.AsSpan(at + 0x28), (uint)link);
        BitConverter.TryWriteBytes(file.AsSpan(at + 0x2C), (uint)info);
    }
}
