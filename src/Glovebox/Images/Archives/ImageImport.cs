using System.Security.Cryptography;
using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Files;
using Glovebox.Home;
using Glovebox.Images.Layers;
using Glovebox.Images.Tar;

namespace Glovebox.Images.Archives;

/// <summary>Takes an archive in: everything in it is unpacked and checked before the first layer enters the store.</summary>
public sealed class ImageImport(GloveboxHome home, ImageStore images, TimeProvider time)
{
    /// <exception cref="RefusalException">Names the archive, and what is wrong with it.</exception>
    public Digest Import(string path, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        var full = Path.GetFullPath(path);
        if (!File.Exists(full)) throw RefusalException.NotFound($"no file {full}");
        if (new FileInfo(full).Length == 0) throw RefusalException.Bad($"{full}: it is empty");
        try
        {
            return Take(full, progress, cancellation);
        }
        catch (HostileArchiveException hostile)
        {
            throw RefusalException.Bad($"{full}: refused whole: {hostile.Message}");
        }
        catch (Exception broken) when (broken is TarException or InvalidDataException or EndOfStreamException)
        {
            throw RefusalException.Bad($"{full}: not a usable archive: {broken.Message}. Write it again, or copy it again");
        }
        catch (FileException failure)
        {
            throw RefusalException.Unable(failure.IsFull
                ? $"no space left in {home.Root} for {full}: free some (glovebox gc), or set GLOVEBOX_HOME to a larger disk" : $"{full}: "
                    + $"{failure.Message}");
        }
        catch (UnauthorizedAccessException denied)
        {
            throw RefusalException.Unable($"{full}: {denied.Message}");
        }
    }

    private Digest Take(string path, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        using var scratch = images.Layers.NewDraft();
        var budget = new ExtractionBudget(path, scratch.Path);
        progress.Report(new BuildProgress($"reading {Path.GetFileName(path)}"));
        using var archive = new TarFile(Plain(path, scratch, budget, cancellation), cancellation);
        if (archive.Count == 0) throw new TarException("there is nothing in it");
        var image = ArchivedImage.Read(archive);
        var config = image is null ? RootFileSystem : ImageConfig.Parse(image.Config);
        if (image is not null && config.Layers.Count != image.Layers.Count)
            throw new TarException($"its configuration names {config.Layers.Count} layers and it holds {image.Layers.Count}");
        if (config.Architecture != ImageConfig.ThisArchitecture)
            throw RefusalException.Bad($"{path}: the image is for {config.Architecture}, this machine is {ImageConfig.ThisArchitecture}");

        var drafts = new List<LayerDraft>();
        try
        {
            if (image is null) drafts.Add(Unpack(archive.OpenWhole(), null, null, budget, cancellation));
            for (var at = 0; at < (image?.Layers.Count ?? 0); at++)
            {
                progress.Report(new BuildProgress($"unpacking {Path.GetFileName(path)}", at, image!.Layers.Count));
                var (name, digest) = image.Layers[at];
                using var stream = archive.Open(name) ?? throw new TarException($"its layer {name} is missing");
                drafts.Add(Unpack(stream, digest, config.Layers[at], budget, cancellation));
            }
            var layers = drafts.Select(draft => images.Layers.Add(draft, latest: null, cancellation)).ToList();
            var imported = images.Put(config with { Layers = layers });
            progress.Report(
                new BuildProgress($"imported {Path.GetFileName(path)}", layers.Count, layers.Count, true, time.GetElapsedTime(started)));
            return imported;
        }
        finally
        {
            foreach (var draft in drafts) draft.Dispose();
        }
    }

    private static ImageConfig RootFileSystem => new(
        ImageConfig.ThisArchitecture, [], ["root file system archive"],
        new Dictionary<string, string> { ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" }, null, null, [], []);

    private LayerDraft Unpack(
        Stream stored, Digest? storedDigest, Digest? tarDigest, ExtractionBudget budget, CancellationToken cancellation)
    {
        if (storedDigest is { } expected && DigestOf(stored) != expected)
            throw new TarException($"the layer {expected} has a wrong checksum: the archive is damaged");
        stored.Position = 0;
        var draft = images.Layers.NewDraft();
        try
        {
            using var unpacked = TarFile.Unpacked(stored);
            using var read = new ReadDigestStream(unpacked);
            draft.Recorded = LayerExtractor.Extract(read, draft.Fs, budget, cancellation);
            if (tarDigest is { } named && read.Finish() != named)
                throw new TarException($"the layer {named} has a wrong checksum: the archive is damaged");
            return draft;
        }
        catch
        {
            draft.Dispose();
            throw;
        }
    }

    private static Digest DigestOf(Stream stream) => new(Convert.ToHexStringLower(SHA256.HashData(stream)));

    /// <summary>The archive itself when it is not compressed, else a copy that is not.</summary>
    private static string Plain(string path, LayerDraft scratch, ExtractionBudget budget, CancellationToken cancellation)
    {
        using var file = File.OpenRead(path);
        using var unpacked = TarFile.Unpacked(file);
        if (ReferenceEquals(unpacked, file)) return path;
        var plain = Path.Combine(scratch.Path, "archive.tar");
        using var copy = File.Create(plain);
        var buffer = new byte[256 * 1024];
        int count;
        while ((count = unpacked.Read(buffer)) > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            budget.Spend(count);
            copy.Write(buffer, 0, count);
        }
        return plain;
    }
}
