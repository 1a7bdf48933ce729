using Glovebox.Api.Environments;
using Glovebox.Home;
using Glovebox.Images;

namespace Glovebox.Distributions.Debian;

/// <summary>Downloaded Debian packages by content: <c>cache/debs/HEX.deb</c>.</summary>
internal sealed class DebCache(GloveboxHome home)
{
    public string Directory => Path.Combine(home.Cache, "debs");

    public string PathOf(Digest deb) => Path.Combine(Directory, deb.Hex + ".deb");

    public bool Contains(LockedPackage package) =>
        package.Digest is { } text && Digest.Parse(text) is { } digest && File.Exists(PathOf(digest));

    /// <summary>Moves a file into the cache.</summary>
    public Digest Take(string file)
    {
        var digest = Digest.OfFile(file);
        System.IO.Directory.CreateDirectory(Directory);
        File.Move(file, PathOf(digest), overwrite: true);
        return digest;
    }

    /// <summary>The file of a package, its content checked: a damaged one must not become part of an image.</summary>
    /// <exception cref="FileNotFoundException">It is not in the cache, or was damaged and is gone now.</exception>
    public string Checked(LockedPackage package)
    {
        var path = PathOf(Digest.Parse(package.Digest!)!.Value);
        if (Digest.OfFile(path).ToString() == package.Digest) return path;
        File.Delete(path);
        throw new FileNotFoundException($"{path} was damaged");
    }

    /// <summary>NAME_VERSION_ARCHITECTURE.deb with ':' as %3a, as apt names files in its archive directory.</summary>
    public static string FileNameOf(LockedPackage package) =>
        $"{package.Name}_{package.Version.Replace(":", "%3a", StringComparison.Ordinal)}_{package.Architecture}.deb";

    /// <summary>The reverse of <see cref="FileNameOf"/>; null for a name of another form.</summary>
    public static LockedPackage? Parse(string fileName, string? digest) =>
        fileName.EndsWith(".deb", StringComparison.Ordinal) && fileName[..^4].Split('_') is [var name, var version, var architecture]
            ? new LockedPackage("debian", name, Uri.UnescapeDataString(version), architecture, digest) : null;
}
