using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Api.Execution;
using Glovebox.Api.Runs;
using Glovebox.Api.Sharing;
using Glovebox.Api.Snapshots;
using Glovebox.Sharing.Packing;
using Glovebox.Sharing.Remotes;

namespace Glovebox.Sharing;

/// <summary>One push.</summary>
internal sealed class Push(HomeSide home, IRemote remote, IProgress<BuildProgress> progress)
{
    public async Task<TransferReport> RunAsync(
        string project, IReadOnlyList<string> ids, TransferRequest request, string place, CancellationToken cancellation)
    {
        if (!request.DryRun) await remote.PrepareAsync(cancellation);
        var parcels = await GatherAsync(project, ids, request.WithImages, cancellation);
        var there = await ThereAsync(parcels, request.DryRun, cancellation);
        // What the remote shows already is whole there: records come last.
        var fresh = new List<Parcel>();
        foreach (var parcel in parcels)
        {
            if (!there.Contains(parcel.Name)) fresh.Add(parcel);
            else if (await SaidAnewAsync(parcel, cancellation) is { } changed) fresh.Add(changed);
            else if (request.Verify) fresh.Add(parcel);
        }
        var departure = new Departure(home.Pieces, remote, progress);
        var missing = fresh.Count == 0 ? [] : await departure.MissingAsync(fresh, request.Verify, cancellation);
        if (!request.DryRun) await departure.SendAsync(fresh, missing, cancellation);
        return new TransferReport(
            place, request.DryRun,
            [.. parcels.Select(parcel => new TransferredRecord(RecordName.Word(parcel.Name.Kind), parcel.Name.Id, !there.Contains(parcel.Name)))],
            missing.Count, missing.Sum(piece => piece.Size), Parcel.NotesOf(fresh));
    }

    private async Task<HashSet<RecordName>> ThereAsync(IReadOnlyList<Parcel> parcels, bool dryRun, CancellationToken cancellation)
    {
        var there = new HashSet<RecordName>();
        try
        {
            foreach (var kind in parcels.Select(parcel => parcel.Name.Kind).Distinct())
                foreach (var id in await remote.ListAsync(kind, cancellation)) there.Add(new RecordName(kind, id));
        }
        catch (RefusalException) when (dryRun)
        {
            // A place that is not made yet lacks everything.
        }
        return there;
    }

    /// <summary>A snapshot that is there, with what was said of it here and there together; null when the remote knows all of it.</summary>
    private async Task<Parcel?> SaidAnewAsync(Parcel parcel, CancellationToken cancellation)
    {
        if (parcel.Name.Kind != RecordKind.Snapshot || await remote.FindAsync(parcel.Name, cancellation) is not { } bytes) return null;
        try
        {
            var (here, there) = (SharedJson.Read<SharedSnapshot>(parcel.Bytes), SharedJson.Read<SharedSnapshot>(bytes));
            var union = SnapshotUnion.Of(there.Snapshot, here.Snapshot);
            return union == there.Snapshot ? null : parcel with { Bytes = SharedJson.Write(here with { Snapshot = union }) };
        }
        catch (FormatException)
        {
            // What is there is damaged: this one takes its place.
            return parcel;
        }
    }

    private async Task<IReadOnlyList<Parcel>> GatherAsync(string project, IReadOnlyList<string> ids, bool withImages, CancellationToken cancellation)
    {
        var packer = home.Packer;
        if (ids.Count == 0)
        {
            var runs = await home.Runs.ListAsync(new RunFilter(Project: project), null, cancellation);
            var snapshots = await home.Snapshots.ListAsync(new SnapshotFilter(Project: project), cancellation);
            return
            [
                .. runs.Where(run => run.Status > ExecutionState.Running).Select(run => packer.Pack(run, withImages)),
                .. snapshots.Select(snapshot => packer.Pack(snapshot, withImages)),
            ];
        }
        var parcels = new List<Parcel>();
        foreach (var id in ids) parcels.Add(await FindAsync(packer, id, withImages, cancellation));
        return [.. parcels.DistinctBy(parcel => parcel.Name)];
    }

    private async Task<Parcel> FindAsync(Packer packer, string id, bool withImages, CancellationToken cancellation)
    {
        var runs = RecordName.IsId(id) ? await home.Runs.FindAsync(id, 3, cancellation) : [];
        var snapshots = await home.Snapshots.FindAsync(id, 3, cancellation);
        if (runs.Count + snapshots.Count > 1)
        {
            var several = runs.Select(run => $"run {run.Id}").Concat(snapshots.Select(one => $"snapshot {one.Id}"));
            throw RefusalException.Conflict($"'{id}' may be several: {string.Join(", ", several)}; give more of the id");
        }
        if (runs.Count == 1) return packer.Pack(runs[0], withImages);
        if (snapshots.Count == 1) return packer.Pack(snapshots[0], withImages);
        return home.Images.Find(id) is { } image
            ? packer.Pack(image)
            : throw RefusalException.NotFound($"no run, snapshot or image '{id}': 'glovebox runs ls', 'glovebox snapshot ls' and 'glovebox image ls' list them");
    }
}
