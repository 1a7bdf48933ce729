using System.Text;
using Glovebox.Execution;
using Glovebox.Files;

namespace Glovebox.Environments.Host;

/// <summary>
/// What of this machine a box on <c>host</c> sees: the programs, and of /etc only what is listed here. No homes, no keys, no passwords.
/// Small files and links are copied into a skeleton layer; directories are mounted, read-only.
/// </summary>
/// <param name="root">The machine's root; another directory in tests.</param>
internal sealed class HostSystem(string root)
{
    /// <summary>Whole directories of programs.</summary>
    private static readonly string[] Programs = ["usr", "opt"];

    /// <summary>Symbolic links into /usr on most machines, directories of their own on old ones.</summary>
    private static readonly string[] Aliases = ["bin", "sbin", "lib", "lib32", "lib64", "libx32"];

    /// <summary>Names in /etc; a '*' at the end stands for anything.</summary>
    private static readonly string[] Allowed =
    [
        "alternatives", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "nsswitch.conf", "protocols", "services", "rpc", "ethertypes",
            "networks", "host.conf", "gai.conf",
        "localtime", "timezone", "locale.alias", "locale.conf", "default/locale", "ssl/certs", "ssl/openssl.cnf", "ca-certificates",
            "ca-certificates.conf", "pki/tls/certs",
        "pki/ca-trust", "fonts", "python*", "R", "Rprofile", "java*", ".java", "perl", "mime.types", "magic", "magic.mime", "OpenCL",
            "openmpi", "mpich", "libblas*", "os-release",
        "debian_version", "lsb-release", "redhat-release", "fedora-release", "system-release", "bash.bashrc", "profile", "inputrc",
            "terminfo", "ImageMagick-*", "texmf", "julia", "matplotlibrc",
        "glvnd", "vulkan", "sgml", "xml", "papersize", "wgetrc", "debuginfod", "rpm", "crypto-policies", "xdg/mimeapps.list", "maven",
            "ant", "groovy", "scala", "ghostscript", "gnuplot",
    ];

    /// <summary>Caches that programs read, and would make anew slowly.</summary>
    private static readonly string[] Caches = ["var/cache/fontconfig", "var/lib/texmf", "var/lib/R", "var/lib/octave"];

    public string StatusFile => Path.Combine(root, "var/lib/dpkg/status");

    public string ReleaseFile => Path.Combine(root, "etc/os-release");

    /// <summary>What is there, looked up anew: a few dozen system calls.</summary>
    public HostView Look()
    {
        var mounts = new List<Mount>();
        var copied = new List<string>();
        var state = new StringBuilder();
        foreach (var path in Programs.Concat(Aliases).Concat(AllowedPaths()).Concat(Caches))
        {
            if (!Folder.WholePaths.TryStat(PathBytes.FromText(Path.Combine(root, path)), out var found, out _)) continue;
            if (found.Kind == FileKind.Folder && path is not ("etc/alternatives" or "etc/ld.so.conf.d"))
            {
                mounts.Add(new BindMount(Path.Combine(root, path), "/" + path, ReadOnly: true));
                // Its content is seen as it is: only that it is there counts.
                state.Append(path).Append('\n');
                continue;
            }
            copied.Add(path);
            state.Append(path).Append(' ').Append(found.Modified).Append(' ').Append(found.Size).Append(' ').Append(found.Inode)
                .Append('\n');
        }
        foreach (var path in (string[])[StatusFile, ReleaseFile])
        {
            if (Folder.WholePaths.TryStat(PathBytes.FromText(path), out var found, out _))
                state.Append(path).Append(' ').Append(found.Modified).Append(' ').Append(found.Size).Append('\n');
        }
        return new HostView(mounts, copied, state.ToString());
    }

    /// <summary>Whatever must be as it was for <see cref="Look"/> to say the same: lists of names by their directories, and what is
    /// copied.</summary>
    public IReadOnlyList<string> Inputs(HostView view) =>
        [root, .. ListedFolders.Select(PathOf), .. view.Copied.Select(PathOf), StatusFile, ReleaseFile];

    private static readonly string[] ListedFolders = ["etc", "etc/default", "etc/ssl", "etc/pki", "etc/xdg", "var/cache", "var/lib"];

    public string PathOf(string relative) => Path.Combine(root, relative);

    private IEnumerable<string> AllowedPaths()
    {
        foreach (var name in Allowed)
        {
            if (!name.EndsWith('*'))
            {
                yield return "etc/" + name;
                continue;
            }
            foreach (var path in Directory.EnumerateFileSystemEntries(Path.Combine(root, "etc"), name).Order(StringComparer.Ordinal))
                yield return "etc/" + Path.GetFileName(path);
        }
    }
}

/// <summary>What a box on this machine sees of it.</summary>
/// <param name="Mounts">Directories, read-only.</param>
/// <param name="Copied">Files and links for the skeleton, relative to the root.</param>
/// <param name="State">Changes whenever the packages or a copied file may have changed.</param>
internal sealed record HostView(IReadOnlyList<Mount> Mounts, IReadOnlyList<string> Copied, string State);
