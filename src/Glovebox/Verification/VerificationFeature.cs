using System.Collections.Concurrent;
using Glovebox.Api.Environments;
using Glovebox.Api.Runs;
using Glovebox.Api.Snapshots;
using Glovebox.Api.Storage;
using Glovebox.Blobs;
using Glovebox.Environments;
using Glovebox.Files;
using Glovebox.Home;
using Glovebox.Images;
using Glovebox.Runs;
using Glovebox.Snapshots;
using Glovebox.Snapshots.Records;

namespace Glovebox.Verification;

/// <summary>Hashes every blob, image and layer on all processors, then follows every record to the blobs it needs.</summary>
public sealed class VerificationFeature(
    GloveboxHome home, IBlobStore blobs, ITrees trees, IRunStore runs, ISnapshotStore snapshots, ImageStore images, EnvironmentStore environments,
    TimeProvider time) : IVerification
{
    internal const string Damaged = "damaged", Missing = "missing";

    /// <summary>Uses of one object that are listed: the first tell enough.</summary>
    private const int MostUses = 20;

    public async Task<VerificationReport> VerifyAsync(IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        Directory.CreateDirectory(home.Locks);
        using var reading = await FileLock.AcquireAsync(home.StoreLock, time, cancellation, shared: true);
        var all = blobs.List().GroupBy(blob => blob.Id).ToDictionary(copies => copies.Key, copies => copies.First().Size);
        progress.Report(new BuildProgress($"reading {all.Count} objects"));
        var bad = new ConcurrentDictionary<BlobId, string>();
        await Task.Run(() => new Workers<BlobId>((id, _) => Check(id, bad), cancellation).Run([.. all.Keys]), cancellation);
        progress.Report(new BuildProgress("following the records"));
        var uses = await FollowAsync(all, bad, cancellation);
        progress.Report(new BuildProgress("reading images and layers"));
        var checks = new ImageChecks(images, environments);
        var found = await Task.Run(() => checks.Run(cancellation), cancellation);
        DamagedObject[] damaged =
        [
            .. bad.Select(one => new DamagedObject(one.Key.Hex, one.Value, blobs.PathOf(one.Key), uses.GetValueOrDefault(one.Key) ?? [])),
            .. blobs.DamagedPacks().Select(pack => new DamagedObject(pack.Name, Damaged, pack.Path, [])
                { Reason = "the list of what is in it is damaged; what is missing elsewhere may be in it" }),
            .. found,
        ];
        return new VerificationReport(
            all.Count + checks.Objects, all.Values.Sum() + checks.Bytes, [.. damaged.OrderBy(one => one.Id, StringComparer.Ordinal)]);
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
}
