using ModelDsl.Conformance.Goldens;
using ModelDsl.Conformance.Mapping;
using ModelDsl.Conformance.Reporting;
using ModelDsl.Conformance.Targets;

namespace ModelDsl.Conformance;

/// <summary>Runs golden files.</summary>
/// <param name="targets">The targets.</param>
/// <param name="modes">The modes, or none for all legal ones.</param>
/// <param name="chunkSizes">The chunk sizes that each mode with chunks is run with; 0 is the target's own choice.</param>
public sealed class ConformanceRunner(IReadOnlyList<ITarget> targets, IReadOnlyList<Mode> modes, IReadOnlyList<int> chunkSizes)
{
    /// <summary>Runs every target and mode for a file.</summary>
    public IEnumerable<Row> Run(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        if (FileNames.Find(name) is not { } architecture)
        {
            yield return new Row(name, name, "-", "-", Comparison.None, Outcome.Skipped, FileNames.WhyNot(name));
            yield break;
        }

        BoundCase[] cases = [];
        string? failure = null;
        try
        {
            GoldenFile file = GoldenFile.Read(path);
            cases = [.. architecture.Cases.Select(golden => golden.Bind(file))];
        }
        catch (Exception exception)
        {
            // Whatever is wrong with a file is a result to report: the other files are still run.
            failure = exception is GoldenException ? exception.Message : $"{exception.GetType().Name}: {exception.Message}";
        }

        if (failure is not null)
        {
            yield return new Row(architecture.Name, name, "-", "-", Comparison.None, Outcome.Failed, failure);
            yield break;
        }

        foreach (ITarget target in targets)
        {
            foreach (Mode mode in target.Modes(cases[0].Recurrence).Where(mode => modes.Count == 0 || modes.Contains(mode)))
            {
                yield return Run(architecture.Name, name, cases, target, mode);
            }
        }
    }

    private Row Run(string architecture, string file, BoundCase[] cases, ITarget target, Mode mode)
    {
        Row row = new(architecture, file, target.Name, mode.ToString(), Comparison.None, Outcome.Failed);
        if (cases.Select(target.WhyNot).FirstOrDefault(reason => reason is not null) is { } reason)
        {
            return row with { Outcome = Outcome.Skipped, Note = reason };
        }

        foreach (BoundCase golden in cases)
        {
            foreach (int chunkSize in target.HasChunks(mode) ? chunkSizes : [0])
            {
                try
                {
                    Comparison errors = Comparison.Of(golden, target.Run(golden, mode, chunkSize));
                    row = row with { Errors = row.Errors.Worst(errors), Note = errors.Passed ? row.Note : Where(golden, chunkSize) };
                }
                catch (Exception exception)
                {
                    // Whatever a target throws is a result to report, like a wrong number.
                    return row with { Note = $"{Where(golden, chunkSize)}: {exception.GetType().Name}: {exception.Message}" };
                }
            }
        }

        return row with { Outcome = row.Errors.Passed ? Outcome.Passed : Outcome.Failed };
    }

    private static string Where(BoundCase golden, int chunkSize) =>
        string.Join(", ", new[] { golden.Name, chunkSize == 0 ? "" : $"chunks of {chunkSize}" }.Where(text => text.Length > 0).DefaultIfEmpty("main case"));
}
