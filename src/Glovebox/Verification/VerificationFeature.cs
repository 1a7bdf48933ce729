using System.Collections.Concurrent;
using Glovebox.Api.Environments;
using Glovebox.Api.Runs;
using Glovebox.Api.Snapshots;
using Glovebox.Api.Storage;
using Glovebox.Blobs;
using Glovebox.Files;
using Glovebox.Home;
using Glovebox.Runs;
using Glovebox.Snapshots;
using Glovebox.Snapshots.Records;

namespace Glovebox.Verification;

/// <summary>Hashes every blob on all processors, then follows every record to the blobs it needs.</summary>
public sealed class VerificationFeature(
    GloveboxHome home, IBlobStore blobs, ITrees trees, IRunStore runs, ISnapshotStore snapshots, TimeProvider time) : IVerification
{
    private const string Damaged = "damaged", Missing = "missing";

    /// <summary>Uses of one object that are listed: the first tell enough.</summary>
    private const int MostUses = 20;

    public async Task<VerificationReport> VerifyAsync(IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        Directory.CreateDirectory(home.Locks);
        using var reading = await FileLock.AcquireAsync(home.StoreLock, time, cancellation, shared: true);
        var all = blobs.List().ToDictionary(blob => blob.Id, blob => blob.Size);
        progress.Report(new BuildProgress($"reading {all.Count} objects"));
        var bad = new ConcurrentDictionary<BlobId, string>();
        await Task.Run(() => new Workers<BlobId>((id, _) => Check(id, bad), cancellation).Run([.. all.Keys]), cancellation);
        progress.Report(new BuildProgress("following the records"));
        var uses = await FollowAsync(all, bad, cancellation);
        var found = bad.OrderBy(one => one.Key.Hex, StringComparer.Ordinal)
            .Select(one => new DamagedObject(one.Key.Hex, one.Value, PathOf(one.Key), uses.GetValueOrDefault(one.Key) ?? []));
        return new VerificationReport(all.Count, all.Values.Sum(), [.. found]);
    }

    private void Check(BlobId id, ConcurrentDictionary<BlobId, string> bad)
    {
        try
        {
            blobs.Verify(id);
        }
        catch (CorruptBlobException)
        {
            bad[id] = Damaged;
        }
        catch (BlobNotFoundException)
        {
            // Removed by hand since it was listed: whoever needs it is found when the records are followed.
        }
    }

    private async Task<Dictionary<BlobId, List<string>>> FollowAsync(
        Dictionary<BlobId, long> all, ConcurrentDictionary<BlobId, string> bad, CancellationToken cancellation)
    {
        var uses = new Dictionary<BlobId, List<string>>();
        foreach (var snapshot in await snapshots.ListAsync(new SnapshotFilter(), cancellation))
        {
            var user = $"snapshot {snapshot.Id[..12]}";
            Need(new BlobId(snapshot.Id), user);
            Follow(snapshot.Tree, user);
            Follow(snapshot.FilesTree, user);
        }

        foreach (var run in await runs.ListAsync(new RunFilter(), null, cancellation))
        {
            Follow(run.Tree, $"run {run.Id}");
            if (run.TreeAfter != run.Tree) Follow(run.TreeAfter, $"run {run.Id}");
        }

        return uses;

        void Follow(string? tree, string user)
        {
            cancellation.ThrowIfCancellationRequested();
            if (tree is null) return;
            var id = new BlobId(tree);
            if (!Need(id, $"{user}: its tree")) return;
            foreach (var entry in trees.Load(id).Entries)
                if (entry.Blob is { } blob) Need(blob, $"{user}: {entry.Path}");
        }

        bool Need(BlobId id, string user)
        {
            if (!all.ContainsKey(id)) bad.TryAdd(id, Missing);
            if (!bad.ContainsKey(id)) return true;
            if (!uses.TryGetValue(id, out var users)) uses[id] = users = [];
            if (users.Count < MostUses && !users.Contains(user)) users.Add(user);
            return false;
        }
    }

    private string PathOf(BlobId id) => Path.Combine(home.Blobs, id.Hex[..2], id.Hex);
}
