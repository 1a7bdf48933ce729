using Glovebox.Linux;

namespace Glovebox.Backends.Oci.Files;

/// <summary>
/// One name in an overlay: the host's files that have it, topmost first. Rules of the kernel's overlay (Documentation/filesystems/overlayfs.rst):
/// directories merge, anything else hides what is below, a whiteout or an opaque directory ends the search.
/// </summary>
internal sealed class StackedDirectory
{
    private readonly IReadOnlyList<string> _places;
    private readonly FileFacts? _top;

    /// <param name="places">Topmost first; a place that is no directory stands alone. None: an empty directory that exists nowhere (tmpfs).</param>
    public StackedDirectory(IReadOnlyList<string> places)
    {
        _places = places;
        // A place may be a link on the host: the mount will follow it.
        if (places.Count == 1 && !Directory.Exists(places[0]) && FileFacts.TryRead(Real(places[0]), out var facts)) _top = facts;
    }

    private StackedDirectory(IReadOnlyList<string> places, FileFacts top)
    {
        _places = places;
        _top = top;
    }

    public string? HostPath => _places.Count > 0 ? _places[0] : null;

    public BoxEntryKind Kind => _top is not { IsDirectory: false } facts ? BoxEntryKind.Directory
        : facts.IsRegular ? BoxEntryKind.File : BoxEntryKind.Special;

    public bool IsDirectory => Kind == BoxEntryKind.Directory;

    /// <summary>The target when this is a symbolic link.</summary>
    public string? Link => _top is { IsLink: true } ? new FileInfo(_places[0]).LinkTarget : null;

    /// <summary>The entry of this name; null when there is none.</summary>
    public StackedDirectory? Child(string name)
    {
        if (!IsDirectory) return null;
        List<string>? found = null;
        FileFacts top = default;
        foreach (var place in _places)
        {
            var path = Path.Combine(place, name);
            if (!FileFacts.TryRead(path, out var facts)) continue;
            if (facts.IsWhiteout) break;
            if (found is null) top = facts;
            else if (!facts.IsDirectory) break;
            (found ??= []).Add(path);
            if (!facts.IsDirectory || IsOpaque(path)) break;
        }
        return found is null ? null : new StackedDirectory(found, top);
    }

    private static unsafe bool IsOpaque(string path)
    {
        byte value = 0;
        return (Libc.GetAttribute(path, "trusted.overlay.opaque", &value, 1) == 1
            || Libc.GetAttribute(path, "user.overlay.opaque", &value, 1) == 1) && value == (byte)'y';
    }

    private static string Real(string path) => new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;
}
