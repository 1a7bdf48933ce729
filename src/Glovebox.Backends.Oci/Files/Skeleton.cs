using Glovebox.Linux;
using Glovebox.Execution;

namespace Glovebox.Backends.Oci.Files;

/// <summary>
/// A layer of our own with nothing but the mount points that the image lacks. Without it a read-only root could not be mounted into, and a
/// writable one would show our mount points among the box's changes.
/// </summary>
/// <param name="directory">Made when it is needed.</param>
internal sealed class Skeleton(string directory, RootFileSystem root)
{
    private const UnixFileMode Ordinary =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    public string Directory => directory;

    /// <summary>It is there, so it must be stacked.</summary>
    public bool IsUsed { get; private set; }

    /// <summary>Makes the layer, empty but with the mode and owner of the image's own root.</summary>
    public void Use()
    {
        if (!IsUsed) MakeLike(directory, new BoxEntry("/", root.Upper ?? root.Layers[^1], BoxEntryKind.Directory, InMount: false));
        IsUsed = true;
    }

    /// <summary>Makes the mount point when the tree lacks it. What lies in an earlier mount is left to the runtime.</summary>
    public void Prepare(BoxTree tree, string target, bool isFile)
    {
        var entry = tree.Resolve(target);
        if (entry.Kind != BoxEntryKind.Missing || entry.InMount) return;
        Use();
        var path = directory;
        var names = entry.Path[1..].Split('/');
        var inside = "";
        for (var i = 0; i < names.Length; i++)
        {
            path = Path.Combine(path, names[i]);
            inside += "/" + names[i];
            if (i == names.Length - 1 && isFile) File.Create(path).Dispose();
            else if (!System.IO.Directory.Exists(path)) MakeLike(path, tree.Resolve(inside));
        }
    }

    // The topmost directory of a stack gives the mode and owner, so ours takes over what was there.
    private static void MakeLike(string path, BoxEntry existing)
    {
        System.IO.Directory.CreateDirectory(path);
        var known = existing.HostPath is { } host && FileFacts.TryRead(host, out var facts) ? facts : (FileFacts?)null;
        if (known is { } like && Libc.EffectiveUser() == 0) _ = Libc.ChangeOwner(path, like.User, like.Group);
        File.SetUnixFileMode(path, known is { } seen ? (UnixFileMode)(seen.Mode & 0xfff) : Ordinary);
    }
}
