using Glovebox.Api.Runs;
using Glovebox.Blobs;
using Glovebox.Files;
using Glovebox.Snapshots;

namespace Glovebox.Runs.Tracking;

/// <summary>Gathers what a run reported: while it runs from its tools and MLflow alone, at its end from the files of its tree too.</summary>
internal sealed class RunReports(IBlobStore blobs)
{
    /// <summary>What the tools and MLflow have written so far.</summary>
    /// <param name="root">The tree as the box sees it.</param>
    /// <param name="artifacts">Receives MLflow's artifacts, their bytes stored; null to leave them.</param>
    public Report Read(RunFolder folder, string root, List<TreeChange>? artifacts)
    {
        var report = new Report();
        if (!Directory.Exists(folder.Tracking)) return report;
        using var tracking = Folder.Open(folder.Tracking);
        var mlflow = new MlflowStore(report, artifacts is null ? null : blobs);
        mlflow.Read(tracking);
        artifacts?.AddRange(mlflow.Artifacts);
        ReportLog.Read(tracking, root, report);
        return report;
    }

    /// <summary>The record with everything that was reported.</summary>
    /// <param name="written">What the run wrote into its tree.</param>
    /// <param name="after">The tree at its end, by path.</param>
    public Run Record(Run run, Report report, IReadOnlyList<TreeChange> written, IReadOnlyDictionary<string, TreeEntry> after)
    {
        var files = new ReportFiles(blobs, run.WorkingDirectory);
        files.ReadMetrics(written, report);
        files.ReadConfig(after, report);
        return Present(run, report) with { Series = report.Series is { Count: > 0 } series ? blobs.Put(SeriesDocument.Write(series)).Hex : null };
    }

    /// <summary>The record with what has been reported so far.</summary>
    public static Run Present(Run run, Report report) => run with
    {
        Metrics = report.Metrics,
        Config = report.Config,
        Tags = [.. run.Tags, .. report.Tags.Except(run.Tags)],
    };

    public IReadOnlyList<MetricSeries> Series(Run run) => run.Series is { } blob ? SeriesDocument.Read(blobs.Read(new BlobId(blob))) : [];
}
