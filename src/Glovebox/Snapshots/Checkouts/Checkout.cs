using Glovebox.Api;
using Glovebox.Api.Snapshots;
using Glovebox.Blobs;
using Glovebox.Environments;
using Glovebox.Files;
using Glovebox.Home;
using Glovebox.Snapshots.Records;
using Glovebox.Snapshots.Statuses;

namespace Glovebox.Snapshots.Checkouts;

/// <summary>
/// Brings a project to a recorded content in three steps (docs/decisions/013): every new file is made ready beside its place, verified; the
/// journal says so; then renames and deletions make it true. Dying before the journal changes nothing; after it, whoever comes next finishes.
/// </summary>
/// <param name="step">Called before each change; a test stops the work there.</param>
internal sealed class Checkout(
    GloveboxHome home, ISnapshotStore store, ITrees trees, IBlobStore blobs, IEnvironmentPins environments, TimeProvider time, Action? step)
{
    private readonly CheckoutJournal _journal = new(home);

    /// <summary>Paths in <paramref name="parts"/> that come or go.</summary>
    public static IReadOnlyList<TreeChange> ChangesOf(CheckoutPart part) =>
        [.. TreeComparison.Run(part.Before, part.After).Where(change => change.Kind != TreeChangeKind.Rewritten)];

    /// <summary>Does it. The caller holds the lock of checkouts, and has made sure that nothing unsaved is lost.</summary>
    /// <returns>The paths that were left alone.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(string project, Named content, IReadOnlyList<CheckoutPart> parts, CancellationToken cancellation)
    {
        var staged = new List<JournalPart>();
        try
        {
            foreach (var part in parts)
            {
                var changes = ChangesOf(part);
                if (changes.Count == 0) continue;
                step?.Invoke();
                var name = Staging.NewName();
                staged.Add(new JournalPart(part.Root, name, part.Before.Id.Hex, part.After.Id.Hex));
                Staging.Fill(part, changes, name, blobs, cancellation);
                // The trees are read again by whoever finishes.
                trees.Save(part.Before.Entries);
                trees.Save(part.After.Entries);
            }
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            foreach (var part in staged) FolderRemoval.Remove(Path.Join(part.Root, part.Staging));
            throw;
        }

        var entry = new JournalEntry(project, content.Id, content.Environment, Nanoseconds(), staged);
        step?.Invoke();
        _journal.Write(entry);
        return await FinishAsync(entry);
    }

    /// <summary>Finishes what a dead process began in a project.</summary>
    /// <returns>What had been checked out; null when there was nothing to do.</returns>
    public async Task<string?> RecoverAsync(string project)
    {
        if (_journal.Read(project) is not { } entry) return null;
        await FinishAsync(entry);
        return entry.Id;
    }

    // From the journal on it is not cancelled: half of it is what nobody asked for.
    private async Task<IReadOnlyList<string>> FinishAsync(JournalEntry entry)
    {
        var left = new List<string>();
        foreach (var part in entry.Parts)
        {
            var staging = Path.Join(part.Root, part.Staging);
            Directory.CreateDirectory(staging);
            var after = trees.Load(new BlobId(part.After));
            var before = trees.Load(new BlobId(part.Before));
            var changes = new UpperChanges(TreeComparison.Run(before, after), [], []);
            left.AddRange(trees.Apply(changes, staging, before, part.Root, CancellationToken.None));
            trees.Remember(part.Root, after, entry.ReadyAt);
            step?.Invoke();
            FolderRemoval.Remove(staging);
        }

        if (entry.Environment is { } environment) environments.Pin(entry.Project, environment);
        await store.SetCurrentAsync(entry.Project, entry.Id, CancellationToken.None);
        step?.Invoke();
        _journal.Remove(entry.Project);
        return left;
    }

    private long Nanoseconds() => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
}
