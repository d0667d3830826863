using System.Diagnostics;
using CharLanguageModel.Training;
using Spectre.Console;

namespace CharLanguageModel.Reporting;

/// <summary>Shows a training as it goes: a bar on a terminal, a line now and then elsewhere.</summary>
internal static class ProgressView
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(10);

    /// <summary>Runs a training that reports to what it is given.</summary>
    public static void Track(Action<Action<TrainingProgress>> training)
    {
        if (Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Interactive)
        {
            WriteLines(training);
        }
        else
        {
            DrawBar(training);
        }
    }

    private static void DrawBar(Action<Action<TrainingProgress>> training) =>
        AnsiConsole.Progress()
            .Columns(new ProgressBarColumn { Width = 10 }, new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context =>
            {
                var task = context.AddTask("starting", maxValue: 1);
                training(progress =>
                {
                    task.Value = progress.Part;
                    task.Description = Markup.Escape(progress.Short);
                });
                task.StopTask();
            });

    private static void WriteLines(Action<Action<TrainingProgress>> training)
    {
        var sinceLine = Stopwatch.StartNew();
        training(progress =>
        {
            if (progress.Step == 1 || progress.Part >= 1 || sinceLine.Elapsed >= LineInterval)
            {
                Console.WriteLine(progress);
                sinceLine.Restart();
            }
        });
    }
}
