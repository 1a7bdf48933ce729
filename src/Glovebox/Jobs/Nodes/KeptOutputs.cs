using System.Security.Cryptography;
using Glovebox.Api.Runs;
using Glovebox.Files;

namespace Glovebox.Jobs.Nodes;

/// <summary>What is kept of a working directory that a box has filled. Its links are never followed.</summary>
internal static class KeptOutputs
{
    private const string Added = "added";

    /// <summary>Everything at and below the declared paths, and those of them where there is nothing.</summary>
    public static (IReadOnlyList<RunOutput> Outputs, IReadOnlyList<string> Missing) Read(string work, IReadOnlyList<string> declared)
    {
        if (declared.Count == 0) return ([], []);
        var outputs = new SortedDictionary<string, RunOutput>(StringComparer.Ordinal);
        var missing = new List<string>();
        using var top = Folder.Open(work);
        foreach (var path in declared.Select(p => p.Trim('/')).Distinct(StringComparer.Ordinal))
        {
            var (parent, name) = Split(path);
            using var folder = top.TryOpenFolder(PathBytes.FromText(parent), out _);
            if (folder?.Stat(PathBytes.FromText(name)) is { } state) Add(folder, path, PathBytes.FromText(name), state, outputs);
            else missing.Add(path);
        }
        return ([.. outputs.Values], missing);
    }

    /// <exception cref="FileException">It is gone, or no file.</exception>
    public static Stream Open(string work, string path)
    {
        var (parent, name) = Split(path);
        using var top = Folder.Open(work);
        using var folder = top.OpenFolder(PathBytes.FromText(parent));
        return new FileStream(folder.OpenFile(PathBytes.FromText(name)), FileAccess.Read);
    }

    /// <summary>Removes what is not kept.</summary>
    public static void DropRest(string work, IReadOnlyList<RunOutput> outputs)
    {
        if (outputs.Count == 0)
        {
            FolderRemoval.Remove(work);
            return;
        }
        if (!Directory.Exists(work)) return;
        var kept = outputs.Select(output => output.Path).ToHashSet(StringComparer.Ordinal);
        var above = kept.SelectMany(Above).ToHashSet(StringComparer.Ordinal);
        using var top = Folder.Open(work);
        Drop(top, "", work, kept, above);
    }

    private static void Drop(Folder folder, string path, string whole, HashSet<string> kept, HashSet<string> above)
    {
        foreach (var (name, kind) in folder.List())
        {
            var text = PathBytes.ToText(name);
            var below = path.Length == 0 ? text : path + "/" + text;
            if (kept.Contains(below) && !above.Contains(below)) continue;
            var isFolder = kind == FileKind.Folder || folder.Stat(name) is { Kind: FileKind.Folder };
            if (!isFolder) folder.DeleteFile(name);
            else if (!above.Contains(below) && !kept.Contains(below)) FolderRemoval.Remove(Path.Combine(whole, text));
            else
            {
                using var inner = folder.OpenChild(name);
                Drop(inner, below, Path.Combine(whole, text), kept, above);
            }
        }
    }

    private static IEnumerable<string> Above(string path)
    {
        for (var slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1)) yield return path[..slash];
    }

    private static void Add(Folder folder, string path, byte[] name, FileState state, SortedDictionary<string, RunOutput> outputs)
    {
        switch (state.Kind)
        {
            case FileKind.File:
                outputs[path] = new RunOutput(path, Added, "file", state.Size, Hash(folder, name));
                break;
            case FileKind.Folder:
                outputs[path] = new RunOutput(path, Added, "directory", 0, null);
                using (var inner = folder.OpenChild(name))
                {
                    foreach (var (below, _) in inner.List())
                        if (inner.Stat(below) is { } there) Add(inner, path + "/" + PathBytes.ToText(below), below, there, outputs);
                }
                break;
            case FileKind.Link:
                outputs[path] = new RunOutput(path, Added, "symlink", 0, null);
                break;
            default:
                break; // Sockets, pipes and devices hold nothing to keep.
        }
    }

    private static string Hash(Folder folder, byte[] name)
    {
        using var stream = new FileStream(folder.OpenFile(name), FileAccess.Read, bufferSize: 0);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static (string Parent, string Name) Split(string path)
    {
        var slash = path.LastIndexOf('/');
        return slash < 0 ? ("", path) : (path[..slash], path[(slash + 1)..]);
    }
}
