using System.Reflection;
using System.Xml.Linq;
using ModelDsl.Compiler.Emission;

namespace ModelDsl.Compiler.Tests;

/// <summary>Which project may know which: the runtime and the compiler do not know each other, and nobody knows the tests.</summary>
public class DirectionTests
{
    private static readonly string s_root = typeof(DirectionTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!;

    /// <summary>What the projects of the packages may reference (analyzers aside).</summary>
    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        ["src/ModelDsl"] = [],
        ["src/ModelDsl.TorchSharp"] = ["src/ModelDsl"],
        ["src/ModelDsl.Hippo"] = [],
        ["src/ModelDsl.Layers"] = ["src/ModelDsl", "kernels/ModelDsl.Kernels.Cpu"],
        ["src/ModelDsl.Layers.Gpu"] = ["src/ModelDsl", "kernels/ModelDsl.Kernels.Cpu", "kernels/ModelDsl.Kernels.Gpu"],
        ["kernels/ModelDsl.Kernels.Cpu"] = ["src/ModelDsl"],
        ["kernels/ModelDsl.Kernels.Gpu"] = ["src/ModelDsl"],
        ["generators/ModelDsl.Compiler"] = [],
        ["generators/ModelDsl.Generators"] = ["generators/ModelDsl.Compiler"],
        ["generators/ModelDsl.CodeFixes"] = ["generators/ModelDsl.Compiler", "generators/ModelDsl.Generators"],
    };

    [Fact]
    public void ProjectsReferenceOnlyWhatTheyMay()
    {
        List<string> wrong = [];
        foreach ((string project, string[] references) in Projects("src", "kernels", "generators"))
        {
            Assert.True(s_allowed.TryGetValue(project, out string[]? allowed), $"{project} is new: say here what it may reference.");
            wrong.AddRange(references.Except(allowed!).Select(r => $"{project} references {r}"));
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void NothingButTestsReferencesTestsOrSamples() => Assert.Empty(
        Projects("src", "kernels", "generators", "samples")
            .SelectMany(p => p.References.Where(r => r.StartsWith("tests/", StringComparison.Ordinal) || r.StartsWith("samples/", StringComparison.Ordinal)).Select(r => $"{p.Project} references {r}")));

    [Fact]
    public void TheCompilerKnowsNeitherRoslynNorTheRuntime() => Assert.DoesNotContain(
        typeof(RecurrenceCompiler).Assembly.GetReferencedAssemblies().Select(a => a.Name!),
        n => n.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal) || n.StartsWith("ModelDsl", StringComparison.Ordinal) || n.StartsWith("TorchSharp", StringComparison.Ordinal));

    public static TheoryData<string> Names() =>
        [.. typeof(RuntimeNames).GetFields().Where(f => f.IsLiteral).Select(f => f.Name)];

    /// <summary>The compiler names the runtime in text: each name must be that of something that exists.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void WhatGeneratedCodeNamesExists(string constant)
    {
        string name = ((string)typeof(RuntimeNames).GetField(constant)!.GetRawConstantValue()!).Replace("global::", "");
        if (name.StartsWith("ModelDsl.Kernels.Gpu", StringComparison.Ordinal))
        {
            Assert.True(IsDeclared(name), $"RuntimeNames.{constant} is {name}, which no file of kernels/ModelDsl.Kernels.Gpu declares.");
            return;
        }

        Type[] types = [.. new[] { "ModelDsl", "ModelDsl.Kernels.Cpu", "ModelDsl.TorchSharp", "TorchSharp" }.SelectMany(a => Assembly.Load(a).GetExportedTypes())];
        Assert.True(
            types.Any(t => t.Namespace == name || (t.FullName!.Replace('+', '.').Split('`')[0] == name)),
            $"RuntimeNames.{constant} is {name}, which is neither a public type nor a namespace of the runtime.");
    }

    /// <summary>Whether the sources for GPUs declare a name. Their assembly is not referenced here: specs that these tests compile would get kernels for GPUs.</summary>
    private static bool IsDeclared(string name)
    {
        string type = name["ModelDsl.Kernels.Gpu".Length..].TrimStart('.');
        string declaration = type.Length == 0 ? "namespace ModelDsl\\.Kernels\\.Gpu;" : $@"public [a-z ]*\b(class|interface|record|struct) {type}\b";
        return Directory.EnumerateFiles(Path.Combine(s_root, "kernels/ModelDsl.Kernels.Gpu"), "*.cs", SearchOption.AllDirectories)
            .Any(file => System.Text.RegularExpressions.Regex.IsMatch(File.ReadAllText(file), declaration));
    }

    private static IEnumerable<(string Project, string[] References)> Projects(params string[] folders) =>
        from folder in folders
        where Directory.Exists(Path.Combine(s_root, folder))
        from file in Directory.EnumerateFiles(Path.Combine(s_root, folder), "*.csproj", SearchOption.AllDirectories)
        let directory = Path.GetDirectoryName(file)!
        select (Relative(directory), References(file, directory));

    private static string[] References(string file, string directory) =>
    [
        .. XDocument.Load(file).Descendants("ProjectReference")
            .Where(r => (string?)r.Attribute("OutputItemType") != "Analyzer")
            .Select(r => Relative(Path.GetDirectoryName(Path.GetFullPath(Path.Combine(directory, ((string)r.Attribute("Include")!).Replace('\\', '/'))))!)),
    ];

    private static string Relative(string directory) => Path.GetRelativePath(s_root, directory).Replace('\\', '/');
}
