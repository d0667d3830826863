using CharLanguageModel.Training;
using Xunit;

namespace CharLanguageModel.Tests;

public sealed class CheckpointTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("checkpoint-tests").FullName;

    private string FilePath => Path.Combine(_folder, "checkpoint.safetensors");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Reads_what_was_written()
    {
        var written = Write();
        var read = CheckpointFile.Read(FilePath);
        Assert.Equal(written.Model, read.Model);
        Assert.Equal(written.Training, read.Training);
        Assert.Equal(written.RandomState, read.RandomState);
        Assert.Equal(written.Elapsed, read.Elapsed);
        Assert.Equal(written.Losses, read.Losses);
        Assert.Equal(written.Validations, read.Validations);
        Assert.Equal(written.Tensors.Keys.Order(), read.Tensors.Keys.Where(k => !k.StartsWith("history.")).Order());
        Assert.All(written.Tensors, t => Assert.Equal(t.Value.Data, read.Tensors[t.Key].Data));
        Assert.Contains(read.Tensors.Keys, k => k.StartsWith("second-moment."));
    }

    [Fact]
    public void Leaves_nothing_else_in_the_folder()
    {
        Write();
        Write();
        Assert.Equal([FilePath], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void Refuses_a_file_cut_short()
    {
        Write();
        var bytes = File.ReadAllBytes(FilePath);
        foreach (var length in new[] { 0, 5, 100, bytes.Length / 2, bytes.Length - 1 })
        {
            File.WriteAllBytes(FilePath, bytes[..length]);
            Assert.Contains(FilePath, Assert.Throws<InvalidDataException>(() => CheckpointFile.Read(FilePath)).Message);
        }
    }

    [Fact]
    public void Refuses_a_flipped_bit_wherever_it_is()
    {
        Write();
        var bytes = File.ReadAllBytes(FilePath);
        var random = new Random(1);
        for (var i = 0; i < 40; i++)
        {
            // From byte 8 on: the eight before are the length of the header.
            var position = random.Next(8, bytes.Length);
            bytes[position] ^= 4;
            File.WriteAllBytes(FilePath, bytes);
            Assert.Throws<InvalidDataException>(() => CheckpointFile.Read(FilePath));
            bytes[position] ^= 4;
        }
    }

    [Fact]
    public void Refuses_a_file_of_something_else()
    {
        ModelDsl.Safetensors.Write(FilePath, []);
        Assert.Contains("not a checkpoint of this program", Assert.Throws<InvalidDataException>(() => CheckpointFile.Read(FilePath)).Message);
    }

    [Fact]
    public void Names_every_difference_to_another_configuration()
    {
        var checkpoint = Write();
        checkpoint.RequireSame(Tiny.Model("gla"), Tiny.Training(2));
        var error = Assert.Throws<InvalidOperationException>(
            () => checkpoint.RequireSame(Tiny.Model("retention") with { Blocks = 5 }, Tiny.Training(2) with { LearningRate = 0.5 }));
        Assert.Contains("Mixer is \"gla\" there, \"retention\" was asked for", error.Message);
        Assert.Contains("Blocks is 2 there, 5 was asked for", error.Message);
        Assert.Contains("LearningRate is 0.01 there, 0.5 was asked for", error.Message);
        Assert.DoesNotContain("Heads", error.Message);
    }

    private Checkpoint Write()
    {
        using var trainer = Tiny.Trainer("gla", steps: 2);
        var checkpoint = trainer.Run();
        CheckpointFile.Write(FilePath, checkpoint);
        return checkpoint;
    }
}
