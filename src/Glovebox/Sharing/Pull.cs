using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Api.Sharing;
using Glovebox.Images;
using Glovebox.Sharing.Arrivals;
using Glovebox.Sharing.Crates;
using Glovebox.Sharing.Packing;
using Glovebox.Sharing.Remotes;

namespace Glovebox.Sharing;

/// <summary>One pull, or the import of a file: the same from another source.</summary>
internal sealed class Pull(HomeSide home, IPieceSource source, IProgress<BuildProgress> progress)
{
    public async Task<TransferReport> RunAsync(
        IReadOnlyList<string> ids, bool dryRun, bool withImages, string place, CancellationToken cancellation)
    {
        var wanted = await ChooseAsync(ids, cancellation);
        var fresh = new List<ArrivingRecord>();
        var records = new List<TransferredRecord>();
        foreach (var name in wanted)
        {
            var present = await IsHereAsync(name, cancellation);
            records.Add(new TransferredRecord(RecordName.Word(name.Kind), name.Id, !present));
            // What was said of a snapshot may be new where the snapshot is not.
            if (present && name.Kind != RecordKind.Snapshot) continue;
            var bytes = await source.FindAsync(name, cancellation)
                ?? throw RefusalException.NotFound($"{name} has gone from {source.Name} meanwhile: pull again");
            fresh.Add(ArrivingRecord.Read(name, bytes, source.Name, withImages));
        }
        var arrival = home.ArrivalFrom(source, progress);
        if (dryRun)
        {
            var lacking = await arrival.LackingAsync(fresh, cancellation);
            return new TransferReport(place, true, records, lacking.Count, lacking.Sum(piece => piece.Size), NotesOf(fresh));
        }
        if (source is CrateReader crate) await CheckWholeAsync(crate, arrival, fresh, cancellation);
        await arrival.TakeAsync(fresh, cancellation);
        return new TransferReport(place, false, records, arrival.Objects, arrival.Bytes, NotesOf(fresh));
    }

    /// <summary>A file that lacks something is refused before anything of it is stored.</summary>
    private static async Task CheckWholeAsync(CrateReader crate, Arrival arrival, IReadOnlyList<ArrivingRecord> fresh, CancellationToken cancellation)
    {
        if ((await arrival.LackingAsync(fresh, cancellation)).FirstOrDefault(piece => !crate.Has(piece.Id)) is { } missing)
            throw RefusalException.Bad($"{crate.Name}: refused whole: object {missing.Id}, which its record needs, is missing in it. Export the run again");
    }

    private static IReadOnlyList<string> NotesOf(IEnumerable<ArrivingRecord> records) =>
    [
        .. records.Where(record => record.Run?.Backend == "native")
            .Select(record => $"run {record.Name.Id} ran without a box (native): 'glovebox rerun' would run its command on this machine unsealed"),
    ];

    private async Task<bool> IsHereAsync(RecordName name, CancellationToken cancellation) => name.Kind switch
    {
        RecordKind.Run => (await home.Runs.FindAsync(name.Id, 2, cancellation)).Any(run => run.Id == name.Id),
        RecordKind.Snapshot => (await home.Snapshots.FindAsync(name.Id, 1, cancellation)) is [{ } found] && found.Id == name.Id,
        RecordKind.Image => home.Images.Contains(new Digest(name.Id)) && home.Images.Get(new Digest(name.Id)).Layers.All(home.Images.Layers.Contains),
        _ => false,
    };

    private async Task<IReadOnlyList<RecordName>> ChooseAsync(IReadOnlyList<string> ids, CancellationToken cancellation)
    {
        var all = new List<RecordName>();
        foreach (var kind in Enum.GetValues<RecordKind>())
            all.AddRange((await source.ListAsync(kind, cancellation)).Where(id => RecordName.IsId(id)).Select(id => new RecordName(kind, id)));
        all.Sort((a, b) => string.CompareOrdinal(a.ToString(), b.ToString()));
        if (ids.Count == 0) return all;
        var chosen = new List<RecordName>();
        foreach (var id in ids) chosen.Add(await FindAsync(all, id, cancellation));
        return [.. chosen.Distinct()];
    }

    private async Task<RecordName> FindAsync(List<RecordName> all, string id, CancellationToken cancellation)
    {
        var hex = id.StartsWith("sha256:", StringComparison.Ordinal) ? id["sha256:".Length..] : id;
        var found = RecordName.IsId(hex) ? all.Where(name => name.Id.Contains(hex, StringComparison.Ordinal)).ToList() : [];
        if (found.Count == 0) found = await NamedAsync(all, id, cancellation);
        return found.Count switch
        {
            0 => throw RefusalException.NotFound($"no run, snapshot or image '{id}' in {source.Name}: 'glovebox pull --dry-run' lists what it has"),
            1 => found[0],
            _ => throw RefusalException.Conflict($"'{id}' is part of several ids: {string.Join(", ", found.Take(5))}; give more of it"),
        };
    }

    private async Task<List<RecordName>> NamedAsync(IEnumerable<RecordName> all, string id, CancellationToken cancellation)
    {
        var named = new List<RecordName>();
        foreach (var name in all.Where(name => name.Kind == RecordKind.Image))
        {
            if (await source.FindAsync(name, cancellation) is { } bytes && SharedJson.Read<SharedImageRecord>(bytes).Image.Names.Contains(id)) named.Add(name);
        }
        return named;
    }
}
