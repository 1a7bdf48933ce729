using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Api.Runs;
using Glovebox.Blobs;
using Glovebox.Images;
using Glovebox.Sharing.Packing;
using Glovebox.Sharing.Remotes;
using Glovebox.Snapshots;

namespace Glovebox.Sharing.Arrivals;

/// <summary>A record of elsewhere, read and found harmless, with what it needs.</summary>
/// <param name="First">Everything but layers and what trees hold.</param>
/// <param name="Trees">Those of <paramref name="First"/> that are trees.</param>
/// <param name="Lock">The environment that <paramref name="Image"/> was built from.</param>
internal sealed record ArrivingRecord(
    RecordName Name, Run? Run, SharedImage? Image, Digest? Lock, IReadOnlyList<Piece> First, IReadOnlyList<Piece> Layers, IReadOnlyList<Piece> Trees)
{
    /// <exception cref="RefusalException">It is not what its name says, or names what could reach outside this home.</exception>
    public static ArrivingRecord Read(RecordName name, byte[] bytes, string source, bool withImages)
    {
        try
        {
            return name.Kind switch
            {
                RecordKind.Run => OfRun(name, SharedJson.Read<SharedRun>(bytes), withImages),
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
        var image = withImages ? shared.Environment?.Image : null;
        Digest? locked = null;
        if (shared.Environment is { } environment)
        {
            first.Add(Of(PieceKind.Lock, environment.Lock));
            locked = new Digest(environment.Lock.Sha256);
            Check(locked.ToString() == run.Environment.Digest, "its environment is not the one whose lock it names");
            if (environment.Packages is { } packages) first.Add(Of(PieceKind.Packages, packages));
        }
        if (image is not null) first.Add(Of(PieceKind.Image, image.Config));
        return new ArrivingRecord(name, run, image, locked, first, LayersOf(image), trees);
    }

    private static ArrivingRecord OfImage(RecordName name, SharedImageRecord shared)
    {
        if (shared.Format != SharedImageRecord.Version) throw new FormatException($"its format '{shared.Format}' is not known here");
        Check(shared.Image.Config.Sha256 == name.Id, "its configuration is another one");
        return new ArrivingRecord(name, null, shared.Image, null, [Of(PieceKind.Image, shared.Image.Config)], LayersOf(shared.Image), []);
    }

    private static List<Piece> LayersOf(SharedImage? image) => [.. (image?.Layers ?? []).Select(layer => Of(PieceKind.Layer, layer))];

    private static Piece Of(PieceKind kind, SharedPiece piece) =>
        piece.IsValid ? new Piece(kind, piece.Id, piece.Size) : throw new FormatException($"'{piece.Sha256}' is no digest");

    private static void Check(bool holds, string reason)
    {
        if (!holds) throw new FormatException(reason);
    }
}
