using Glovebox.Spelling;
using System.Text;
using Glovebox.Api;
using Glovebox.Execution;
using Glovebox.Files;

namespace Glovebox.Environments.Building;

/// <summary>Users by name or number, as an image's own /etc/passwd and /etc/group know them.</summary>
internal static class ImageUsers
{
    /// <param name="user">NAME, UID, NAME:GROUP or UID:GID.</param>
    /// <param name="layers">Lowest first.</param>
    /// <returns>With the home directory, <c>/</c> where none is known.</returns>
    /// <exception cref="RefusalException">The image has no such user or group.</exception>
    public static (BoxUser User, string Home) Resolve(string user, IReadOnlyList<string> layers)
    {
        var colon = user.IndexOf(':');
        var name = colon < 0 ? user : user[..colon];
        var passwd = Lines("etc/passwd", layers);
        var known = passwd.FirstOrDefault(
            fields => fields.Length >= 6 && fields[0] == name) ?? passwd.FirstOrDefault(fields => fields.Length >= 6 && fields[2] == name);
        if (known is null && !int.TryParse(name, out _)) throw NoSuch("user", name, passwd);
        var uid = int.Parse(known?[2] ?? name);
        var gid = colon >= 0 ? Group(user[(colon + 1)..], layers) : int.TryParse(known?[3], out var own) ? own : 0;
        return (new BoxUser(uid, gid), known?[5] is { Length: > 0 } home ? home : "/");
    }

    private static int Group(string group, IReadOnlyList<string> layers)
    {
        if (int.TryParse(group, out var number)) return number;
        var groups = Lines("etc/group", layers);
        var known = groups.FirstOrDefault(fields => fields.Length >= 3 && fields[0] == group) ?? throw NoSuch("group", group, groups);
        return int.Parse(known[2]);
    }

    private static RefusalException NoSuch(string what, string name, IReadOnlyList<string[]> known) => RefusalException.Bad(
        $"user: the image has no {what} '{name}'.{NearNames.Question(name, known.Select(fields => fields[0]))} Name one of its "
        + "own, or write numbers (UID:GID), or make it with run: [useradd ...]");

    private static IReadOnlyList<string[]> Lines(string path, IReadOnlyList<string> layers)
    {
        var name = Name.Split(PathBytes.FromText(path), out var parentPath);
        for (var at = layers.Count - 1; at >= 0; at--)
        {
            using var root = Folder.Open(layers[at]);
            using var parent = root.TryOpenFolder(parentPath, out _);
            if (parent?.Stat(name) is not { } state) continue;
            if (state.Kind != FileKind.File) return [];
            using var file = parent.OpenFile(name);
            var bytes = new byte[Math.Min(state.Size, 1024 * 1024)];
            var read = FileContent.Fill(file, bytes, path);
            return [.. Encoding.UTF8.GetString(bytes, 0, read).Split('\n').Select(line => line.Split(':'))];
        }
        return [];
    }
}
