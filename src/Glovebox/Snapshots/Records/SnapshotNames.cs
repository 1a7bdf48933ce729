using Glovebox.Api;
using Glovebox.Api.Runs;
using Glovebox.Api.Snapshots;
using Glovebox.Spelling;

namespace Glovebox.Snapshots.Records;

/// <summary>Finds what a person means by a label, or by a part of the id of a snapshot or a run.</summary>
/// <param name="runs">Asked only when no snapshot is meant.</param>
internal sealed class SnapshotNames(ISnapshotStore store, Func<IRuns> runs)
{
    private const int Shortest = 4, IdDigits = 64, Enough = 6;
    private const string Before = Named.Before, After = ":after";

    /// <exception cref="RefusalException">Not found, or not unique.</exception>
    public async Task<Snapshot> SnapshotAsync(string name, string project, CancellationToken cancellation)
    {
        var found = await FindAsync(name, project, cancellation);
        return found.Count switch
        {
            1 => found[0],
            0 => throw await MissingAsync("snapshot", name, project, cancellation),
            _ => throw Ambiguous(name, found, null),
        };
    }

    /// <summary>As the other, for a snapshot or a run.</summary>
    public async Task<Named> ContentAsync(string name, string project, CancellationToken cancellation)
    {
        var (bare, suffix) = name.EndsWith(Before, StringComparison.Ordinal) ? (name[..^Before.Length], Before)
            : name.EndsWith(After, StringComparison.Ordinal) ? (name[..^After.Length], After) : (name, "");
        var snapshots = await FindAsync(bare, project, cancellation);
        var run = bare.Length < IdDigits && bare.All(char.IsAsciiHexDigitLower) ? await RunAsync(bare, cancellation) : null;
        if (run is not null && snapshots.Count == 0) return Named.Of(run, TreeOf(run, suffix), suffix);
        if (run is not null || snapshots.Count > 1) throw Ambiguous(bare, snapshots, run);
        if (snapshots.Count == 0) throw await MissingAsync("snapshot or run", bare, project, cancellation);
        return suffix.Length == 0
            ? Named.Of(snapshots[0], project)
            : throw RefusalException.Bad($"{name}: a snapshot has no before and after, only a run has; leave '{suffix}' out");
    }

    public async Task<Run?> RunAsync(string part, CancellationToken cancellation)
    {
        if (part.Length < Shortest) return null;
        try
        {
            return await runs().GetAsync(part, cancellation);
        }
        catch (RefusalException refusal) when (refusal.Kind == RefusalKind.NotFound)
        {
            return null;
        }
    }

    private static string TreeOf(Run run, string suffix) => suffix == Before ? run.Tree
        : run.TreeAfter ?? throw RefusalException.Conflict($"run {run.Id} has left no tree yet; '{run.Id}:before' is the one it began with");

    /// <summary>A label of this project comes before the same one of others.</summary>
    private async Task<IReadOnlyList<Snapshot>> FindAsync(string name, string project, CancellationToken cancellation)
    {
        var found = await store.FindAsync(name, Enough, cancellation);
        var labelled = found.Where(s => s.Entries.Any(entry => entry.Label == name)).ToList();
        if (labelled.Count == 0) return name.Length < Shortest ? [] : found;
        var here = labelled.Where(s => s.Entries.Any(entry => entry.Label == name && entry.Project == project)).ToList();
        return here.Count > 0 ? here : labelled;
    }

    private async Task<RefusalException> MissingAsync(string what, string name, string project, CancellationToken cancellation)
    {
        var labels = (await store.ListAsync(new SnapshotFilter(Project: project), cancellation))
            .SelectMany(s => s.Entries).Select(entry => entry.Label).OfType<string>().Distinct();
        var length = name.Length < Shortest ? $" (a part of an id has {Shortest} characters or more)" : "";
        return RefusalException.NotFound($"no {what} '{name}'{length}{Nearest.Hint(name, labels)}; 'glovebox snapshot ls --all' lists snapshots");
    }

    private static RefusalException Ambiguous(string name, IReadOnlyList<Snapshot> snapshots, Run? run)
    {
        var candidates = snapshots.Take(Enough - 1).Select(s => $"snapshot {s.Id[..12]}").Concat(run is null ? [] : [$"run {run.Id}"]);
        var more = snapshots.Count >= Enough ? ", …" : "";
        return RefusalException.Conflict($"'{name}' may mean several: {string.Join(", ", candidates)}{more}; give more of the id");
    }
}
