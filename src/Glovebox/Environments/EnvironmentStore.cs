using System.Text.Json;
using Glovebox.Api;
using Glovebox.Environments.Locks;
using Glovebox.Environments.Prepared;
using Glovebox.Files;
using Glovebox.Home;
using Glovebox.Images;

namespace Glovebox.Environments;

/// <summary>
/// What this home knows of environments, in small files: <c>environments/specs/SPEC</c> holds the lock a spec was resolved to,
/// <c>locks/LOCK.json</c> the lock, <c>built/LOCK</c> the image it was built into, <c>steps/KEY</c> the layers a step made. All but the
/// locks can be had again.
/// </summary>
public sealed class EnvironmentStore(GloveboxHome home)
{
    private static readonly TimeSpan UsedResolution = TimeSpan.FromHours(1);

    public Digest? ResolvedFrom(Digest spec) => ReadDigests("specs", spec) is [var found] ? found : null;

    public void SetResolved(Digest spec, Digest environment) => WriteDigests("specs", spec, [environment]);

    public void ForgetResolved(Digest spec) => File.Delete(PathOf("specs", spec.Hex));

    public Digest? BuiltInto(Digest environment) => ReadDigests("built", environment) is [var found] ? found : null;

    public void SetBuilt(Digest environment, Digest image) => WriteDigests("built", environment, [image]);

    public void ForgetBuilt(Digest environment) => File.Delete(PathOf("built", environment.Hex));

    public IReadOnlyList<Digest>? LayersOf(Digest step) => ReadDigests("steps", step);

    public void SetLayers(Digest step, IReadOnlyList<Digest> layers) => WriteDigests("steps", step, layers);

    /// <summary>Every environment that was built, its image, and when it was last used.</summary>
    public IEnumerable<(Digest Environment, Digest Image, DateTimeOffset UsedAt)> ListBuilt() =>
        from path in Files("built")
        let environment = new Digest(Path.GetFileName(path))
        let image = BuiltInto(environment)
        where image is not null
        select (environment, image.Value, new DateTimeOffset(File.GetLastWriteTimeUtc(path), TimeSpan.Zero));

    /// <summary>Notes that a built environment was used, to the hour.</summary>
    /// <param name="environment">A lock's digest, <c>sha256:…</c>; nothing happens for one that is not built (host).</param>
    public void Touch(string environment, DateTimeOffset now)
    {
        var path = PathOf("built", environment[(environment.IndexOf(':') + 1)..]);
        try
        {
            if (File.Exists(path) && now.UtcDateTime - File.GetLastWriteTimeUtc(path) > UsedResolution)
                File.SetLastWriteTimeUtc(path, now.UtcDateTime);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A home that cannot be written to can still be run from.
        }
    }

    public void Put(EnvironmentLock environment)
    {
        var bytes = LockJson.Canonical(environment);
        var path = PathOfLock(Digest.Of(bytes));
        if (!File.Exists(path)) AtomicFile.Write(Prepared(path), bytes, durable: true);
    }

    /// <summary>Null when the lock is not known here.</summary>
    /// <exception cref="RefusalException">It is damaged.</exception>
    public EnvironmentLock? Get(Digest environment)
    {
        var path = PathOfLock(environment);
        if (!File.Exists(path)) return null;
        try
        {
            var bytes = File.ReadAllBytes(path);
            if (Digest.Of(bytes) != environment) throw new FormatException("its content is not what its name says");
            using var document = JsonDocument.Parse(bytes);
            return LockJson.Read(document.RootElement);
        }
        catch (Exception broken) when (broken is JsonException or FormatException or IOException)
        {
            throw RefusalException.Unable(
                $"the lock of environment {environment} is damaged ({path}): {broken.Message}. Restore it from a backup, or remove it and "
                + "build the environment again");
        }
    }

    public IEnumerable<Digest> ListLocks() => Files("locks", ".json").Select(path => new Digest(Path.GetFileNameWithoutExtension(path)));

    /// <summary>Steps whose layers are gone: they say nothing any more.</summary>
    public void RemoveStaleSteps(Func<Digest, bool> layerExists)
    {
        foreach (var path in Files("steps").ToList())
        {
            if (LayersOf(new Digest(Path.GetFileName(path))) is not { } layers || !layers.All(layerExists)) File.Delete(path);
        }
    }

    /// <summary>Keeps a step under a name of the maker's own, such as a base's: <c>environments/kept/NAME.json</c>.</summary>
    public void Keep(string name, LockedStep step) => AtomicFile.Write(Prepared(PathOf("kept", name + ".json")), LockJson.Canonical(step));

    /// <summary>The step kept under that name and when it was; null when there is none that can be read.</summary>
    public (LockedStep Step, DateTimeOffset KeptAt)? Kept(string name)
    {
        var path = PathOf("kept", name + ".json");
        if (!File.Exists(path)) return null;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return (LockJson.ReadStep(document.RootElement), new DateTimeOffset(File.GetLastWriteTimeUtc(path), TimeSpan.Zero));
        }
        catch (Exception broken) when (broken is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    internal PreparedMemo Memo(TimeProvider time) => new(home, time);

    /// <summary>A file for something that a maker of steps wants to find again: <c>environments/NAME</c>.</summary>
    public string PathOf(string name) => Path.Combine(home.Environments, name);

    internal string PathOfLock(Digest environment) => PathOf("locks", environment.Hex + ".json");

    private string PathOf(string kind, string name) => Path.Combine(home.Environments, kind, name);

    private static string Prepared(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    private IEnumerable<string> Files(string kind, string extension = "")
    {
        var directory = Path.Combine(home.Environments, kind);
        if (!Directory.Exists(directory)) return [];
        return Directory.EnumerateFiles(directory).Where(
            path =>
                path.EndsWith(extension, StringComparison.Ordinal) && Digest.IsHex(Path.GetFileName(path.AsSpan())[..^extension.Length]));
    }

    private IReadOnlyList<Digest>? ReadDigests(string kind, Digest name)
    {
        try
        {
            var lines = File.ReadAllLines(PathOf(kind, name.Hex));
            // What cannot be read can be had again: it counts as absent.
            return lines.Length > 0 && lines.All(line => Digest.IsHex(line)) ? [.. lines.Select(line => new Digest(line))] : null;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private void WriteDigests(string kind, Digest name, IReadOnlyList<Digest> digests) =>
        AtomicFile.Write(Prepared(PathOf(kind, name.Hex)), string.Concat(digests.Select(digest => digest.Hex + "\n")));
}
