using Glovebox.Api;
using Glovebox.Blobs;
using Glovebox.Files;

namespace Glovebox.Snapshots.Records;

/// <summary>Files and directories that a snapshot keeps beside the project's tree, each below its name.</summary>
/// <param name="Tree">Null when there are none.</param>
/// <param name="Sources">From each name to where it came from: relative to the project's root, or an absolute path.</param>
internal sealed record ExtraFiles(Tree? Tree, IReadOnlyDictionary<string, string> Sources)
{
    public static readonly ExtraFiles None = new(null, new Dictionary<string, string>());

    private const int UsualFolder = 0x1ED;

    /// <param name="typed"><c>PATH</c> or <c>NAME=PATH</c>, relative to <paramref name="directory"/>.</param>
    /// <exception cref="RefusalException">A path is not there or its name cannot be used.</exception>
    public static ExtraFiles Capture(
        IReadOnlyList<string> typed, string directory, string root, ITrees trees, IBlobStore blobs, CancellationToken cancellation)
    {
        if (typed.Count == 0) return None;
        var entries = new Dictionary<string, TreeEntry>(StringComparer.Ordinal);
        var sources = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in typed)
        {
            var (name, path) = Read(text, directory, root);
            if (sources.Keys.FirstOrDefault(other => EntryPath.Covers(other, name) || EntryPath.Covers(name, other)) is { } other)
                throw RefusalException.Bad(
                    $"--path {text}: its name '{name}' and '{other}' are one or within each other; give another name: --path NAME={path}");
            sources[name] = Source(path, root);
            AddParents(name, entries);
            if (Directory.Exists(path)) AddFolder(name, path, trees, entries, cancellation);
            else entries[name] = FileEntry(name, path, blobs);
        }

        return new ExtraFiles(trees.Save(entries.Values), sources);
    }

    /// <summary>Where a source is on this machine.</summary>
    public static string PathOf(string source, string root) => Path.GetFullPath(source, root);

    /// <summary>Adds the directories above a path that are not among the entries.</summary>
    public static void AddParents(string path, Dictionary<string, TreeEntry> entries)
    {
        for (var slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1))
            entries.TryAdd(path[..slash], new TreeEntry(path[..slash], TreeEntryKind.Directory, UsualFolder, 0, null, null));
    }

    private static (string Name, string Path) Read(string text, string directory, string root)
    {
        var whole = Path.GetFullPath(text, directory);
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        string? name = null;
        if (equals > 0 && !Path.Exists(whole)) (name, whole) = (text[..equals], Path.GetFullPath(text[(equals + 1)..], directory));
        if (!Path.Exists(whole)) throw RefusalException.NotFound($"--path {text}: there is no {whole}");
        // A link that a person names stands for what it leads to.
        whole = Path.TrimEndingDirectorySeparator(new FileInfo(whole).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? whole);
        if (EntryPath.Covers(whole, root))
            throw RefusalException.Bad($"--path {text}: the project itself is within it; name what is beside the tree or ignored in it");
        name ??= EntryPath.Covers(root, whole) ? Path.GetRelativePath(root, whole) : Path.GetFileName(whole);
        return EntryPath.IsValid(name)
            ? (name, whole)
            : throw RefusalException.Bad($"--path {text}: '{name}' cannot be a name; give a relative one without '.' and '..'");
    }

    private static string Source(string path, string root) => EntryPath.Covers(root, path) ? Path.GetRelativePath(root, path) : path;

    private static void AddFolder(string name, string path, ITrees trees, Dictionary<string, TreeEntry> entries, CancellationToken cancellation)
    {
        using (var folder = Folder.Open(path))
            entries[name] = new TreeEntry(name, TreeEntryKind.Directory, folder.Stat().Permissions & TreeModes.Folder, 0, null, null);
        foreach (var entry in trees.CaptureAll(path, cancellation).Entries)
            entries[name + "/" + entry.Path] = entry with { Path = name + "/" + entry.Path };
    }

    private static TreeEntry FileEntry(string name, string path, IBlobStore blobs)
    {
        try
        {
            using var parent = Folder.Open(Path.GetDirectoryName(path)!);
            var bytes = PathBytes.FromText(Path.GetFileName(path));
            if (parent.Stat(bytes) is not { Kind: FileKind.File } state) throw RefusalException.Bad($"--path {path}: neither a file nor a directory");
            using var file = parent.OpenFile(bytes);
            var stored = blobs.PutFile(file, path);
            return new TreeEntry(name, TreeEntryKind.File, state.Permissions & TreeModes.File, stored.Size, stored.Id, null);
        }
        catch (FileException failure)
        {
            throw new UnreadableTreeException(failure.Path, failure.Reason);
        }
    }
}
