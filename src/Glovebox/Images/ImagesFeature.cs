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
    /// <summary>Names of kept runs, for a message; empty when nothing needs the image.</summary>
    /// <param name="image">The image's digest.</param>
    Task<IReadOnlyList<string>> RunsThatNeedAsync(string image, CancellationToken cancellation);
}

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
        var isName = images.ListNames().Any(named => named.Name == nameOrDigest);
        if (isName && images.ListNames().Count(named => named.Image == image) > 1)
        {
            images.RemoveName(nameOrDigest);
            return;
        }
        var runs = force ? [] : await users.RunsThatNeedAsync(image.ToString(), cancellation);
        if (runs.Count > 0)
            throw RefusalException.Conflict(
                $"image {nameOrDigest} is needed by {runs.Count} runs ({string.Join(", ", runs.Take(3))}{(runs.Count > 3 ? ", …" : "")}): "
                + "remove them first, or use --force");
        images.Delete(image);
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
