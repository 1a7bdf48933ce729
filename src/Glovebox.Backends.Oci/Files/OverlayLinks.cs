using Glovebox.Execution;

namespace Glovebox.Backends.Oci.Files;

/// <summary>One overlay to mount, in names relative to a directory of links.</summary>
internal sealed record OverlayOptions(string Options, string At);

/// <summary>
/// A directory of short links to every layer and upper directory of a box. Overlay options then need no escaping whatever the paths hold, and
/// a hundred layers stay below the page that the kernel allows for options. The mounting thread must stand in this directory.
/// </summary>
internal sealed class OverlayLinks(string directory, bool rootless)
{
    // redirect_dir, metacopy and index off: an upper directory then is plain files that any other tool can read. userxattr switches
    // redirect_dir off by itself and refuses to be told.
    private const string Plain = ",redirect_dir=off,metacopy=off,index=off,xino=off";
    private const string PlainRootless = ",userxattr,metacopy=off,index=off,xino=off";

    private readonly List<OverlayOptions> _overlays = [];
    private int _names;

    public string Directory => directory;
    public IReadOnlyList<OverlayOptions> Overlays => _overlays;

    /// <summary>Plans an overlay and returns where it will be mounted.</summary>
    /// <param name="layers">Topmost first.</param>
    /// <param name="upper">Null for an overlay that cannot be written (then there are two layers or more).</param>
    public string Plan(string mountPoint, IReadOnlyList<string> layers, string? upper, string? work)
    {
        var options = "lowerdir=" + string.Join(':', layers.Select(Link));
        if (upper is not null) options += $",upperdir={Link(upper)},workdir={Link(work!)}";
        System.IO.Directory.CreateDirectory(mountPoint);
        _overlays.Add(new OverlayOptions(options + (rootless ? PlainRootless : Plain), Link(mountPoint)));
        return mountPoint;
    }

    public string Plan(string mountPoint, OverlayMount mount) => Plan(mountPoint, [mount.Lower], mount.Upper, mount.Work);

    private string Link(string target)
    {
        if (_names == 0) System.IO.Directory.CreateDirectory(directory);
        var name = (_names++).ToString(System.Globalization.CultureInfo.InvariantCulture);
        File.CreateSymbolicLink(Path.Combine(directory, name), target);
        return name;
    }
}
