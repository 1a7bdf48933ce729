using System.Security.Cryptography;
using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Api.Runs;
using Glovebox.Api.Snapshots;
using Glovebox.Blobs;
using Glovebox.Environments;
using Glovebox.Home;
using Glovebox.Images;
using Glovebox.Runs;
using Glovebox.Sharing.Remotes;
using Glovebox.Snapshots;

namespace Glovebox.Sharing.Packing;

/// <summary>Gathers what belongs to a record of this home.</summary>
internal sealed class Packer(GloveboxHome home, IBlobStore blobs, ITrees trees, ImageStore images, EnvironmentCarrier environments, HomePieces pieces)
{
    /// <param name="withImages">False: of environments only what they can be built from.</param>
    /// <exception cref="RefusalException">It has not ended.</exception>
    public Parcel Pack(Run run, bool withImages)
    {
        if (run.Status <= ExecutionState.Running)
            throw RefusalException.Conflict($"run {run.Id} has not ended: 'glovebox runs wait {run.Id}' waits for it");
        var all = new List<Piece>();
        var notes = new List<string>();
        var environment = PackEnvironment(run.Environment.Digest, withImages, all, notes);
        var log = PackLog(run.Id, all);
        var roots = RunContent.Trees(run).Distinct().Select(tree => pieces.Blob(new BlobId(tree))).ToList();
        var named = RunContent.Loose(run).Distinct().Select(pieces.Blob);
        var files = environment.Files.Concat(named).ToList();
        all.AddRange([.. roots, .. files, .. roots.SelectMany(ContentOf)]);
        var record = new SharedRun(SharedRun.Version, run, log, environment.Shared, [.. roots.Select(SharedPiece.Of)], [.. files.Select(SharedPiece.Of)]);
        return new Parcel(new RecordName(RecordKind.Run, run.Id), SharedJson.Write(record), Distinct(all), notes);
    }

    /// <summary>A snapshot travels unpinned: what is kept where is each home's own affair.</summary>
    public Parcel Pack(Snapshot snapshot, bool withImages)
    {
        var all = new List<Piece>();
        var notes = new List<string>();
        var environment = snapshot.Environment is { } locked ? PackEnvironment(locked, withImages, all, notes) : (Shared: null, Files: []);
        var content = pieces.Blob(new BlobId(snapshot.Id));
        string[] treeIds = snapshot.FilesTree is { } files ? [snapshot.Tree, files] : [snapshot.Tree];
        var roots = treeIds.Select(tree => pieces.Blob(new BlobId(tree))).ToList();
        all.AddRange([content, .. roots, .. environment.Files, .. roots.SelectMany(ContentOf)]);
        var record = new SharedSnapshot(
            SharedSnapshot.Version, snapshot with { Pinned = false }, environment.Shared, [.. roots.Select(SharedPiece.Of)], SharedPiece.Of(content),
            [.. environment.Files.Select(SharedPiece.Of)]);
        return new Parcel(new RecordName(RecordKind.Snapshot, snapshot.Id), SharedJson.Write(record), Distinct(all), notes);
    }

    public Parcel Pack(Digest image)
    {
        var all = new List<Piece>();
        var record = new SharedImageRecord(SharedImageRecord.Version, PackImage(image, all));
        return new Parcel(new RecordName(RecordKind.Image, image.Hex), SharedJson.Write(record), Distinct(all), []);
    }

    /// <summary>The blobs of a tree's files.</summary>
    public IEnumerable<Piece> ContentOf(Piece tree) => trees.Load(tree.Id).Entries
        .Where(entry => entry.Blob is not null).Select(entry => new Piece(PieceKind.Blob, entry.Blob!.Value, entry.Size));

    private (SharedEnvironment? Shared, IReadOnlyList<Piece> Files) PackEnvironment(string environment, bool withImages, List<Piece> all, List<string> notes)
    {
        if (Digest.Parse(environment) is not { } digest || environments.Find(digest) is not { } known)
        {
            notes.Add("the lock of its environment is not in this home, so it can be looked at elsewhere and not run again");
            return (null, []);
        }
        var locked = Add(pieces.Kept(PieceKind.Lock, new BlobId(digest.Hex)));
        var packages = known.Packages is { } listed ? Add(pieces.Kept(PieceKind.Packages, new BlobId(listed.Hex))) : null;
        var files = known.Files.Select(file => new BlobId(file.Hex)).Where(blobs.Contains).Select(pieces.Blob).ToList();
        if (known.IsHost)
        {
            notes.Add(
                "it used this machine's own system (host), which cannot travel: its list of packages goes along, and elsewhere "
                + "it runs again only where the same packages are installed. An environment with a base of its own (base: debian:SUITE) travels whole");
            return (new SharedEnvironment(SharedPiece.Of(locked), packages is null ? null : SharedPiece.Of(packages), null), files);
        }
        var image = withImages && known.Image is { } built && IsWhole(built) ? PackImage(built, all) : null;
        if (withImages && image is null)
            notes.Add("its environment is not built in this home any more, so it travels as its lock and is built elsewhere from that");
        return (new SharedEnvironment(SharedPiece.Of(locked), null, image), files);

        Piece Add(Piece piece)
        {
            all.Add(piece);
            return piece;
        }
    }

    private bool IsWhole(Digest image) => images.Contains(image) && images.Get(image).Layers.All(images.Layers.Contains);

    private SharedImage PackImage(Digest image, List<Piece> all)
    {
        var config = pieces.Kept(PieceKind.Image, new BlobId(image.Hex));
        var layers = images.Get(image).Layers.Select(pieces.Layer).ToList();
        all.AddRange([config, .. layers]);
        var names = images.ListNames().Where(named => named.Image == image).Select(named => named.Name);
        return new SharedImage(SharedPiece.Of(config), [.. layers.Select(SharedPiece.Of)], [.. names]);
    }

    private SharedPiece? PackLog(string run, List<Piece> all)
    {
        var path = new RunFolder(home, run).Log;
        if (!File.Exists(path)) return null;
        using var file = File.OpenRead(path);
        if (file.Length == 0) return null;
        var piece = new Piece(PieceKind.Log, BlobId.Of(SHA256.HashData(file)), file.Length, run);
        all.Add(piece);
        return SharedPiece.Of(piece);
    }

    private static List<Piece> Distinct(List<Piece> all) => [.. all.DistinctBy(piece => piece.Id)];
}
