using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Glovebox.Api.Runs;
using Glovebox.Blobs;
using Glovebox.Snapshots;

namespace Glovebox.Sharing.Histories;

/// <summary>What runs of other tools have in common.</summary>
internal static class ForeignRuns
{
    /// <summary>12 digits that the same entry of the same tool always has.</summary>
    public static string Id(string tool, string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{tool} {id}")))[..12];

    /// <summary>Nothing is known of the machine, and no lock was kept: such a run can be looked at and compared, not repeated.</summary>
    public static Run New(string tool, string id, IReadOnlyList<string> command, string project, string tree, string environment) => new()
    {
        Id = Id(tool, id),
        Status = Api.Execution.ExecutionState.Succeeded,
        Command = command,
        Argv = command,
        Environment = new RunEnvironment(environment, ""),
        Image = "",
        Backend = tool,
        Project = project,
        Tree = tree,
        TreeAfter = tree,
        Host = new RunHost("", "", "", "", 0, 0, []),
        Tags = [tool],
    };

    /// <summary>A number where it is one, as the other tool wrote it; else the text.</summary>
    public static JsonNode Value(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)) return JsonValue.Create(whole);
        if (Number(text) is { } number) return JsonValue.Create(number);
        return text switch { "True" or "true" => JsonValue.Create(true), "False" or "false" => JsonValue.Create(false), _ => JsonValue.Create(text) };
    }

    public static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    /// <summary>A folder's files as a tree's entries below <paramref name="prefix"/>; the folder's links are passed over, for they may lead anywhere.</summary>
    public static IEnumerable<TreeEntry> Entries(string folder, string prefix, IBlobStore? blobs)
    {
        var inside = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        if (!Directory.Exists(folder)) yield break;
        foreach (var path in Directory.EnumerateFileSystemEntries(folder, "*", inside))
        {
            var relative = prefix + Path.GetRelativePath(folder, path);
            if (Directory.Exists(path)) yield return new TreeEntry(relative, TreeEntryKind.Directory, 0x1ED, 0, null, null);
            else if (File.Exists(path)) yield return FileEntry(relative, path, blobs);
        }
    }

    public static TreeEntry FileEntry(string relative, string path, IBlobStore? blobs)
    {
        var id = blobs?.PutFile(path) ?? new BlobId(new string('0', 64));
        var mode = (int)File.GetUnixFileMode(path) & 0x1FF;
        return new TreeEntry(relative, TreeEntryKind.File, mode, new FileInfo(path).Length, id, null);
    }

    /// <summary>With a directory for every parent that has none, as trees have them.</summary>
    public static IEnumerable<TreeEntry> WithParents(IEnumerable<TreeEntry> entries)
    {
        var all = new Dictionary<string, TreeEntry>(StringComparer.Ordinal);
        foreach (var entry in entries) all[entry.Path] = entry;
        foreach (var path in all.Keys.ToList())
            for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
                all.TryAdd(path[..slash], new TreeEntry(path[..slash], TreeEntryKind.Directory, 0x1ED, 0, null, null));
        return all.Values;
    }

    public static RunOutput Output(TreeEntry entry) =>
        new(entry.Path, "added", entry.Kind.ToString().ToLowerInvariant(), entry.Size, entry.Blob?.Hex);
}
