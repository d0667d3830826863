using CharLanguageModel.Training;
using ScottPlot;

namespace CharLanguageModel.Reporting;

/// <summary>Draws a training.</summary>
internal static class LossCurve
{
    /// <summary>Saves the training and validation curves, in bits per character, as a PNG.</summary>
    public static void Save(string path, TrainingHistory history, string title)
    {
        using var plot = new Plot();
        var steps = Enumerable.Range(1, history.Losses.Count).Select(s => (double)s).ToArray();
        var training = plot.Add.ScatterLine(steps, Smooth([.. history.Losses.Select(l => l / Math.Log(2))]));
        training.LegendText = "training (average of 20 steps)";
        if (history.Validations.Count > 0)
        {
            var validation = plot.Add.Scatter(
                history.Validations.Select(v => (double)v.Step).ToArray(),
                history.Validations.Select(v => (double)v.BitsPerCharacter).ToArray());
            validation.LegendText = "validation";
        }

        foreach (var (compressor, bits) in new[] { ("gzip -9", 2.56), ("bzip2 -9", 2.03) })
        {
            var line = plot.Add.HorizontalLine(bits, width: 1, pattern: LinePattern.Dashed);
            line.LegendText = $"{compressor} on the test text, {bits}";
        }

        plot.Title(title);
        plot.XLabel("step");
        plot.YLabel("bits per character");
        plot.Axes.SetLimitsY(1.5, 5);
        plot.ShowLegend(Alignment.UpperRight);
        plot.SavePng(path, 1000, 600);
    }

    private static double[] Smooth(double[] values)
    {
        const int Window = 20;
        var smooth = new double[values.Length];
        var sum = 0.0;
        for (var i = 0; i < values.Length; i++)
        {
            sum += values[i] - (i >= Window ? values[i - Window] : 0);
            smooth[i] = sum / Math.Min(i + 1, Window);
        }

        return smooth;
    }
}
