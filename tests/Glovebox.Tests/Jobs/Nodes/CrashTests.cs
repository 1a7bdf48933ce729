using Glovebox.Api.Execution;
using Glovebox.Jobs.Nodes;

namespace Glovebox.Tests.Jobs.Nodes;

/// <summary>A node is killed between any two steps of an execution's way, and another one goes on.</summary>
public sealed class CrashTests
{
    private static readonly string[] Steps =
    [
        "after claim", "before record of the start", "after record of the start", "before start of the box", "after start of the box",
        "before end of the box", "after end of the box", "before record of the end", "after record of the end", "before removal of the box",
        "after removal of the box",
    ];

    [Fact]
    public async Task A_kill_at_any_step_loses_nothing_and_runs_nothing_twice()
    {
        for (var step = 1; step <= Steps.Length; step++)
        {
            await using var stage = new NodeStage();
            var (gate, id) = await KillAtAsync(stage, step);
            Assert.Equal(Steps[step - 1], await gate.Closed);

            await stage.StartNodeAsync();
            var ended = await stage.EndedAsync(id);
            Assert.Equal((Steps[step - 1], ExecutionState.Succeeded, 0), (Steps[step - 1], ended.Status, ended.ExitCode));
            Assert.Single(stage.Backend.Started);
            Assert.Equal(6, ended.StdoutBytes);
            await AssertNothingLeftAsync(stage, id);
        }
    }

    [Fact]
    public async Task A_box_that_cannot_be_adopted_is_lost_and_never_run_again_by_itself()
    {
        for (var step = 3; step <= 8; step++)
        {
            await using var stage = new NodeStage { Backend = new ScriptedBackend(adopts: false) };
            var (_, id) = await KillAtAsync(stage, step);
            await stage.StartNodeAsync();
            var ended = await stage.EndedAsync(id);
            Assert.Equal((Steps[step - 1], ExecutionState.Lost, FailureClass.Lost), (Steps[step - 1], ended.Status, ended.FailureClass));
            Assert.InRange(stage.Backend.Started.Count, 0, 1);
        }
    }

    /// <summary>Whoever forgot a job may die before its executions' files are gone.</summary>
    [Fact]
    public async Task Folders_of_forgotten_executions_go_with_the_next_node_and_no_others()
    {
        await using var stage = new NodeStage();
        await stage.StartNodeAsync();
        var (forgotten, kept) = (await stage.SubmitAsync(), await stage.SubmitAsync());
        var jobs = new[] { await stage.EndedAsync(forgotten), await stage.EndedAsync(kept) };
        Assert.Equal([forgotten], await stage.Store.Jobs.RemoveJobAsync(jobs[0].JobId, CancellationToken.None));
        Directory.CreateDirectory(Path.Combine(stage.Home.Executions, "mine"));
        Assert.True(Directory.Exists(stage.FolderOf(forgotten).Root));

        using var gone = new FileSystemWatcher(stage.Home.Executions);
        var removed = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        gone.Deleted += (_, change) => removed.TrySetResult(change.Name);
        gone.EnableRaisingEvents = true;
        await stage.StartNodeAsync();

        Assert.Equal(forgotten, await removed.Task.WaitAsync(NodeStage.Patience));
        Assert.True(File.Exists(stage.FolderOf(kept).Log));
        Assert.True(Directory.Exists(Path.Combine(stage.Home.Executions, "mine")));
    }

    /// <summary>A home that is pointed at another, empty store keeps what the first one knows of.</summary>
    [Fact]
    public async Task Folders_and_nodes_of_another_store_are_left_alone_and_said_once()
    {
        await using var stage = new NodeStage();
        var first = await stage.StartNodeAsync();
        var id = await stage.SubmitAsync();
        await stage.EndedAsync(id);
        await first.DisposeAsync();
        await using var other = new NodeStage();
        var (said, looked) = (new List<string>(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await other.StartNodeAsync(home: stage.Home, change: s => s with { Report = line => { said.Add(line); looked.TrySetResult(); } });

        await looked.Task.WaitAsync(NodeStage.Patience);
        var stray = new ExecutionFolder(stage.Home, Guid.NewGuid().ToString());
        stray.Create(await other.Store.Jobs.IdentifyAsync(CancellationToken.None), overlay: false);
        using var gone = new FileSystemWatcher(stage.Home.Executions);
        var removed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gone.Deleted += (_, _) => removed.TrySetResult();
        gone.EnableRaisingEvents = true;
        await other.StartNodeAsync(home: stage.Home);
        await removed.Task.WaitAsync(NodeStage.Patience);

        Assert.False(Directory.Exists(stray.Root));
        Assert.True(File.Exists(stage.FolderOf(id).Log));
        Assert.Contains("another store", Assert.Single(said), StringComparison.Ordinal);
        Assert.Contains(first.Id, Directory.EnumerateFiles(stage.Home.Nodes).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_running_box_is_adopted_while_its_node_is_away()
    {
        await using var stage = new NodeStage();
        stage.Backend.EndsWith = _ => null;
        var first = await stage.StartNodeAsync();
        var id = await stage.SubmitAsync();
        await stage.RunsAsync(id);
        await first.DisposeAsync();
        stage.Backend.End(id, 7);
        var second = await stage.StartNodeAsync();
        var ended = await stage.EndedAsync(id);
        Assert.Equal((ExecutionState.Failed, 7, second.Id), (ended.Status, ended.ExitCode, ended.Node));
        Assert.Single(stage.Backend.Started);
    }

    [Fact]
    public async Task Hundreds_in_flight_survive_kill_after_kill()
    {
        const int jobs = 300, kills = 6;
        await using var stage = new NodeStage();
        var ids = await Task.WhenAll(Enumerable.Range(0, jobs).Select(_ => stage.SubmitAsync()));
        for (var kill = 1; kill <= kills; kill++)
        {
            var gate = new Gate(kill * 97);
            var node = await stage.StartNodeAsync(new GatedQueue(stage.Store.Queue, gate), new GatedBackend(stage.Backend, gate), change: s => s with { Slots = 50 });
            await gate.Closed.WaitAsync(NodeStage.Patience);
            await NodeStage.KillAsync(node, gate);
        }
        await stage.StartNodeAsync(change: s => s with { Slots = 50 });
        foreach (var id in ids) Assert.Equal(ExecutionState.Succeeded, (await stage.EndedAsync(id)).Status);
        Assert.Equal(jobs, stage.Backend.Started.Count);
        Assert.Equal(jobs, stage.Backend.Started.Select(request => request.Id).Distinct(StringComparer.Ordinal).Count());
    }

    private static async Task<(Gate Gate, string Id)> KillAtAsync(NodeStage stage, int step)
    {
        var gate = new Gate(step);
        var node = await stage.StartNodeAsync(new GatedQueue(stage.Store.Queue, gate), new GatedBackend(stage.Backend, gate));
        var id = await stage.SubmitAsync();
        await gate.Closed.WaitAsync(NodeStage.Patience);
        await NodeStage.KillAsync(node, gate);
        return (gate, id);
    }

    private static async Task AssertNothingLeftAsync(NodeStage stage, string id)
    {
        var folder = stage.FolderOf(id);
        // The record comes before the removal, whose last step is this.
        using var gone = new FileSystemWatcher(folder.Root, Path.GetFileName(folder.Open));
        var removed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gone.Deleted += (_, _) => removed.TrySetResult();
        gone.EnableRaisingEvents = true;
        if (Directory.Exists(folder.Open)) await removed.Task.WaitAsync(NodeStage.Patience);
        Assert.Empty(stage.Backend.Alive);
        Assert.False(Directory.Exists(folder.Open));
        Assert.False(Directory.Exists(folder.Work));
        Assert.True(File.Exists(folder.Log));
    }
}
