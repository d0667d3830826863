namespace ModelDsl.Conformance.Tests;

/// <summary>Where things are in the repository that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>The folder of ModelDsl.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The folder of carried goldens.</summary>
    public static string Goldens { get; } = Path.Combine(Root, "tests", "goldens");

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ModelDsl.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds ModelDsl.sln.");
    }
}
