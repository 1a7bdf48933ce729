using Glovebox.Api;
using Glovebox.Api.Jobs;
using Glovebox.Execution;
using Glovebox.Files;

namespace Glovebox.Jobs.Nodes;

/// <summary>Puts a job's files into its working directory, which nobody else has seen yet.</summary>
internal static class InputFiles
{
    private const int Plain = 0x1A4, Program = 0x1ED;

    /// <param name="user">Whose the directory and the files are to be; only root can give them away.</param>
    /// <exception cref="RefusalException">A path leads outside, or two files contradict each other.</exception>
    public static void Write(string work, IReadOnlyList<JobFile> files, BoxUser user)
    {
        foreach (var file in files)
        {
            var parts = file.Path.Split('/');
            if (file.Path.Contains('\0') || parts.Any(part => part is "" or "." or ".."))
                throw RefusalException.Bad($"the file '{file.Path}' is not below the working directory: give it a relative path without '..'");
            var path = Path.Combine(work, file.Path);
            if (File.Exists(Path.GetDirectoryName(path)) || Directory.Exists(path))
                throw RefusalException.Bad($"the file '{file.Path}' is a file and a directory at once: rename one of them");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.Write(path, file.Content, file.Executable ? Program : Plain);
        }
        if (user == BoxUser.Root || !Environment.IsPrivilegedProcess) return;
        Folder.WholePaths.ChangeOwner(PathBytes.FromText(work), (uint)user.Uid, (uint)user.Gid);
        foreach (var path in Directory.EnumerateFileSystemEntries(work, "*", SearchOption.AllDirectories))
            Folder.WholePaths.ChangeOwner(PathBytes.FromText(path), (uint)user.Uid, (uint)user.Gid);
    }
}
