using System.Diagnostics;

namespace ModelDsl.Packages.Tests;

/// <summary>Runs programs as a user would, and says all that they printed when they fail.</summary>
internal static class Dotnet
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(8);

    /// <summary>Runs <c>dotnet</c> in a folder and returns what it printed.</summary>
    public static string Run(string folder, params string[] arguments) => Start("dotnet", folder, arguments);

    /// <summary>Runs <c>dotnet</c>, which may fail.</summary>
    public static string Try(string folder, out int status, params string[] arguments)
    {
        (string printed, status) = Execute("dotnet", folder, arguments);
        return printed;
    }

    /// <summary>Runs a program in a folder and returns what it printed.</summary>
    public static string Start(string program, string folder, params string[] arguments)
    {
        (string printed, int status) = Execute(program, folder, arguments);
        Assert.True(status == 0, $"{program} {string.Join(' ', arguments)} exited with {status}:\n{printed}");
        return printed;
    }

    private static (string Printed, int Status) Execute(string program, string folder, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // What the build that runs these tests set for itself is not the user's.
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(s_limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} {string.Join(' ', arguments)} ran for more than {s_limit}.");
        }

        return (output.Result + error.Result, process.ExitCode);
    }
}
