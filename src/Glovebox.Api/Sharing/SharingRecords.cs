namespace Glovebox.Api.Sharing;

/// <summary>A place that records are pushed to and pulled from.</summary>
/// <param name="Name">Its name in the project.</param>
public sealed record RemoteSummary(string Name, string Url);

/// <summary>What to push or pull.</summary>
/// <param name="Directory">Where the user stands: names the project.</param>
/// <param name="Words">A remote's name or URL first, if any (else <c>origin</c>), then parts of ids of runs and snapshots, and names or digests of images. With no
/// id: on a push all ended runs and all snapshots of the project, on a pull everything the remote has.</param>
/// <param name="DryRun">Say what would be copied, and copy nothing.</param>
/// <param name="WithImages">False: locks travel, layers do not; environments are built from their locks where they are needed.</param>
/// <param name="Verify">Of a push: read what the remote has already, and replace what is damaged there.</param>
public sealed record TransferRequest(string Directory, IReadOnlyList<string> Words, bool DryRun = false, bool WithImages = true, bool Verify = false);

/// <summary>What was, or would be, copied.</summary>
/// <param name="Place">The remote's URL, or the file.</param>
/// <param name="Records">Every record asked for, new or not.</param>
/// <param name="Objects">How many objects were copied.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Notes">What the user should know: one sentence each.</param>
public sealed record TransferReport(
    string Place, bool DryRun, IReadOnlyList<TransferredRecord> Records, int Objects, long Bytes, IReadOnlyList<string> Notes);

/// <param name="Kind"><c>run</c>, <c>snapshot</c> or <c>image</c>.</param>
/// <param name="New">False when it was there already.</param>
public sealed record TransferredRecord(string Kind, string Id, bool New);

/// <param name="Id">Any unique part of a run's id.</param>
/// <param name="Path">The file to write.</param>
public sealed record ExportRequest(string Id, string Path, bool WithImages = true);

/// <param name="Bytes">Of the file.</param>
public sealed record ExportReport(string Run, string Path, long Bytes, int Objects, IReadOnlyList<string> Notes);

/// <param name="Tool"><c>datmo</c> or <c>mlflow</c>.</param>
/// <param name="Path">datmo's project or its <c>.datmo</c>; MLflow's <c>mlruns</c> or the folder it is in.</param>
public sealed record HistoryRequest(string Tool, string Path, string Directory, bool DryRun = false);

/// <param name="Records">Every record found, new or not.</param>
/// <param name="Skipped">Damaged entries, each with its reason.</param>
public sealed record HistoryReport(string Tool, string Path, bool DryRun, IReadOnlyList<TransferredRecord> Records, IReadOnlyList<SkippedEntry> Skipped);

/// <param name="Entry">Its file or folder.</param>
public sealed record SkippedEntry(string Entry, string Reason);
