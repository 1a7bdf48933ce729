using Glovebox.Api.Execution;

namespace Glovebox.Tests.Jobs.Nodes;

public sealed class StopTests
{
    [Fact]
    public async Task A_node_that_stops_leaves_its_boxes_to_the_next()
    {
        await using var stage = new NodeStage();
        stage.Backend.EndsWith = _ => null;
        var first = await stage.StartNodeAsync();
        var id = await stage.SubmitAsync();
        await stage.RunsAsync(id);
        await first.StopAsync(NodeStage.Patience);
        Assert.Single(stage.Backend.Alive);
        Assert.Equal([first.Id], await stage.Store.Queue.ListHoldersAsync(CancellationToken.None));
        await stage.StartNodeAsync();
        stage.Backend.End(id, 0);
        Assert.Equal(ExecutionState.Succeeded, (await stage.EndedAsync(id)).Status);
        Assert.Single(stage.Backend.Started);
    }

    [Fact]
    public async Task What_cannot_be_left_is_waited_for()
    {
        await using var stage = new NodeStage { Backend = new ScriptedBackend(adopts: false) };
        stage.Backend.EndsWith = _ => null;
        var node = await stage.StartNodeAsync();
        var id = await stage.SubmitAsync();
        await stage.RunsAsync(id);
        var stopping = node.StopAsync(NodeStage.Patience);
        var late = await stage.SubmitAsync();
        Assert.False(stopping.IsCompleted);
        stage.Backend.End(id, 0);
        await stopping.WaitAsync(NodeStage.Patience);
        Assert.Equal((ExecutionState.Succeeded, ExecutionState.Queued), ((await stage.ShowAsync(id)).Status, (await stage.ShowAsync(late)).Status));
    }

    [Fact]
    public async Task What_cannot_be_left_and_does_not_end_is_lost()
    {
        await using var stage = new NodeStage { Backend = new ScriptedBackend(adopts: false) };
        stage.Backend.EndsWith = _ => null;
        var node = await stage.StartNodeAsync();
        var id = await stage.SubmitAsync();
        await stage.RunsAsync(id);
        await node.StopAsync(TimeSpan.Zero);
        var ended = await stage.ShowAsync(id);
        Assert.Equal((ExecutionState.Lost, FailureClass.Lost), (ended.Status, ended.FailureClass));
        Assert.Contains("stopped", ended.Error);
        Assert.Empty(await stage.Store.Queue.ListHoldersAsync(CancellationToken.None));
        Assert.Empty(Directory.EnumerateFiles(stage.Home.Nodes));
    }
}
