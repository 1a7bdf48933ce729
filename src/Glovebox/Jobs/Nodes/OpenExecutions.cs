using Glovebox.Home;

namespace Glovebox.Jobs.Nodes;

/// <summary>
/// What the boxes of this home's jobs stand on, as their folders say: so it is known without the store, which may be another machine's, and is
/// kept until the box is gone.
/// </summary>
internal static class OpenExecutions
{
    /// <summary>Ids of executions whose box is still there, with the digests of their environments and images.</summary>
    public static IEnumerable<(string Execution, string Environment, string Image)> Needs(GloveboxHome home)
    {
        if (!Directory.Exists(home.Executions)) yield break;
        foreach (var path in Directory.EnumerateDirectories(home.Executions))
        {
            var folder = new ExecutionFolder(home, Path.GetFileName(path));
            if (folder.ReadNeeds() is [var environment, var image]) yield return (Path.GetFileName(path), environment, image);
        }
    }
}
