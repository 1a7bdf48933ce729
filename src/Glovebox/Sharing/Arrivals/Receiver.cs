using Glovebox.Api;
using Glovebox.Blobs;
using Glovebox.Environments;
using Glovebox.Home;
using Glovebox.Images;
using Glovebox.Images.Archives;
using Glovebox.Images.Layers;
using Glovebox.Images.Tar;
using Glovebox.Runs;
using Glovebox.Sharing.Packing;

namespace Glovebox.Sharing.Arrivals;

/// <summary>Puts checked objects into their places in this home.</summary>
internal sealed class Receiver(GloveboxHome home, IBlobStore blobs, ImageStore images, EnvironmentCarrier environments, Fetcher fetcher)
{
    public Task TakeAsync(Piece piece, CancellationToken cancellation) => fetcher.TakeAsync(piece, (content, file) =>
    {
        try
        {
            Put(piece, content, file, cancellation);
        }
        catch (Exception wrong) when (wrong is FormatException or TarException or HostileArchiveException)
        {
            throw RefusalException.Bad($"object {piece.Id} is refused: it should be a {piece.Kind.ToString().ToLowerInvariant()}, but {wrong.Message}");
        }
    }, cancellation);

    private void Put(Piece piece, Stream content, string? file, CancellationToken cancellation)
    {
        switch (piece.Kind)
        {
            case PieceKind.Blob when file is not null:
                blobs.PutFile(file);
                break;
            case PieceKind.Blob:
                blobs.Put(Bytes(content));
                break;
            case PieceKind.Lock:
                environments.PutLock(piece.Digest, Bytes(content));
                break;
            case PieceKind.Packages:
                environments.PutPackages(piece.Digest, Bytes(content));
                break;
            case PieceKind.Image:
                PutImage(piece.Digest, Bytes(content));
                break;
            case PieceKind.Layer:
                PutLayer(piece.Digest, content, file, cancellation);
                break;
            default:
                PutLog(piece.Run!, content);
                break;
        }
    }

    private void PutImage(Digest image, byte[] bytes)
    {
        ImageConfig config;
        try
        {
            config = ImageConfig.Parse(bytes);
        }
        catch (RefusalException wrong)
        {
            throw new FormatException(wrong.Message, wrong);
        }
        if (config.Digest != image) throw new FormatException("it is no image's configuration in the form that Glovebox writes");
        if (config.Architecture != ImageConfig.ThisArchitecture)
            throw RefusalException.Bad(
                $"image {image} is for {config.Architecture}, this machine is {ImageConfig.ThisArchitecture}: '--no-images' brings the records without it");
        images.Put(config);
    }

    private void PutLayer(Digest layer, Stream content, string? file, CancellationToken cancellation)
    {
        using var draft = images.Layers.NewDraft();
        var path = file ?? Path.Combine(draft.Path, "tar");
        if (file is null)
        {
            using var copy = File.Create(path);
            content.CopyTo(copy);
        }
        using var tar = File.OpenRead(path);
        draft.Recorded = LayerExtractor.Extract(tar, draft.Fs, new ExtractionBudget(path, draft.Path), cancellation);
        if (images.Layers.Add(draft, latest: null, cancellation) == layer) return;
        // What was made of it is a whole layer, and nothing names it: gc frees it.
        throw new FormatException("it is no layer in the form that Glovebox writes");
    }

    private void PutLog(string run, Stream content)
    {
        var folder = new RunFolder(home, run);
        Directory.CreateDirectory(folder.Root);
        var temporary = Path.Combine(folder.Root, $".log-{Guid.NewGuid():N}");
        using (var copy = File.Create(temporary)) content.CopyTo(copy);
        File.Move(temporary, folder.Log, overwrite: true);
    }

    private static byte[] Bytes(Stream content)
    {
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }
}
