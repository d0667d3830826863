using System.Globalization;

namespace CharLanguageModel.Training;

/// <summary>Where a training stands.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Part">The part of the training that is done, 0 to 1.</param>
/// <param name="Loss">The loss, averaged over the last steps, in nats per character.</param>
/// <param name="ValidationBits">The latest bits per character on the validation text, if measured.</param>
/// <param name="CharactersPerSecond">Characters trained on per second, in this process.</param>
/// <param name="Left">The time left.</param>
internal readonly record struct TrainingProgress(
    int Step, double Part, double Loss, double? ValidationBits, double CharactersPerSecond, TimeSpan Left)
{
    /// <summary>The loss in bits.</summary>
    public double Bits => Loss / Math.Log(2);

    /// <summary>What fits beside a bar on a terminal of 80 columns.</summary>
    public string Short => string.Create(
        CultureInfo.InvariantCulture, $"loss {Loss:F3} = {Bits:F3} bits, valid {Validation}, {CharactersPerSecond:N0}/s, {Left:m\\:ss} left");

    private string Validation => ValidationBits?.ToString("F3", CultureInfo.InvariantCulture) ?? "-    ";

    /// <summary>One line that says it all.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"step {Step,5}  loss {Loss:F3}  {Bits:F3} bits/char  validation {Validation}  {CharactersPerSecond,7:N0} chars/s  {Left:m\\:ss} left");
}
