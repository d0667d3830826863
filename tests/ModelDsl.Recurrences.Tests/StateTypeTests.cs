using Xunit;

namespace ModelDsl.Recurrences.Tests;

/// <summary>The state type that is generated for a spec: a value that names its tensors, is saved and restored, and goes on where a run stopped.</summary>
public class StateTypeTests
{
    private static SequenceTensor Numbers(int seed, params int[] shape)
    {
        var random = new Random(seed);
        var tensor = SequenceTensor.Zeros(shape);
        for (int i = 0; i < tensor.Data.Length; i++)
        {
            tensor.Data[i] = random.NextSingle() - 0.5f;
        }

        return tensor;
    }

    private static RecurrenceResult Run(int seed, int time, RecurrentState? state = null) => TwoFeedbackWrites.Run(
        Numbers(seed, 2, time, 1, 3), Numbers(seed + 1, 2, time, 1, 3), Numbers(seed + 2, 2, time, 1, 3),
        Numbers(seed + 3, 2, time, 1, 4), Numbers(seed + 4, 2, time, 1, 4),
        Numbers(seed + 5, 2, time, 1), Numbers(seed + 6, 2, time, 1), Numbers(seed + 7, 2, time, 1), state);

    [Fact]
    public void ItIsSavedRestoredAndGoneOnWith()
    {
        var state = new TwoFeedbackWritesState(Run(1, 5).FinalState);
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            state.Save(path);
            TwoFeedbackWritesState restored = TwoFeedbackWritesState.Load(path);
            Assert.Equal(state.S.Data, restored.S.Data);
            Assert.Equal(Run(20, 3, state).Output.Data, Run(20, 3, restored).Output.Data);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void RowsAreSelectedAndCopiesAreApart()
    {
        var state = new TwoFeedbackWritesState(Run(1, 5).FinalState);
        TwoFeedbackWritesState swapped = state.SelectRows(1, 0), copy = state.Clone();
        Assert.Equal(state.S.Data[..12], swapped.S.Data[12..]);
        copy.S.Data[0] += 1;
        Assert.NotEqual(copy.S.Data[0], state.S.Data[0]);
        Assert.All(TwoFeedbackWritesState.Zero(2, 1, 3, 4).S.Data, x => Assert.Equal(0f, x));
    }

    [Fact]
    public void AStateOfAnotherRecurrenceIsRefused()
    {
        RecurrentState other = RecurrentState.Zero(MixedDecays.Description, 1, 1, 3, 4);
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => new TwoFeedbackWritesState(other));
        Assert.Contains("MixedDecays", refusal.Message, StringComparison.Ordinal);
    }
}
