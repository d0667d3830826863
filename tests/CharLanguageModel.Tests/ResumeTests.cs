using System.Diagnostics;
using System.Globalization;
using CharLanguageModel.Training;
using Xunit;

namespace CharLanguageModel.Tests;

public sealed class ResumeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("resume-tests").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(MixerTests.Mixers), MemberType = typeof(MixerTests))]
    public void A_resumed_training_has_the_losses_of_one_that_never_stopped(string mixer)
    {
        using var whole = Tiny.Trainer(mixer, steps: 8);
        whole.Run();

        using var first = Tiny.Trainer(mixer, steps: 8);
        var path = Path.Combine(_folder, "checkpoint.safetensors");
        CheckpointFile.Write(path, first.Run(stopAfter: 3));
        Assert.Equal(3, first.Step);

        using var second = Tiny.Trainer(mixer, steps: 8);
        second.Restore(CheckpointFile.Read(path));
        second.Run();
        Assert.Equal(whole.History.Losses, second.History.Losses);
        Assert.Equal(whole.History.Validations, second.History.Validations);
    }

    [Fact]
    public async Task A_killed_program_continues_where_its_last_checkpoint_is()
    {
        const string Whole = "whole", Killed = "killed";
        Assert.Equal(0, await Start(Whole).Exit());

        var killed = Start(Killed);
        var checkpoint = Path.Combine(_folder, Killed, "checkpoint.safetensors");
        while (!File.Exists(checkpoint) && !killed.Process.HasExited)
        {
            await Task.Delay(5);
        }

        killed.Process.Kill();
        await killed.Exit();
        var steps = CheckpointFile.Read(checkpoint).Losses.Length;
        Assert.InRange(steps, 1, Steps - 1);

        var resumed = Start(Killed);
        Assert.Equal(0, await resumed.Exit());
        Assert.Contains("continuing", await resumed.Output);
        Assert.Equal(File.ReadAllLines(Path.Combine(_folder, Whole, "losses.csv")), File.ReadAllLines(Path.Combine(_folder, Killed, "losses.csv")));
    }

    [Fact]
    public async Task A_corrupt_checkpoint_is_refused_and_left_as_it_is()
    {
        var checkpoint = Path.Combine(_folder, "corrupt", "checkpoint.safetensors");
        Directory.CreateDirectory(Path.GetDirectoryName(checkpoint)!);
        File.WriteAllText(checkpoint, "this is no checkpoint");
        var run = Start("corrupt");
        Assert.Equal(1, await run.Exit());
        Assert.Contains(checkpoint, await run.Error);
        Assert.Equal("this is no checkpoint", File.ReadAllText(checkpoint));
    }

    private const int Steps = 60;

    private Run Start(string name)
    {
        var text = Path.Combine(_folder, "text.txt");
        File.WriteAllText(text, Tiny.Text);
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "CharLanguageModel.dll"),
            "--mixer", "retention", "--text", text, "--output", Path.Combine(_folder, name),
            "--steps", Steps.ToString(CultureInfo.InvariantCulture), "--checkpoint-every", "2", "--dim", "16", "--heads", "2", "--blocks", "1",
            "--mlp", "16", "--batch", "2", "--window", "16", "--threads", "1", "--prompt", "In", "--length", "5", "--no-verify",
        ];
        return new(Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!);
    }

    private sealed record Run(Process Process)
    {
        public Task<string> Output { get; } = Process.StandardOutput.ReadToEndAsync();

        public Task<string> Error { get; } = Process.StandardError.ReadToEndAsync();

        public async Task<int> Exit()
        {
            await Process.WaitForExitAsync();
            return Process.ExitCode;
        }
    }
}
