using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Api.Sharing;
using Glovebox.Sharing.Packing;

namespace Glovebox.Sharing.Histories;

/// <summary>Brings another tool's history into this home.</summary>
internal sealed class HistoryImport(HomeSide home)
{
    public async Task<HistoryReport> RunAsync(HistoryRequest request, string project, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        IHistory history = request.Tool switch
        {
            "datmo" => DatmoHistory.Open(Path.GetFullPath(request.Path), home),
            "mlflow" => MlflowHistory.Open(Path.GetFullPath(request.Path), home),
            _ => throw RefusalException.Bad($"no history of '{request.Tool}' can be read: datmo and mlflow can"),
        };
        var records = new List<TransferredRecord>();
        var skipped = new List<SkippedEntry>();
        var entries = history.Entries;
        for (var at = 0; at < entries.Count; at++)
        {
            cancellation.ThrowIfCancellationRequested();
            progress.Report(new BuildProgress($"reading {request.Path}", at, entries.Count));
            try
            {
                var fresh = (await home.Runs.FindAsync(history.IdOf(entries[at]), 2, cancellation)).Count == 0;
                if (fresh)
                {
                    var run = history.Read(entries[at], project, store: !request.DryRun, cancellation);
                    if (run is null) continue;
                    if (!request.DryRun) fresh = await home.Runs.KeepAsync(run, cancellation);
                }
                records.Add(new TransferredRecord("run", history.IdOf(entries[at]), fresh));
            }
            catch (Exception wrong) when (wrong is DamagedEntryException or IOException or UnauthorizedAccessException)
            {
                skipped.Add(new SkippedEntry(entries[at], wrong.Message));
            }
        }
        foreach (var entry in history.Snapshots)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                if (await BringSnapshotAsync(history, entry, request.DryRun ? null : project, cancellation) is { } record) records.Add(record);
            }
            catch (Exception wrong) when (wrong is DamagedEntryException or IOException or UnauthorizedAccessException)
            {
                skipped.Add(new SkippedEntry(entry, wrong.Message));
            }
        }
        progress.Report(new BuildProgress($"reading {request.Path}", entries.Count, entries.Count, Finished: true));
        return new HistoryReport(request.Tool, request.Path, request.DryRun, records, skipped);
    }

    /// <param name="project">Null to keep nothing.</param>
    private async Task<TransferredRecord?> BringSnapshotAsync(IHistory history, string entry, string? project, CancellationToken cancellation)
    {
        if (history.ReadSnapshot(entry, project) is not { } snapshot) return null;
        var fresh = (await home.Snapshots.FindAsync(snapshot.Id, 1, cancellation)) is not [{ } known] || known.Id != snapshot.Id;
        if (project is not null)
            await home.Snapshots.ChangeAsync(snapshot.Id, present => present is null ? snapshot : SnapshotUnion.Of(present, snapshot), cancellation);
        return new TransferredRecord("snapshot", snapshot.Id, fresh);
    }
}
