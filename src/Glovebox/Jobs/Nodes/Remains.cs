using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Execution;
using Glovebox.Jobs.Stores;

namespace Glovebox.Jobs.Nodes;

/// <summary>
/// Removes what dead processes have left in the home: boxes of executions that the record says have ended (their node died after it had recorded
/// that, or was given up for dead), and folders of executions that were forgotten (whoever forgot them died before it removed their files).
/// </summary>
internal static class Remains
{
    public static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    /// <summary>At the start, and then once an hour.</summary>
    public static async Task RemoveAlwaysAsync(NodeContext node, CancellationToken cancellation)
    {
        TellOfOthers(node);
        while (true)
        {
            try
            {
                await RemoveAsync(node, cancellation).ConfigureAwait(false);
                await Strays.RemoveAsync(node, cancellation).ConfigureAwait(false);
            }
            catch (RefusalException e) when (e.Kind == RefusalKind.Unable)
            {
                // The store is away: the next round has the same to do.
            }
            await Task.Delay(Pause, node.Parts.Time, cancellation).ConfigureAwait(false);
        }
    }

    public static async Task RemoveAsync(NodeContext node, CancellationToken cancellation)
    {
        var home = node.Parts.Home;
        if (!Directory.Exists(home.Executions)) return;
        foreach (var path in Directory.EnumerateDirectories(home.Executions))
        {
            var id = Path.GetFileName(path);
            if (!Guid.TryParse(id, out _)) continue; // Not ours.
            var folder = new ExecutionFolder(home, id);
            if (!folder.IsOf(node.Life.Store)) continue;
            // A folder is made after its execution is in the record: one that is there and is not in the record then, never comes back.
            var found = (await node.Parts.Jobs.FindExecutionsAsync(id, 1, cancellation).ConfigureAwait(false)).FirstOrDefault(e => e.Id == id);
            if (found is null)
            {
                Try(node, id, folder.Remove);
                continue;
            }
            if (!Directory.Exists(folder.Open) || found.Status <= ExecutionState.Running || IsBeingClosed(node, found.Node)) continue;
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
                Tell(node, id, e);
            }
        }
    }

    /// <summary>A home that was moved to another store still holds the logs of the one before: only that one knows which are wanted.</summary>
    private static void TellOfOthers(NodeContext node)
    {
        var home = node.Parts.Home;
        if (!Directory.Exists(home.Executions)) return;
        var others = Directory.EnumerateDirectories(home.Executions).Select(path => Path.GetFileName(path))
            .Count(id => Guid.TryParse(id, out _) && !new ExecutionFolder(home, id).IsOf(node.Life.Store));
        if (others > 0)
            node.Settings.Report($"{home.Executions} holds {others} executions of another store than this server's; they are left alone. "
                + "Serve that store from this home again, or remove them by hand");
    }

    private static void Try(NodeContext node, string id, Action remove)
    {
        try
        {
            remove();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Tell(node, id, e);
        }
    }

    private static void Tell(NodeContext node, string id, Exception e) =>
        node.Settings.Report($"what is left of execution {id} could not be removed: {e.Message}");

    private static bool IsBeingClosed(NodeContext node, string? by)
    {
        if (by is null || !NodeLife.IsOfHome(node.Parts.Home, by)) return false;
        using var free = NodeLife.Inherit(node.Parts.Home, by);
        return free is null;
    }
}
