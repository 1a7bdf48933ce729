using System.Security.Cryptography;
using Glovebox.Files;

namespace Glovebox.Tests.Snapshots;

/// <summary>A directory as text, one line an entry: what two equal trees have in common.</summary>
internal static class Listing
{
    public static string Of(string path, bool withOwner = false, Predicate<string>? without = null)
    {
        var lines = new SortedDictionary<string, string>(StringComparer.Ordinal);
        using var root = Folder.Open(path);
        Read(root, "", lines, withOwner, without);
        return string.Join("\n", lines.Values);
    }

    private static void Read(Folder folder, string front, SortedDictionary<string, string> lines, bool withOwner, Predicate<string>? without)
    {
        foreach (var (name, _) in folder.List())
        {
            var path = front + PathBytes.ToText(name);
            if (without?.Invoke(path) == true) continue;
            var state = folder.Stat(name)!.Value;
            var owner = withOwner ? $" {state.User}:{state.Group}" : "";
            var what = state.Kind switch
            {
                FileKind.Folder => "folder",
                FileKind.Link => "link " + Escape(PathBytes.ToText(folder.ReadLink(name))),
                FileKind.File => $"file {state.Size} {Hash(folder, name)}",
                _ => "other",
            };
            var mode = state.Kind == FileKind.Link ? "" : Convert.ToString(state.Permissions, 8);
            lines.Add(path, $"{Escape(path)} {mode} {what}{owner}");
            if (state.Kind != FileKind.Folder) continue;
            using var below = folder.OpenFolder(name);
            Read(below, path + "/", lines, withOwner, without);
        }
    }

    private static string Hash(Folder folder, byte[] name)
    {
        using var handle = folder.OpenFile(name);
        using var stream = new FileStream(handle, FileAccess.Read);
        return Convert.ToHexStringLower(SHA256.HashData(stream))[..12];
    }

    private static string Escape(string path) => string.Concat(path.Select(c => char.IsSurrogate(c) || char.IsControl(c) ? $"\\u{(int)c:x4}" : $"{c}"));
}
