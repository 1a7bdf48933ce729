using Glovebox.Api.Execution;
using Glovebox.Execution;
using Glovebox.Jobs.Stores;

namespace Glovebox.Jobs.Nodes;

/// <summary>Removes boxes of executions that the record says have ended: their node died after it had recorded that, or was given up for dead.</summary>
internal static class Remains
{
    public static async Task RemoveAsync(NodeContext node, CancellationToken cancellation)
    {
        var home = node.Parts.Home;
        if (!Directory.Exists(home.Executions)) return;
        foreach (var path in Directory.EnumerateDirectories(home.Executions))
        {
            var id = Path.GetFileName(path);
            var folder = new ExecutionFolder(home, id);
            if (!Directory.Exists(folder.Open)) continue;
            var found = (await node.Parts.Jobs.FindExecutionsAsync(id, 1, cancellation).ConfigureAwait(false)).FirstOrDefault(e => e.Id == id);
            if (found is null || found.Status <= ExecutionState.Running || IsBeingClosed(node, found.Node)) continue;
            try
            {
                var handle = new InstanceHandle(found.Backend ?? "", "job-" + id, folder.Box, Detached: true);
                var start = new ExecutionStart(handle, null, found.Resource ?? "", handle.Id, null, default);
                var place = node.Parts.Resources.Find(start);
                if (place is not null && await place.Backend.AdoptAsync(handle, cancellation).ConfigureAwait(false) is { } instance)
                    await instance.DisposeAsync().ConfigureAwait(false);
                folder.Close(found.Outputs);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                node.Settings.Report($"what is left of execution {id} could not be removed: {e.Message}");
            }
        }
    }

    private static bool IsBeingClosed(NodeContext node, string? by)
    {
        if (by is null || !NodeLife.IsOfHome(node.Parts.Home, by)) return false;
        using var free = NodeLife.Inherit(node.Parts.Home, by);
        return free is null;
    }
}
