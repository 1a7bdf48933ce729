using Glovebox.Files;
using Glovebox.Home;
using Glovebox.Images.Archives;
using Glovebox.Images.Tar;

namespace Glovebox.Images.Layers;

/// <summary>
/// A layer that is being made: a directory of its own in the home's tmp, held by a lock as long as its maker lives. Disposing it removes
/// it, unless it became a layer.
/// </summary>
public sealed class LayerDraft : IDisposable
{
    private const string Prefix = "layer-", LockName = "owner";

    private const UnixFileMode Ordinary = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly FileLock _owner;

    private LayerDraft(string directory)
    {
        Path = directory;
        Directory.CreateDirectory(Fs);
        // It becomes the root of an image, whatever the umask.
        File.SetUnixFileMode(Fs, Ordinary);
        Directory.CreateDirectory(Work);
        _owner = FileLock.TryAcquire(System.IO.Path.Combine(directory, LockName))
            ?? throw new IOException($"{directory} is held by another");
    }

    public string Path { get; }

    /// <summary>What will be the layer: a box's upper directory, or an archive unpacked.</summary>
    public string Fs => System.IO.Path.Combine(Path, "fs");

    /// <summary>Beside it, for the overlay's own use.</summary>
    public string Work => System.IO.Path.Combine(Path, "work");

    /// <summary>Owners and modes that the directory does not show, because an ordinary user cannot give them; null when it shows
    /// all.</summary>
    internal IReadOnlyDictionary<string, TarEntry>? Recorded { get; set; }

    public static LayerDraft Create(GloveboxHome home)
    {
        Directory.CreateDirectory(home.Temporary);
        return new LayerDraft(System.IO.Path.Combine(home.Temporary, Prefix + Guid.NewGuid().ToString("N")));
    }

    /// <summary>A further empty directory that goes with the draft.</summary>
    public string MakeDirectory(string name) => Directory.CreateDirectory(System.IO.Path.Combine(Path, name)).FullName;

    /// <summary>Unpacks a tar that a tool of this machine made: a trusted one, whatever its size.</summary>
    public void Unpack(string tar, CancellationToken cancellation)
    {
        using var file = File.OpenRead(tar);
        Recorded = LayerExtractor.Extract(file, Fs, null, cancellation);
    }

    public void Dispose()
    {
        // Removed while it is held: nobody takes a half-removed directory for rubbish of his own.
        FolderRemoval.Remove(Path);
        _owner.Dispose();
    }

    /// <summary>Removes what makers that were killed left behind.</summary>
    /// <returns>How many there were.</returns>
    public static int RemoveAbandoned(GloveboxHome home)
    {
        var removed = 0;
        if (!Directory.Exists(home.Temporary)) return 0;
        foreach (var directory in Directory.EnumerateDirectories(home.Temporary, Prefix + "*"))
        {
            using var held = FileLock.TryAcquire(System.IO.Path.Combine(directory, LockName));
            if (held is null) continue;
            FolderRemoval.Remove(directory);
            removed++;
        }
        return removed;
    }
}
