using System.IO.Compression;
using System.Reflection;

namespace ModelDsl.Packages.Tests;

/// <summary>The packages, made once from what was built, in a folder that serves as a feed; everything is removed at the end.</summary>
public sealed class PackageFeed : IDisposable
{
    public const string Version = "0.1.0-test";

    private static readonly Dictionary<string, string> s_metadata =
        typeof(PackageFeed).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().ToDictionary(a => a.Key, a => a.Value!);

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("modeldsl-packages-");

    public PackageFeed()
    {
        foreach (string project in (string[])["src/ModelDsl", "src/ModelDsl.TorchSharp", "kernels/ModelDsl.Kernels.Gpu"])
            Dotnet.Run(s_metadata["RepositoryRoot"], "pack", project, "-c", s_metadata["Configuration"], "--no-build", "-o", Feed, $"-p:Version={Version}");
    }

    /// <summary>The package that brings libtorch for this platform.</summary>
    public static string LibtorchPackage => s_metadata["LibtorchPackage"];

    private string Feed => Path.Combine(_root.FullName, "feed");

    /// <summary>The paths of the files in a package.</summary>
    public IReadOnlyList<string> Files(string package)
    {
        using var archive = ZipFile.OpenRead(Path.Combine(Feed, $"{package}.{Version}.nupkg"));
        return [.. archive.Entries.Select(e => e.FullName)];
    }

    /// <summary>The text of a package's manifest.</summary>
    public string Manifest(string package)
    {
        using var archive = ZipFile.OpenRead(Path.Combine(Feed, $"{package}.{Version}.nupkg"));
        using var reader = new StreamReader(archive.GetEntry($"{package}.nuspec")!.Open());
        return reader.ReadToEnd();
    }

    /// <summary>
    /// A fresh project that knows the feed, and the usual sources for everything else. Its packages go into a folder of its
    /// own, so that nothing is left over from an earlier run or for a later one.
    /// </summary>
    /// <param name="name">The project's name.</param>
    /// <param name="packages">What it refers to: names, each with the version after a slash.</param>
    /// <param name="program">The text of Program.cs.</param>
    /// <param name="properties">More properties, as XML.</param>
    public string NewProject(string name, IEnumerable<string> packages, string program, string properties = "")
    {
        string folder = _root.CreateSubdirectory(name).FullName;
        File.WriteAllText(Path.Combine(folder, "nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{Path.Combine(_root.FullName, "packages")}" /></config>
              <packageSources><add key="modeldsl" value="{Feed}" /></packageSources>
              <fallbackPackageFolders><add key="here" value="{s_metadata["NuGetPackageRoot"]}" /></fallbackPackageFolders>
            </configuration>
            """);
        var references = packages.Select(p => p.Split('/')).Select(p => $"""<PackageReference Include="{p[0]}" Version="{p[1]}" />""");
        File.WriteAllText(Path.Combine(folder, $"{name}.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <NuGetAudit>false</NuGetAudit>
                <CreateHardLinksForCopyLocalIfPossible>true</CreateHardLinksForCopyLocalIfPossible>
                {properties}
              </PropertyGroup>
              <ItemGroup>
                {string.Join('\n', references)}
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(folder, "Program.cs"), program);
        return folder;
    }

    public void Dispose() => _root.Delete(recursive: true);
}

/// <summary>The tests that share the feed; they run one after the other, being builds.</summary>
[CollectionDefinition(nameof(PackageFeed))]
public sealed class PackageFeedCollection : ICollectionFixture<PackageFeed>;
