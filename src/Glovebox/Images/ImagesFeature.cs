using Glovebox.Spelling;
using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Files;
using Glovebox.Home;
using Glovebox.Images.Archives;

namespace Glovebox.Images;

/// <summary>Who needs an image, as those who run in images know it.</summary>
public interface IImageUsers
{
    /// <summary>What would miss something, in words: <c>job ID</c>, <c>run ID</c>; empty when nothing would.</summary>
    Task<IReadOnlyList<string>> FindAsync(ImageLoss loss, CancellationToken cancellation);
}

/// <summary>What is about to go.</summary>
/// <param name="Image">The digest of an image; null when only a name goes and the image has another.</param>
/// <param name="Names">Names that lead nowhere afterwards.</param>
public sealed record ImageLoss(string? Image, IReadOnlyList<string> Names);

/// <summary>Images by name.</summary>
public sealed class ImagesFeature(GloveboxHome home, ImageStore images, IImageUsers users, TimeProvider time) : IImages
{
    public Task<IReadOnlyList<ImageSummary>> ListAsync(CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<ImageSummary>>(
        [
            .. images.List().Select(Summary).OrderBy(image => image.Names is [var first, ..] ? first : "~", StringComparer.Ordinal)
                .ThenBy(image => image.CreatedAt),
        ]);

    public async Task<ImageSummary> ImportAsync(string path, string name, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        CheckName(name);
        Directory.CreateDirectory(home.Locks);
        // Keeps gc away until the image has its name.
        using var storing = await FileLock.AcquireAsync(home.StoreLock, time, cancellation, shared: true);
        // Off the caller's thread: this is a minute of reading and writing.
        var image = await Task.Run(() => new ImageImport(home, images, time).Import(path, progress, cancellation), cancellation);
        images.SetName(name, image);
        return Summary(image);
    }

    public async Task<ImageSummary> TagAsync(string nameOrDigest, string name, CancellationToken cancellation)
    {
        CheckName(name);
        Directory.CreateDirectory(home.Locks);
        using var storing = await FileLock.AcquireAsync(home.StoreLock, time, cancellation, shared: true);
        var image = Find(nameOrDigest);
        images.SetName(name, image);
        return Summary(image);
    }

    public async Task RemoveAsync(string nameOrDigest, bool force, CancellationToken cancellation)
    {
        var image = Find(nameOrDigest);
        var names = images.ListNames().Where(named => named.Image == image).Select(named => named.Name).ToList();
        var onlyName = names.Count > 1 && names.Contains(nameOrDigest);
        var loss = onlyName ? new ImageLoss(null, [nameOrDigest]) : new ImageLoss(image.ToString(), names);
        var needers = force ? [] : await users.FindAsync(loss, cancellation);
        if (needers.Count > 0)
        {
            throw RefusalException.Conflict(
                $"image {nameOrDigest} is needed by {string.Join(", ", needers.Take(3))}{(needers.Count > 3 ? $" and {needers.Count - 3} more" : "")}: "
                + "remove the runs and cancel the jobs first, or use --force");
        }

        if (onlyName) images.RemoveName(nameOrDigest);
        else images.Delete(image);
    }

    private static void CheckName(string name)
    {
        if (!ImageStore.IsName(name))
            throw RefusalException.Bad(
                $"'{name}' is no name of an image: 1 to 128 of a-z, 0-9, '.', '_', '/', ':' and '-', beginning with a letter or digit");
        if (name == "host") throw RefusalException.Bad("'host' is built in: give the image another name");
    }

    private Digest Find(string nameOrDigest) => images.Find(nameOrDigest) ?? throw RefusalException.NotFound(
        $"no image '{nameOrDigest}'.{NearNames.Question(nameOrDigest, images.ListNames().Select(named => named.Name))} See glovebox image ls");

    private ImageSummary Summary(Digest image)
    {
        var layers = images.Get(image).Layers;
        return new ImageSummary(
            image.ToString(), [.. images.ListNames().Where(named => named.Image == image).Select(named => named.Name)],
            layers.Distinct().Where(images.Layers.Contains).Sum(images.Layers.SizeOf), images.CreatedAt(image), layers.Count);
    }
}
