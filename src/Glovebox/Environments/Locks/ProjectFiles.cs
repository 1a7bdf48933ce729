using System.Text;
using Glovebox.Api;
using Glovebox.Files;
using Glovebox.Images;
using Glovebox.Projects;

namespace Glovebox.Environments.Locks;

/// <summary>Files and folders of a project, by content.</summary>
internal static class ProjectFiles
{
    /// <summary>Of a file its bytes and mode, of a folder the names, modes and bytes of all in it.</summary>
    /// <exception cref="RefusalException">It is not there, or cannot be read.</exception>
    public static Digest DigestOf(Project project, string path)
    {
        var text = new StringBuilder();
        foreach (var (relative, state, full) in Walk(project, path))
        {
            text.Append(relative).Append('\0').Append(Convert.ToString(state.Permissions, 8)).Append('\0');
            text.Append(state.Kind == FileKind.Link ? "->" + LinkTarget(full) : Read(full, Digest.OfFile).Hex).Append('\0');
        }
        return Digest.Of(text.ToString());
    }

    /// <summary>Every file and link of a path, in byte order; for a file itself one, with an empty relative path. The folder .git is passed
    /// over.</summary>
    public static IEnumerable<(string Relative, FileState State, string Full)> Walk(Project project, string path)
    {
        var full = Path.GetFullPath(Path.Combine(project.Root, path));
        var state = Folder.WholePaths.Stat(PathBytes.FromText(full))
            ?? throw RefusalException.NotFound($"{path}: there is no such file in {project.Root}");
        return state.Kind == FileKind.Folder
            ? WalkFolder(full, "").OrderBy(item => item.Relative, Comparer<string>.Create(PathBytes.Compare))
            : [("", state, full)];
    }

    private static List<(string Relative, FileState State, string Full)> WalkFolder(string directory, string prefix)
    {
        var found = new List<(string, FileState, string)>();
        using var folder = Read(directory, Folder.Open);
        foreach (var (nameBytes, _) in folder.List())
        {
            var name = PathBytes.ToText(nameBytes);
            var state = folder.Stat(nameBytes)!.Value;
            var full = Path.Combine(directory, name);
            if (state.Kind == FileKind.Folder && name != ".git") found.AddRange(WalkFolder(full, prefix + name + "/"));
            else if (state.Kind is FileKind.File or FileKind.Link) found.Add((prefix + name, state, full));
        }
        return found;
    }

    public static string LinkTarget(string full) => PathBytes.ToText(Folder.WholePaths.ReadLink(PathBytes.FromText(full)));

    private static T Read<T>(string path, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw RefusalException.Bad($"{path} cannot be read: {failure.Message}");
        }
    }
}
