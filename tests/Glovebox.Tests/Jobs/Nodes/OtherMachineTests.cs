using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Stores;

namespace Glovebox.Tests.Jobs.Nodes;

/// <summary>Nodes that share a store and not a home: each stands for a machine.</summary>
public sealed class OtherMachineTests
{
    [Fact]
    public async Task What_ran_on_a_dead_machine_is_lost_and_retried_elsewhere()
    {
        await using var stage = new NodeStage();
        stage.Backend.EndsWith = _ => null;
        var first = await stage.StartNodeAsync();
        var id = await stage.SubmitAsync(NodeStage.Spec() with { Retry = new RetryPolicy { Limit = 1, DelaySeconds = 0, Jitter = 0 } });
        await stage.RunsAsync(id);
        var elsewhere = new ScriptedBackend();
        var second = await stage.StartNodeAsync(backend: elsewhere, home: stage.NewHome("other"));
        await first.DisposeAsync();
        var lost = await stage.EndedAsync(id);
        Assert.Equal((ExecutionState.Lost, true), (lost.Status, lost.Retried));
        var retry = await stage.UntilAsync(
            async () => (await stage.Store.Jobs.ListExecutionsAsync(new ExecutionFilter(lost.JobId), CancellationToken.None)).Items[0],
            e => e.RetryOf == id && e.Status == ExecutionState.Succeeded);
        Assert.Equal(second.Id, retry.Node);
        Assert.Single(elsewhere.Started);
    }

    [Fact]
    public async Task What_had_not_started_on_a_dead_machine_is_run_elsewhere()
    {
        await using var stage = new NodeStage();
        var gate = new Gate(2);
        var first = await stage.StartNodeAsync(new GatedQueue(stage.Store.Queue, gate));
        var id = await stage.SubmitAsync();
        await gate.Closed.WaitAsync(NodeStage.Patience);
        await NodeStage.KillAsync(first, gate);
        await stage.StartNodeAsync(home: stage.NewHome("other"));
        Assert.Equal(ExecutionState.Succeeded, (await stage.EndedAsync(id)).Status);
        Assert.Single(stage.Backend.Started);
    }

    [Fact]
    public async Task A_live_node_keeps_what_it_runs()
    {
        await using var stage = new NodeStage();
        stage.Backend.EndsWith = _ => null;
        var first = await stage.StartNodeAsync();
        var id = await stage.SubmitAsync();
        await stage.RunsAsync(id);
        var second = await stage.StartNodeAsync(home: stage.NewHome("other"));
        var third = await stage.StartNodeAsync();
        // Many beats, in which each of the others has had the time to take it.
        using var patience = new CancellationTokenSource(NodeStage.Patience);
        while (third.List().Count < 3 || second.List().Count < 3)
            await stage.Store.Queue.BeatAsync(second.Id, false, TimeProvider.System.GetUtcNow(), patience.Token);
        stage.Backend.End(id, 0);
        Assert.Equal(first.Id, (await stage.EndedAsync(id)).Node);
        Assert.Single(stage.Backend.Started);
    }

    [Fact]
    public async Task Who_was_given_up_for_dead_ends_its_box_and_does_not_run_it_again()
    {
        await using var stage = new NodeStage();
        stage.Backend.EndsWith = _ => null;
        var first = await stage.StartNodeAsync();
        var id = await stage.SubmitAsync();
        await stage.RunsAsync(id);
        await stage.Store.Queue.JoinAsync(new Node("somebody", "elsewhere", null, 1), DateTimeOffset.UnixEpoch, CancellationToken.None);
        var taken = await stage.Store.Queue.TakeOverAsync(first.Id, "somebody", "elsewhere", others: true, DateTimeOffset.UnixEpoch, CancellationToken.None);
        Assert.Equal(id, Assert.Single(taken).Execution.Id);
        using var patience = new CancellationTokenSource(NodeStage.Patience);
        while (first.Running > 0 && !patience.IsCancellationRequested) await Task.Yield();
        Assert.Empty(stage.Backend.Alive);
        // That one is silent and found dead in its turn. Its box was here, but what it did before it was ended is not known.
        Assert.Equal(ExecutionState.Lost, (await stage.EndedAsync(id)).Status);
        Assert.Single(stage.Backend.Started);
    }
}
