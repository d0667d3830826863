#nullable enable
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Build.Framework;

/// <summary>
/// Copies libLibTorchSharp.so, and in the copy marks as optional what the system's C++ library lacks and nothing uses.
/// </summary>
/// <remarks>
/// TorchSharp's native part is linked by a newer GCC than Debian 12 or Ubuntu 22.04 have. The linker recorded that it needs
/// symbol version GLIBCXX_3.4.32, on account of a single marker symbol without a relocation, so the loader refuses a library
/// that would work. A required version whose flag VER_FLG_WEAK is set is looked for but not insisted on.
/// A version that stands behind any other symbol is left alone: then the library really cannot work there.
/// </remarks>
public sealed class MakeTorchSharpLoadable : Microsoft.Build.Utilities.Task
{
    private const string CppLibrary = "libstdc++.so.6";

    /// <summary>Declared since GCC 13 to keep the order of static initialisers; nothing calls it.</summary>
    private const string MarkerSymbol = "_ZSt21ios_base_library_initv";

    /// <summary>The library as it came in its package: read only, never written.</summary>
    [Required]
    public string Source { get; set; } = "";

    /// <summary>The copy. May be the same path as <see cref="Source"/>: the file is replaced, so that other links to it stay as they are.</summary>
    [Required]
    public string Destination { get; set; } = "";

    /// <summary>The C++ library to go by; empty to find the system's.</summary>
    public string SystemLibrary { get; set; } = "";

    /// <summary>Whether to go without a look at the system: for output that is built here and runs on an older system.</summary>
    public bool Always { get; set; }

    /// <summary>Whether anything was marked.</summary>
    [Output]
    public bool Changed { get; set; }

    public override bool Execute()
    {
        byte[] bytes = File.ReadAllBytes(Source);
        string system = SystemLibrary.Length > 0 ? SystemLibrary : FindSystemLibrary();
        if (ElfVersions.TryRead(bytes) is { } library && (Always || system.Length > 0))
            MarkMissing(library, bytes, system);
        if (Changed || Path.GetFullPath(Source) != Path.GetFullPath(Destination))
            Replace(bytes);
        return !Log.HasLoggedErrors;
    }

    private void MarkMissing(ElfVersions library, byte[] bytes, string system)
    {
        ISet<string> defined = Always
            ? new HashSet<string>()
            : ElfVersions.TryRead(File.ReadAllBytes(system))?.Defined() ?? new HashSet<string>();
        if (!Always && defined.Count == 0)
            return;
        foreach (var need in library.Needed().Where(n => n.File == CppLibrary && !n.IsWeak && !defined.Contains(n.Version)))
        {
            var symbols = library.SymbolsOf(need);
            if (symbols.All(s => s == MarkerSymbol))
            {
                need.MarkWeak(bytes);
                Changed = true;
                Log.LogMessage(MessageImportance.High,
                    "ModelDsl: {0} asks for {1}, which {2}, though it uses nothing of it; marked as optional in {3}.",
                    Path.GetFileName(Source), need.Version, Always ? "older systems lack" : system + " lacks", Destination);
            }
            else if (!Always)
            {
                Log.LogWarning(
                    "ModelDsl: {0} needs {1} for {2}, which {3} lacks: TorchSharp will not load here. Install a newer libstdc++ (GCC 11 or later).",
                    Path.GetFileName(Source), need.Version, symbols.First(s => s != MarkerSymbol), system);
            }
        }
    }

    /// <summary>Writes beside the destination and renames: an existing file may be a hard link into the package cache.</summary>
    private void Replace(byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(Destination))!);
        string temporary = Destination + "." + Guid.NewGuid().ToString("N") + ".tmp";
        File.WriteAllBytes(temporary, bytes);
        if (File.Exists(Destination))
            File.Delete(Destination);
        File.Move(temporary, Destination);
    }

    /// <summary>The C++ library that this very process runs on, or one in the usual folders.</summary>
    private static string FindSystemLibrary()
    {
        var candidates = new List<string>();
        if (File.Exists("/proc/self/maps"))
            candidates.AddRange(File.ReadLines("/proc/self/maps").Where(l => l.Contains("/libstdc++.so.6")).Select(l => l.Substring(l.IndexOf('/'))));
        candidates.AddRange(new[] { "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/lib64", "/usr/lib" }.Select(d => d + "/" + CppLibrary));
        return candidates.FirstOrDefault(File.Exists) ?? "";
    }
}

/// <summary>The symbol versions of a 64-bit little-endian ELF library (elf(5), "Symbol Versioning" of the LSB).</summary>
public sealed class ElfVersions
{
    private const uint DynamicSymbols = 11, VersionDefinitions = 0x6ffffffd, VersionNeeds = 0x6ffffffe, SymbolVersions = 0x6fffffff;

    private readonly byte[] _bytes;
    private readonly List<(uint Type, int Offset, int Size, int Link, int Info)> _sections = new();

    private ElfVersions(byte[] bytes)
    {
        _bytes = bytes;
        int table = (int)BitConverter.ToUInt64(bytes, 0x28), entrySize = Half(0x3A), count = Half(0x3C);
        for (int i = 0, at = table; i < count; i++, at += entrySize)
            _sections.Add((Word(at + 4), (int)BitConverter.ToUInt64(bytes, at + 0x18), (int)BitConverter.ToUInt64(bytes, at + 0x20), (int)Word(at + 0x28), (int)Word(at + 0x2C)));
    }

    /// <summary>Null if the bytes are no such library.</summary>
    public static ElfVersions? TryRead(byte[] bytes)
    {
        bool isElf64 = bytes.Length > 64 && bytes[0] == 0x7F && bytes[1] == 'E' && bytes[2] == 'L' && bytes[3] == 'F' && bytes[4] == 2 && bytes[5] == 1;
        return isElf64 ? new ElfVersions(bytes) : null;
    }

    /// <summary>The versions that the library offers.</summary>
    public ISet<string> Defined()
    {
        var names = new HashSet<string>();
        foreach (var section in _sections.Where(s => s.Type == VersionDefinitions))
            for (int i = 0, at = section.Offset; i < section.Info; i++, at += (int)Word(at + 16))
                names.Add(Text(section.Link, (int)Word(at + (int)Word(at + 12))));
        return names;
    }

    /// <summary>The versions that the library asks of others.</summary>
    public IEnumerable<Need> Needed()
    {
        foreach (var section in _sections.Where(s => s.Type == VersionNeeds))
            for (int i = 0, file = section.Offset; i < section.Info; i++, file += (int)Word(file + 12))
                for (int j = 0, at = file + (int)Word(file + 8), n = Half(file + 2); j < n; j++, at += (int)Word(at + 12))
                    yield return new Need(Text(section.Link, (int)Word(file + 4)), Text(section.Link, (int)Word(at + 8)), Half(at + 6), at + 4, Half(at + 4));
    }

    /// <summary>The symbols that are bound to a version.</summary>
    public List<string> SymbolsOf(Need need)
    {
        var names = new List<string>();
        var symbols = _sections.First(s => s.Type == DynamicSymbols);
        var versions = _sections.First(s => s.Type == SymbolVersions);
        for (int i = 0; i < versions.Size / 2; i++)
            if ((Half(versions.Offset + 2 * i) & 0x7FFF) == need.Index)
                names.Add(Text(symbols.Link, (int)Word(symbols.Offset + 24 * i)));
        return names;
    }

    private ushort Half(int at) => BitConverter.ToUInt16(_bytes, at);

    private uint Word(int at) => BitConverter.ToUInt32(_bytes, at);

    private string Text(int section, int offset)
    {
        int start = _sections[section].Offset + offset, end = Array.IndexOf(_bytes, (byte)0, start);
        return Encoding.ASCII.GetString(_bytes, start, end - start);
    }

    /// <summary>One version that is asked of one file.</summary>
    public sealed class Need
    {
        private const ushort Weak = 2;
        private readonly int _flagsAt;
        private readonly ushort _flags;

        internal Need(string file, string version, int index, int flagsAt, ushort flags)
        {
            (File, Version, Index, _flagsAt, _flags) = (file, version, index, flagsAt, flags);
        }

        /// <summary>The library that is to offer it, e.g. libstdc++.so.6.</summary>
        public string File { get; }

        /// <summary>The version's name, e.g. GLIBCXX_3.4.32.</summary>
        public string Version { get; }

        /// <summary>Its number in the table of symbol versions.</summary>
        public int Index { get; }

        /// <summary>Whether the loader goes on without it.</summary>
        public bool IsWeak => (_flags & Weak) != 0;

        /// <summary>Sets VER_FLG_WEAK in the library's bytes.</summary>
        public void MarkWeak(byte[] bytes) => bytes[_flagsAt] |= (byte)Weak;
    }
}
