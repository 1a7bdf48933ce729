using System.Buffers;
using Glovebox.Execution;

namespace Glovebox.Backends.Oci.Files;

/// <summary>One overlay to mount, in names that are absolute or relative to a directory of links.</summary>
internal sealed record OverlayOptions(string Options, string At);

/// <summary>
/// The names of a box's overlays. A path that needs no escaping is taken as it is; any other, and those beyond the page that the kernel allows for
/// options, through a short link in a directory where the mounting thread must stand.
/// </summary>
/// <param name="directory">For the links; made when there is one.</param>
internal sealed class OverlayLinks(string directory, bool rootless)
{
    private const int RoomForPaths = 3000;
    private static readonly SearchValues<char> Harmless =
        SearchValues.Create("/-_.+@abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");


    // redirect_dir, metacopy and index off: an upper directory then is plain files that any other tool can read. userxattr switches
    // redirect_dir off by itself and refuses to be told.
    private const string Plain = ",redirect_dir=off,metacopy=off,index=off,xino=off";
    private const string PlainRootless = ",userxattr,metacopy=off,index=off,xino=off";

    private readonly List<OverlayOptions> _overlays = [];
    private int _names;
    private int _written;

    /// <summary>Where the mounting thread must stand; null when it does not matter.</summary>
    public string? StandIn => _names > 0 ? directory : null;
    public IReadOnlyList<OverlayOptions> Overlays => _overlays;

    /// <summary>Plans an overlay and returns where it will be mounted.</summary>
    /// <param name="layers">Topmost first.</param>
    /// <param name="upper">Null for an overlay that cannot be written (then there are two layers or more).</param>
    public string Plan(string mountPoint, IReadOnlyList<string> layers, string? upper, string? work)
    {
        var options = "lowerdir=" + string.Join(':', layers.Select(Link));
        if (upper is not null)
        {
            OverlayWork.Empty(work!);
            // Volatile: unmounting does not wait for the whole disk to be written (that took up to a second). What must survive a power failure is
            // synchronised by who keeps it, when the box has ended.
            options += $",upperdir={Link(upper)},workdir={Link(work!)},volatile";
        }
        System.IO.Directory.CreateDirectory(mountPoint);
        _overlays.Add(new OverlayOptions(options + (rootless ? PlainRootless : Plain), Link(mountPoint)));
        return mountPoint;
    }

    public string Plan(string mountPoint, OverlayMount mount) => Plan(mountPoint, [mount.Lower, .. mount.Below], mount.Upper, mount.Work);

    private string Link(string target)
    {
        if (!target.AsSpan().ContainsAnyExcept(Harmless) && _written + target.Length < RoomForPaths)
        {
            _written += target.Length + 1;
            return target;
        }
        if (_names == 0) System.IO.Directory.CreateDirectory(directory);
        var name = (_names++).ToString(System.Globalization.CultureInfo.InvariantCulture);
        File.CreateSymbolicLink(Path.Combine(directory, name), target);
        return name;
    }
}
