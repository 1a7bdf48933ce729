using Glovebox.Environments.Building;
using Glovebox.Execution;
using Glovebox.Files;
using Glovebox.Images;
using Glovebox.Images.Layers;

namespace Glovebox.Environments.Host;

/// <summary>The layer below a box on <c>host</c>: the directories that every system has, copies of small files, and places for the
/// mounts.</summary>
internal static class HostSkeleton
{
    private const int Ordinary = 0x1ED, Open = 0x3FF, Closed = 0x1C0, File = 0x1A4;

    private static readonly (string Path, int Mode)[] Folders =
    [
        ("dev", Ordinary), ("etc", Ordinary), ("home", Ordinary), ("mnt", Ordinary), ("proc", Ordinary), ("root", Closed),
        ("run", Ordinary), ("sys", Ordinary), ("tmp", Open), ("var", Ordinary), ("var/cache", Ordinary), ("var/lib", Ordinary),
        ("var/log", Ordinary), ("var/tmp", Open), ("work", Ordinary),
    ];

    private const string Users =
        "root:x:0:0:root:/root:/bin/sh\n"
        + "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
        + "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";

    private const string Groups = "root:x:0:\ndaemon:x:1:\ntty:x:5:\nusers:x:100:\nnogroup:x:65534:\n";

    private const string Hosts = "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n";

    public static Digest Make(HostSystem host, HostView view, LayerStore layers, CancellationToken cancellation)
    {
        using var draft = layers.NewDraft();
        using (var root = Folder.Open(draft.Fs))
        {
            foreach (var (path, mode) in Folders) MakeFolder(root, path, mode);
            foreach (var mount in view.Mounts) MakeFolder(root, mount.Target.TrimStart('/'), Ordinary);
            foreach (var path in view.Copied) Copy(host.PathOf(path), root, path);
            Write(root, "etc/passwd", Users);
            Write(root, "etc/group", Groups);
            Write(root, "etc/hosts", Hosts);
        }
        return layers.Add(draft, Reproducible.Epoch, cancellation);
    }

    private static void MakeFolder(Folder root, string path, int mode)
    {
        for (var slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1)) MakeOne(root, path[..slash], Ordinary);
        MakeOne(root, path, mode);
    }

    private static void MakeOne(Folder root, string path, int mode)
    {
        var name = PathBytes.FromText(path);
        if (root.MakeFolder(name, mode)) root.TryChangeMode(name, mode);
    }

    private static void Copy(string source, Folder root, string path)
    {
        var bytes = PathBytes.FromText(source);
        if (Folder.WholePaths.Stat(bytes) is not { } state) return;
        if (path.LastIndexOf('/') is var slash and > 0) MakeFolder(root, path[..slash], Ordinary);
        switch (state.Kind)
        {
            case FileKind.Link:
                root.MakeLink(PathBytes.FromText(path), Folder.WholePaths.ReadLink(bytes));
                break;
            case FileKind.Folder:
                MakeFolder(root, path, Ordinary);
                foreach (var child in Directory.EnumerateFileSystemEntries(source)) Copy(child, root, path + "/" + Path.GetFileName(child));
                break;
            case FileKind.File when Readable(state):
                Write(root, path, System.IO.File.ReadAllBytes(source));
                break;
        }
    }

    /// <summary>What the machine keeps from its other users is none of the box's business either.</summary>
    private static bool Readable(FileState state) => (state.Permissions & 4) != 0;

    private static void Write(Folder root, string path, string content) => Write(root, path, System.Text.Encoding.UTF8.GetBytes(content));

    private static void Write(Folder root, string path, ReadOnlySpan<byte> content)
    {
        using var file = root.CreateFile(PathBytes.FromText(path), File);
        FileContent.Write(file, content, path);
        FileContent.ChangeMode(file, File, path);
    }
}
