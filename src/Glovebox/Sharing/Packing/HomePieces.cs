using Glovebox.Blobs;
using Glovebox.Environments;
using Glovebox.Home;
using Glovebox.Images;
using Glovebox.Images.Layers;
using Glovebox.Runs;
using Glovebox.Sharing.Remotes;

namespace Glovebox.Sharing.Packing;

/// <summary>Objects as this home has them: where each lies, and how its bytes are read.</summary>
internal sealed class HomePieces(GloveboxHome home, IBlobStore blobs, ImageStore images, EnvironmentCarrier environments)
{
    private const int BufferSize = 128 * 1024;

    public bool Has(Piece piece) => piece.Kind switch
    {
        PieceKind.Blob => blobs.Contains(piece.Id),
        PieceKind.Layer => images.Layers.Contains(piece.Digest),
        _ => File.Exists(PathOf(piece)),
    };

    public Piece Blob(BlobId id)
    {
        using var stream = blobs.Open(id);
        return new Piece(PieceKind.Blob, id, stream.Length);
    }

    public Piece Kept(PieceKind kind, BlobId id, string? run = null)
    {
        var piece = new Piece(kind, id, 0, run);
        return piece with { Size = new FileInfo(PathOf(piece)).Length };
    }

    public Piece Layer(Digest layer) => new(PieceKind.Layer, new BlobId(layer.Hex), images.Layers.TarSizeOf(layer));

    /// <summary>Writes the object's bytes. Who receives them checks them.</summary>
    /// <exception cref="DamagedPieceException">The store knows already that they are damaged.</exception>
    public async Task WriteAsync(Piece piece, Stream output, CancellationToken cancellation)
    {
        if (piece.Kind == PieceKind.Layer)
        {
            // Off the caller's thread: this is seconds of reading.
            await Task.Run(() => LayerTar.Write(images.Layers, piece.Digest, output, _ => { }, cancellation), cancellation);
            return;
        }
        await using var input = piece.Kind == PieceKind.Blob
            ? Open(piece.Id)
            : new FileStream(PathOf(piece), FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        await input.CopyToAsync(output, BufferSize, cancellation);
    }

    /// <summary>A packed blob is unpacked when it is opened, so that damage shows here.</summary>
    private Stream Open(BlobId id)
    {
        try
        {
            return blobs.Open(id);
        }
        catch (CorruptBlobException damaged)
        {
            throw new DamagedPieceException(id, $"it cannot be read from {damaged.Path}");
        }
    }

    public string PathOf(Piece piece) => piece.Kind switch
    {
        PieceKind.Lock => environments.PathOfLock(piece.Digest),
        PieceKind.Packages => environments.PathOfPackages(piece.Digest),
        PieceKind.Image => images.PathOf(piece.Digest),
        PieceKind.Log => new RunFolder(home, piece.Run!).Log,
        _ => throw new ArgumentException($"a {piece.Kind} has no file of its own"),
    };
}
