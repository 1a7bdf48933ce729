using System.Text;
using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Api.Runs;
using Glovebox.Blobs;
using Glovebox.Images;
using Glovebox.Images.Archives;
using Glovebox.Images.Tar;
using Glovebox.Sharing.Packing;
using Glovebox.Sharing.Remotes;

namespace Glovebox.Sharing.Crates;

/// <summary>Writes a run with everything it needs as one file, in the form of <see cref="CrateLayout"/>. Equal content makes equal bytes.</summary>
internal sealed class CrateWriter(HomeSide home, IProgress<BuildProgress> progress)
{
    private const string Step = "exporting";

    /// <returns>The file's size in bytes.</returns>
    public async Task<long> WriteAsync(Run run, Parcel parcel, string path, CancellationToken cancellation)
    {
        var directory = Path.GetDirectoryName(path) ?? "/";
        if (!Directory.Exists(directory)) throw RefusalException.NotFound($"no directory {directory}");
        if (Directory.Exists(path)) throw RefusalException.Bad($"{path} is a directory: name a file");
        var temporary = Path.Combine(directory, $".glovebox-{Guid.NewGuid():N}.tmp");
        try
        {
            await using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20))
            {
                await WriteAsync(run, parcel, file, cancellation);
                file.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
            return new FileInfo(path).Length;
        }
        // A tree that the metadata is written from is read from the store itself.
        catch (Exception damaged) when (damaged is DamagedPieceException or CorruptBlobException)
        {
            throw RefusalException.Unable($"nothing was exported: {damaged.Message}. Restore it from a backup or another remote");
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or IOException and not BlobNotFoundException)
        {
            throw RefusalException.Unable($"{path} cannot be written: {failure.Message}");
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private async Task WriteAsync(Run run, Parcel parcel, FileStream file, CancellationToken cancellation)
    {
        var tar = new TarWriter(file);
        WriteFile(tar, CrateLayout.Mark, Encoding.UTF8.GetBytes(CrateLayout.MarkText));
        WriteFile(tar, CrateLayout.Metadata, new CrateMetadata(home.Trees).Write(run, parcel));
        WriteFile(tar, RemoteLayout.PathOf(parcel.Name), parcel.Bytes);
        var image = SharedJson.Read<SharedRun>(parcel.Bytes).Environment?.Image;
        if (image is not null) WriteImage(tar, image, run.Environment.Name);
        var (done, total) = (0L, parcel.Pieces.Sum(piece => piece.Size));
        foreach (var piece in parcel.Pieces.OrderBy(piece => piece.Id.Hex, StringComparer.Ordinal))
        {
            tar.Header(Entry(CrateLayout.PathOf(piece.Id), piece.Size));
            using (var verifying = new VerifyingStream(file, piece.Id, piece.Size))
            {
                await home.Pieces.WriteAsync(piece, verifying, cancellation);
                verifying.Check();
            }
            tar.EndContent(piece.Size);
            progress.Report(new BuildProgress(Step, done += piece.Size, total));
        }
        tar.End();
        progress.Report(new BuildProgress(Step, done, total, Finished: true));
    }

    private static void WriteImage(TarWriter tar, SharedImage image, string environment)
    {
        var config = new Digest(image.Config.Sha256);
        var manifest = ImageExport.Manifest(
            config, (int)image.Config.Size, [.. image.Layers.Select(layer => new Digest(layer.Sha256))], [.. image.Layers.Select(layer => layer.Size)]);
        WriteFile(tar, CrateLayout.OciMark, """{"imageLayoutVersion":"1.0.0"}"""u8);
        WriteFile(tar, CrateLayout.OciIndex, ImageExport.Index(manifest, Environments.ExportName.Of("glovebox", environment)));
        WriteFile(tar, CrateLayout.PathOf(new BlobId(Digest.Of(manifest).Hex)), manifest);
    }

    private static void WriteFile(TarWriter tar, string name, ReadOnlySpan<byte> content)
    {
        tar.Header(Entry(name, content.Length));
        tar.Content(content);
        tar.EndContent(content.Length);
    }

    private static TarEntry Entry(string name, long size) => new(name, TarKind.File, 0x1A4, 0, 0, size, 0);
}
