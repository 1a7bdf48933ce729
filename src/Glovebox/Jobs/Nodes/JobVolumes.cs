using Glovebox.Api;
using Glovebox.Api.Jobs;
using Glovebox.Execution;
using Glovebox.Files;

namespace Glovebox.Jobs.Nodes;

/// <summary>Which of the machine's directories jobs may mount.</summary>
internal static class JobVolumes
{
    /// <param name="allowed">See <see cref="NodeSettings.Volumes"/>.</param>
    /// <param name="here">The volumes are of this machine: that they exist and hide no link on the way is checked.</param>
    /// <exception cref="RefusalException">One is not allowed.</exception>
    public static IEnumerable<Mount> Mounts(IReadOnlyList<JobVolume> volumes, IReadOnlyList<string> allowed, bool here)
    {
        foreach (var volume in volumes)
        {
            var source = Path.GetFullPath(volume.Source);
            if (allowed.Select(Path.GetFullPath).FirstOrDefault(folder => IsAtOrBelow(source, folder)) is not { } root)
            {
                throw RefusalException.Bad($"the volume '{volume.Source}' is not allowed: this server mounts "
                    + (allowed.Count == 0 ? "none (its setting 'volumes' is empty)" : $"what is below {string.Join(", ", allowed)} alone"));
            }
            if (here) Check(volume.Source, source, root);
            yield return new BindMount(source, volume.Target, volume.ReadOnly);
        }
    }

    private static bool IsAtOrBelow(string path, string folder) =>
        path == folder || folder == "/" || path.StartsWith(folder + "/", StringComparison.Ordinal);

    // A link in an allowed folder, made by a job that may write there, must not lead the next job elsewhere.
    private static void Check(string written, string source, string root)
    {
        var relative = source == root ? "" : source[root.Length..].TrimStart('/');
        var slash = relative.LastIndexOf('/');
        try
        {
            using var top = Folder.Open(root);
            using var parent = top.OpenFolder(PathBytes.FromText(slash < 0 ? "" : relative[..slash]));
            if (relative.Length == 0) return;
            if (parent.Stat(PathBytes.FromText(relative[(slash + 1)..])) is { Kind: FileKind.File or FileKind.Folder }) return;
        }
        catch (FileException e)
        {
            throw RefusalException.Bad($"the volume '{written}' cannot be mounted: {e.Message}");
        }
        throw RefusalException.Bad($"the volume '{written}' is neither a directory nor a file, or is a link: name what it leads to");
    }
}
