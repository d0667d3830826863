using System.Collections;
using System.Reflection;
using Microsoft.Build.Framework;

namespace ModelDsl.TorchSharp.Tests;

/// <summary>The build task marks exactly what the system lacks and nothing uses, and never writes to the file it was given.</summary>
public sealed class MakeTorchSharpLoadableTests : IDisposable
{
    private const string Lacking = "GLIBCXX_3.4.32";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("modeldsl-elf-");
    private readonly Messages _messages = new();

    private static string Library => typeof(MakeTorchSharpLoadableTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "TorchSharpNative").Value!;

    private string Copy => Path.Combine(_folder.FullName, "some", "folder", "libLibTorchSharp.so");

    [Fact]
    public void One_flag_of_one_version_is_set_in_a_copy()
    {
        byte[] before = File.ReadAllBytes(Library);
        Assert.True(Run(Library, Copy, always: true));
        byte[] after = File.ReadAllBytes(Copy);
        Assert.Equal(before, File.ReadAllBytes(Library));
        Assert.Equal(1, before.Zip(after).Count(b => b.First != b.Second));
        Assert.Equal(Weak(before).Append(Lacking), Weak(after));
        Assert.Contains(Lacking, Assert.Single(_messages.Texts));
        Assert.Empty(_messages.Warnings);
    }

    [Fact]
    public void A_copy_that_is_mended_stays_as_it_is()
    {
        Run(Library, Copy, always: true);
        var written = File.GetLastWriteTimeUtc(Copy);
        Assert.False(Run(Copy, Copy, always: true));
        Assert.Equal(written, File.GetLastWriteTimeUtc(Copy));
    }

    [SkippableFact]
    public void Other_links_to_a_file_that_is_mended_in_place_keep_what_they_had()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Hard links are made by ln.");
        string cache = Path.Combine(_folder.FullName, "cache.so");
        string output = Path.Combine(_folder.FullName, "output.so");
        File.Copy(Library, cache);
        using (var ln = System.Diagnostics.Process.Start("ln", [cache, output]))
            ln.WaitForExit();
        Assert.True(Run(output, output, always: true));
        Assert.Equal(File.ReadAllBytes(Library), File.ReadAllBytes(cache));
        Assert.Contains(Lacking, Weak(File.ReadAllBytes(output)));
    }

    [Fact]
    public void A_system_that_has_all_versions_gets_the_file_as_it_is()
    {
        // A library that offers what it itself asks for stands for a newer system; there is none here to be had.
        string system = Path.Combine(_folder.FullName, "system.so");
        File.WriteAllBytes(system, Elf.Offering(Versions(File.ReadAllBytes(Library))));
        Assert.False(Run(Library, Copy, system));
        Assert.Equal(File.ReadAllBytes(Library), File.ReadAllBytes(Copy));
        Assert.Empty(_messages.Texts);
    }

    [Fact]
    public void A_version_that_is_used_is_left_alone_and_told()
    {
        string system = Path.Combine(_folder.FullName, "system.so");
        File.WriteAllBytes(system, Elf.Offering(Versions(File.ReadAllBytes(Library)).Except([Lacking, "GLIBCXX_3.4.29"])));
        Assert.True(Run(Library, Copy, system));
        Assert.Equal([Lacking], Weak(File.ReadAllBytes(Copy)));
        Assert.Contains("needs GLIBCXX_3.4.29 for ", Assert.Single(_messages.Warnings));
    }

    [Fact]
    public void What_is_no_library_is_copied()
    {
        string text = Path.Combine(_folder.FullName, "text.so");
        File.WriteAllText(text, "not a library");
        Assert.False(Run(text, Copy, always: true));
        Assert.Equal("not a library", File.ReadAllText(Copy));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private bool Run(string source, string destination, string system = "", bool always = false)
    {
        var task = new MakeTorchSharpLoadable { BuildEngine = _messages, Source = source, Destination = destination, SystemLibrary = system, Always = always };
        Assert.True(task.Execute());
        return task.Changed;
    }

    private static IEnumerable<string> Weak(byte[] library) => ElfVersions.TryRead(library)!.Needed().Where(n => n.IsWeak).Select(n => n.Version);

    private static IEnumerable<string> Versions(byte[] library) => ElfVersions.TryRead(library)!.Needed().Where(n => n.File == "libstdc++.so.6").Select(n => n.Version);

    /// <summary>What the task said to the build.</summary>
    private sealed class Messages : IBuildEngine
    {
        public List<string> Texts { get; } = [];

        public List<string> Warnings { get; } = [];

        public bool ContinueOnError => false;

        public int LineNumberOfTaskNode => 0;

        public int ColumnNumberOfTaskNode => 0;

        public string ProjectFileOfTaskNode => "";

        public void LogMessageEvent(BuildMessageEventArgs e) => Texts.Add(e.Message!);

        public void LogWarningEvent(BuildWarningEventArgs e) => Warnings.Add(e.Message!);

        public void LogErrorEvent(BuildErrorEventArgs e) => Assert.Fail(e.Message);

        public void LogCustomEvent(CustomBuildEventArgs e) => Assert.Fail(e.Message);

        public bool BuildProjectFile(string projectFileName, string[] targetNames, IDictionary globalProperties, IDictionary targetOutputs) => throw new NotSupportedException();
    }
}
