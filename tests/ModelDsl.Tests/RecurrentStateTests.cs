namespace ModelDsl.Tests;

public sealed class RecurrentStateTests : IDisposable
{
    private static readonly RecurrenceDescription s_description = DecayMemory.Description;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>What the generator emits beside a spec.</summary>
    private sealed class DecayMemoryState(RecurrentState state) : RecurrentState(state)
    {
        public SequenceTensor Memory => this["S"];

        public SequenceTensor Normaliser => this["z"];
    }

    [Fact]
    public void ZeroHasTheShapesOfTheStates()
    {
        RecurrentState state = RecurrentState.Zero(s_description, 2, 3, 4, 5);
        Assert.Equal([2, 3, 4, 5], state["S"].Shape);
        Assert.Equal([2, 3, 4], state["z"].Shape);
        Assert.Equal((2, 3), (state.Batch, state.Heads));
        Assert.All(state["S"].Data, x => Assert.Equal(0, x));
    }

    [Fact]
    public void ACloneSharesNothing()
    {
        RecurrentState state = Numbered(batch: 2), clone = state.Clone();
        state["S"].Data[0] = -1;
        Assert.Equal(0, clone["S"].Data[0]);
    }

    [Fact]
    public void RowsAreChosenAsABeamSearchDoes()
    {
        RecurrentState state = Numbered(batch: 3), chosen = state.SelectRows(2, 0, 2, 2);
        Assert.Equal([4, 2, 3, 4], chosen["S"].Shape);
        Assert.Equal(4, chosen.Batch);
        int row = 2 * 3 * 4;
        Assert.Equal(state["S"].Data[(2 * row)..], chosen["S"].Data[..row]);
        Assert.Equal(state["S"].Data[..row], chosen["S"].Data[row..(2 * row)]);
        Assert.Equal(state["S"].Data[(2 * row)..], chosen["S"].Data[(3 * row)..]);
        Assert.Equal(state["z"].Data[..6], chosen["z"].Data[6..12]);

        Assert.Contains("has the rows 0 to 2", Assert.Throws<ArgumentOutOfRangeException>(() => state.SelectRows(0, 3)).Message);
        Assert.Contains("at least one was expected", Assert.Throws<ArgumentException>(() => state.SelectRows()).Message);
    }

    [Fact]
    public void SavedIsLoaded()
    {
        RecurrentState state = new(s_description, Numbered(batch: 2).Tensors) { Position = 7 };
        state.Save(_folder["state"]);
        var loaded = new DecayMemoryState(RecurrentState.Load(s_description, _folder["state"]));
        Assert.Equal(state["S"].Data, loaded.Memory.Data);
        Assert.Equal(state["z"].Data, loaded.Normaliser.Data);
        Assert.Equal([2, 2, 3], loaded.Normaliser.Shape);
        Assert.Equal(7, loaded.Position);
        Assert.Equal(7, loaded.Clone().SelectRows(1).Position);
    }

    [Fact]
    public void AnotherRecurrencesStateIsRefused()
    {
        RecurrenceDescription other = s_description with { Name = "Other" };
        Numbered(batch: 1).Save(_folder["state"]);
        string message = Assert.Throws<InvalidDataException>(() => RecurrentState.Load(other, _folder["state"])).Message;
        Assert.EndsWith("holds the state of DecayMemory (S, z), but Other (S, z) was expected.", message);

        Safetensors.Write(_folder["bad"], [new("S", SequenceTensor.Zeros(1, 2, 3, 4)), new("z", SequenceTensor.Zeros(1, 2, 4))], [new("recurrence", "DecayMemory")]);
        message = Assert.Throws<InvalidDataException>(() => RecurrentState.Load(s_description, _folder["bad"])).Message;
        Assert.Contains("State \"z\" of DecayMemory has shape [1, 2, 4] ([batch, head, Key]), where Key is 4, but 3 was expected", message);

        Safetensors.Write(_folder["plain"], [new("weights", SequenceTensor.Zeros(1))]);
        Assert.Contains("holds the state of an unknown recurrence (weights)", Assert.Throws<InvalidDataException>(() => RecurrentState.Load(s_description, _folder["plain"])).Message);
    }

    [Fact]
    public void MistakesAreNamed()
    {
        Assert.Contains(
            "DecayMemory has no state \"H\"; it has \"S\", \"z\".", Assert.Throws<ArgumentException>(() => Numbered(batch: 1)["H"]).Message);
        Assert.Contains(
            "DecayMemory has the axes [Key, Value], but 1 sizes were given.",
            Assert.Throws<ArgumentException>(() => RecurrentState.Zero(s_description, 1, 1, 4)).Message);
        Assert.Contains(
            "takes 2 tensors of kind state (S, z), but 1 were given",
            Assert.Throws<ArgumentException>(() => new RecurrentState(s_description, [SequenceTensor.Zeros(1, 2, 3, 4)])).Message);
        Assert.Contains("3 elements were given for a tensor of shape [2, 2]", Assert.Throws<ArgumentException>(() => new SequenceTensor(new float[3], 2, 2)).Message);
    }

    /// <summary>2 heads, Key 3, Value 4; every element is its own position.</summary>
    private static RecurrentState Numbered(int batch)
    {
        RecurrentState state = RecurrentState.Zero(s_description, batch, 2, 3, 4);
        foreach (SequenceTensor tensor in state.Tensors)
        {
            for (int i = 0; i < tensor.Data.Length; i++)
            {
                tensor.Data[i] = i;
            }
        }

        return state;
    }
}
