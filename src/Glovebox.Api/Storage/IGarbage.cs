namespace Glovebox.Api.Storage;

/// <summary>Frees what nothing needs any more. Nothing that a kept run needs is ever freed.</summary>
public interface IGarbage
{
    /// <summary>Frees exactly what the same request with <see cref="GcRequest.DryRun"/> reports, as long as nothing changed between.</summary>
    Task<GcReport> CollectAsync(GcRequest request, IProgress<Environments.BuildProgress> progress, CancellationToken cancellation);
}

/// <summary>What may go. With neither rule, no run is forgotten and only what nothing points to is freed.</summary>
/// <param name="DryRun">Report, and free nothing.</param>
/// <param name="KeepRuns">Runs other than the newest so many are forgotten; with <paramref name="OlderThan"/>, only those that are that old too.</param>
/// <param name="OlderThan">Runs that ended longer ago are forgotten.</param>
public sealed record GcRequest(bool DryRun, int? KeepRuns, TimeSpan? OlderThan);

/// <summary>What was, or would be, freed.</summary>
/// <param name="Kinds">One entry a kind, those with nothing to free included, in a fixed order.</param>
public sealed record GcReport(bool DryRun, IReadOnlyList<GcKind> Kinds);

/// <param name="Kind"><c>runs</c>, <c>blobs</c>, <c>layers</c>, <c>images</c>, <c>environments</c>, <c>functions</c>, <c>cache</c>, <c>temporary</c>, <c>sweeps</c> or <c>tools</c>.</param>
/// <param name="Bytes">On disk.</param>
public sealed record GcKind(string Kind, int Count, long Bytes);
