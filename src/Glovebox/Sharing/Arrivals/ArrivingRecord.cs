using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Api.Runs;
using Glovebox.Api.Snapshots;
using Glovebox.Blobs;
using Glovebox.Images;
using Glovebox.Sharing.Packing;
using Glovebox.Sharing.Remotes;
using Glovebox.Snapshots;
using Glovebox.Snapshots.Records;

namespace Glovebox.Sharing.Arrivals;

/// <summary>A record of elsewhere, read and found harmless, with what it needs.</summary>
/// <param name="First">Everything but layers and what trees hold.</param>
/// <param name="Trees">Those of <paramref name="First"/> that are trees.</param>
/// <param name="Lock">The environment that <paramref name="Image"/> was built from.</param>
internal sealed record ArrivingRecord(
    RecordName Name, Run? Run, Snapshot? Snapshot, SharedImage? Image, Digest? Lock,
    IReadOnlyList<Piece> First, IReadOnlyList<Piece> Layers, IReadOnlyList<Piece> Trees)
{
    /// <exception cref="RefusalException">It is not what its name says, or names what could reach outside this home.</exception>
    public static ArrivingRecord Read(RecordName name, byte[] bytes, string source, bool withImages)
    {
        try
        {
            return name.Kind switch
            {
                RecordKind.Run => OfRun(name, SharedJson.Read<SharedRun>(bytes), withImages),
                RecordKind.Snapshot => OfSnapshot(name, SharedJson.Read<SharedSnapshot>(bytes), withImages),
                RecordKind.Image => OfImage(name, SharedJson.Read<SharedImageRecord>(bytes)),
                _ => throw new FormatException("this Glovebox does not know its kind"),
            };
        }
        catch (FormatException wrong)
        {
            throw RefusalException.Bad($"{name} in {source} is refused: {wrong.Message}");
        }
    }

    private static ArrivingRecord OfRun(RecordName name, SharedRun shared, bool withImages)
    {
        if (shared.Format != SharedRun.Version) throw new FormatException($"its format '{shared.Format}' is not known here: it was written by a newer Glovebox");
        var run = shared.Run;
        Check(run.Id == name.Id && run.Id.Length == 12 && RecordName.IsId(run.Id), "its id is another one");
        Check(run.Status > ExecutionState.Running, "it has not ended");
        var trees = shared.Trees.Select(tree => Of(PieceKind.Blob, tree)).ToList();
        Check(BlobId.IsValid(run.Tree) && (run.TreeAfter is not { } after || BlobId.IsValid(after)), "its tree is no digest");
        var named = trees.Select(tree => tree.Id.Hex).ToHashSet();
        Check(named.Contains(run.Tree) && (run.TreeAfter is null || named.Contains(run.TreeAfter)), "its trees are not among what it names");
        Check(run.WorkingDirectory.Length == 0 || EntryPath.IsValid(run.WorkingDirectory), "its working directory is outside the project");
        Check(run.DeclaredOutputs.All(path => EntryPath.IsValid(path)), "an output that it declares is outside the project");
        Check(run.Outputs.All(output => EntryPath.IsValid(output.Path)), "an output is outside the project");
        Check(run.Argv.Count >= run.Command.Count && run.Command.Count > 0, "it has no command");
        var first = new List<Piece>(trees);
        first.AddRange(shared.Files.Select(file => Of(PieceKind.Blob, file)));
        if (shared.Log is { } log) first.Add(Of(PieceKind.Log, log) with { Run = run.Id });
        var (image, locked) = EnvironmentOf(shared.Environment, run.Environment.Digest, withImages, first);
        return new ArrivingRecord(name, run, null, image, locked, first, LayersOf(image), trees);
    }

    private static ArrivingRecord OfSnapshot(RecordName name, SharedSnapshot shared, bool withImages)
    {
        if (shared.Format != SharedSnapshot.Version) throw new FormatException($"its format '{shared.Format}' is not known here: it was written by a newer Glovebox");
        var snapshot = shared.Snapshot;
        Check(snapshot.Id == name.Id && BlobId.IsValid(snapshot.Id) && shared.Content.Sha256 == snapshot.Id, "its id is another one");
        Check(BlobId.IsValid(snapshot.Tree) && (snapshot.FilesTree is not { } beside || BlobId.IsValid(beside)), "its tree is no digest");
        // The id is the digest of what it is made of: a record that says otherwise says something else.
        var files = snapshot.FilesTree is { } tree ? new Tree(new BlobId(tree), []) : null;
        var content = new SnapshotContent(new Tree(new BlobId(snapshot.Tree), []), snapshot.Environment, files, snapshot.Config);
        Check(Digest.Of(content.Text()).Hex == snapshot.Id, "its content is not what its id says");
        var trees = shared.Trees.Select(one => Of(PieceKind.Blob, one)).ToList();
        var named = trees.Select(one => one.Id.Hex).ToHashSet();
        Check(named.Contains(snapshot.Tree) && (snapshot.FilesTree is null || named.Contains(snapshot.FilesTree)), "its trees are not among what it names");
        Check(snapshot.Entries.Count > 0, "nothing was said of it");
        List<Piece> first = [.. trees, Of(PieceKind.Blob, shared.Content), .. shared.Files.Select(file => Of(PieceKind.Blob, file))];
        var (image, locked) = EnvironmentOf(shared.Environment, snapshot.Environment, withImages, first);
        var harmless = snapshot with { Pinned = false, Entries = [.. snapshot.Entries.Select(WithHarmlessSources)] };
        return new ArrivingRecord(name, null, harmless, image, locked, first, LayersOf(image), trees);
    }

    /// <summary>Where files beside the tree came from is where a checkout puts them: none may leave the project or reach into its git repository.</summary>
    private static SnapshotEntry WithHarmlessSources(SnapshotEntry entry)
    {
        Check(entry.Sources.Keys.All(name => EntryPath.IsValid(name) && !IsInGit(name)), "a file beside the tree has no proper name");
        return entry with
        {
            Sources = entry.Sources.ToDictionary(
                source => source.Key, source => EntryPath.IsValid(source.Value) && !IsInGit(source.Value) ? source.Value : source.Key, StringComparer.Ordinal),
        };
    }

    /// <summary>A hook in a checked out tree would be run by the next git command.</summary>
    public static bool IsInGit(string path) => path.Split('/').Contains(".git");

    private static (SharedImage? Image, Digest? Lock) EnvironmentOf(SharedEnvironment? environment, string? digest, bool withImages, List<Piece> first)
    {
        if (environment is null) return (null, null);
        first.Add(Of(PieceKind.Lock, environment.Lock));
        var locked = new Digest(environment.Lock.Sha256);
        Check(locked.ToString() == digest, "its environment is not the one whose lock it names");
        if (environment.Packages is { } packages) first.Add(Of(PieceKind.Packages, packages));
        if (withImages && environment.Image is { } image) first.Add(Of(PieceKind.Image, image.Config));
        return (withImages ? environment.Image : null, locked);
    }

    private static ArrivingRecord OfImage(RecordName name, SharedImageRecord shared)
    {
        if (shared.Format != SharedImageRecord.Version) throw new FormatException($"its format '{shared.Format}' is not known here");
        Check(shared.Image.Config.Sha256 == name.Id, "its configuration is another one");
        return new ArrivingRecord(name, null, null, shared.Image, null, [Of(PieceKind.Image, shared.Image.Config)], LayersOf(shared.Image), []);
    }

    private static List<Piece> LayersOf(SharedImage? image) => [.. (image?.Layers ?? []).Select(layer => Of(PieceKind.Layer, layer))];

    private static Piece Of(PieceKind kind, SharedPiece piece) =>
        piece.IsValid ? new Piece(kind, piece.Id, piece.Size) : throw new FormatException($"'{piece.Sha256}' is no digest");

    private static void Check(bool holds, string reason)
    {
        if (!holds) throw new FormatException(reason);
    }
}
