using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Jobs.Stores;

namespace Glovebox.Tests.Jobs.Nodes;

/// <summary>The database goes away and comes back.</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task What_ends_while_the_database_is_away_is_recorded_afterwards()
    {
        await using var stage = new NodeStage();
        stage.Backend.EndsWith = _ => null;
        using var queue = new FaultyQueue(stage.Store.Queue);
        var node = await stage.StartNodeAsync(queue);
        var id = await stage.SubmitAsync();
        await stage.RunsAsync(id);
        queue.Away = true;
        stage.Backend.End(id, 7);
        await queue.AskedAsync(5);
        Assert.Equal((ExecutionState.Running, 1), ((await stage.ShowAsync(id)).Status, node.Running));
        queue.Away = false;
        Assert.Equal(7, (await stage.EndedAsync(id)).ExitCode);
        var next = await stage.SubmitAsync();
        await stage.RunsAsync(next);
        stage.Backend.End(next, 0);
        Assert.Equal(node.Id, (await stage.EndedAsync(next)).Node);
    }

    [Fact]
    public async Task Half_of_all_answers_lost_changes_nothing()
    {
        await using var stage = new NodeStage();
        using var queue = new FaultyQueue(stage.Store.Queue) { LosesAnswers = true };
        await stage.StartNodeAsync(queue);
        var ids = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => stage.SubmitAsync()));
        foreach (var id in ids) Assert.Equal(ExecutionState.Succeeded, (await stage.EndedAsync(id)).Status);
        Assert.Equal(30, stage.Backend.Started.Count);
    }

    /// <summary>What runs here must not notice that something else went astray, however many answers it takes to find that again.</summary>
    [Fact]
    public async Task Lost_answers_about_one_execution_leave_the_others_alone()
    {
        await using var stage = new NodeStage();
        stage.Backend.EndsWith = _ => null;
        using var queue = new FaultyQueue(stage.Store.Queue);
        await stage.StartNodeAsync(queue);
        var running = await stage.SubmitAsync();
        await stage.RunsAsync(running);
        var lost = new[] { queue.Lose(nameof(IExecutionQueue.ClaimAsync), 1), queue.Lose(nameof(IExecutionQueue.ReclaimAsync), 1) };
        var astray = await stage.SubmitAsync();
        await Task.WhenAll(lost).WaitAsync(NodeStage.Patience);
        await stage.RunsAsync(astray);
        foreach (var id in new[] { running, astray })
        {
            stage.Backend.End(id, 3);
            Assert.Equal((ExecutionState.Failed, 3), ((await stage.EndedAsync(id)).Status, (await stage.EndedAsync(id)).ExitCode));
        }
        Assert.Equal(2, stage.Backend.Started.Count);
    }

    [Fact]
    public async Task A_dead_nodes_boxes_are_adopted_though_answers_are_lost()
    {
        await using var stage = new NodeStage();
        stage.Backend.EndsWith = _ => null;
        var first = await stage.StartNodeAsync();
        var inherited = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => stage.SubmitAsync()));
        foreach (var id in inherited) await stage.RunsAsync(id);
        using var queue = new FaultyQueue(stage.Store.Queue);
        var second = await stage.StartNodeAsync(queue);
        var own = await stage.SubmitAsync();
        await stage.RunsAsync(own);
        var lost = new[] { queue.Lose(nameof(IExecutionQueue.TakeOverAsync), 1), queue.Lose(nameof(IExecutionQueue.ReclaimAsync), 2) };
        await first.DisposeAsync();
        await Task.WhenAll(lost).WaitAsync(NodeStage.Patience);
        foreach (var id in inherited.Append(own))
        {
            stage.Backend.End(id, 4);
            var ended = await stage.EndedAsync(id);
            Assert.Equal((ExecutionState.Failed, 4, second.Id), (ended.Status, ended.ExitCode, ended.Node));
        }
        Assert.Equal(6, stage.Backend.Started.Count);
    }

    [Fact]
    public async Task Nobody_is_judged_by_who_cannot_see()
    {
        await using var stage = new NodeStage();
        stage.Backend.EndsWith = _ => null;
        var first = await stage.StartNodeAsync();
        var id = await stage.SubmitAsync();
        await stage.RunsAsync(id);
        using var queue = new FaultyQueue(stage.Store.Queue);
        await stage.StartNodeAsync(queue, home: stage.NewHome("other"));
        queue.Away = true;
        await queue.AskedAsync(10);
        queue.Away = false;
        await queue.AskedAsync(2);
        Assert.Equal((ExecutionState.Running, first.Id), ((await stage.ShowAsync(id)).Status, (await stage.ShowAsync(id)).Node));
    }

    private sealed class FaultyQueue(IExecutionQueue inner) : IExecutionQueue, IDisposable
    {
        private readonly SemaphoreSlim _asked = new(0);
        private readonly ConcurrentDictionary<string, Loss> _lost = new(StringComparer.Ordinal);

        public volatile bool Away;

        public bool LosesAnswers { get; init; }

        public void Dispose() => _asked.Dispose();

        /// <summary>The answers to the next calls of one name that say something. Done when the last of them is lost.</summary>
        public Task Lose(string call, int times)
        {
            var loss = new Loss(times);
            _lost[call] = loss;
            return loss.Done.Task;
        }

        public async Task AskedAsync(int times)
        {
            while (_asked.CurrentCount > 0) await _asked.WaitAsync();
            for (var i = 0; i < times; i++) Assert.True(await _asked.WaitAsync(NodeStage.Patience));
        }

        public Task<IReadOnlyList<ClaimedExecution>> ClaimAsync(Claim claim, CancellationToken cancellation) => Ask(() => inner.ClaimAsync(claim, cancellation));

        public Task<bool> SetPhaseAsync(ExecutionKey key, string? phase, CancellationToken cancellation) => Ask(() => inner.SetPhaseAsync(key, phase, cancellation));

        public Task<bool> PlaceAsync(ExecutionKey key, string resource, int? most, CancellationToken cancellation) =>
            Ask(() => inner.PlaceAsync(key, resource, most, cancellation));

        public Task<bool> StartAsync(ExecutionKey key, ExecutionStart start, CancellationToken cancellation) => Ask(() => inner.StartAsync(key, start, cancellation));

        public Task<bool> ReleaseAsync(ExecutionKey key, DateTimeOffset availableAt, CancellationToken cancellation) =>
            Ask(() => inner.ReleaseAsync(key, availableAt, cancellation));

        public Task<bool> FinishAsync(ExecutionFinish finish, CancellationToken cancellation) => Ask(() => inner.FinishAsync(finish, cancellation));

        public Task JoinAsync(Node node, DateTimeOffset now, CancellationToken cancellation) => inner.JoinAsync(node, now, cancellation);

        public Task<Heartbeat> BeatAsync(string nodeId, bool draining, DateTimeOffset now, CancellationToken cancellation) =>
            Ask(() => inner.BeatAsync(nodeId, draining, now, cancellation));

        public Task LeaveAsync(string nodeId, CancellationToken cancellation) => inner.LeaveAsync(nodeId, cancellation);

        public Task<IReadOnlyList<ClaimedExecution>> TakeOverAsync(
            string deadNode, string node, string machine, bool others, DateTimeOffset now, CancellationToken cancellation) =>
            Ask(() => inner.TakeOverAsync(deadNode, node, machine, others, now, cancellation));

        public Task<IReadOnlyList<ClaimedExecution>> ReclaimAsync(
            string node, IReadOnlyCollection<ExecutionKey> keys, DateTimeOffset now, CancellationToken cancellation) =>
            Ask(() => inner.ReclaimAsync(node, keys, now, cancellation));

        public Task SetDrainedAsync(string resource, bool drained, CancellationToken cancellation) => inner.SetDrainedAsync(resource, drained, cancellation);

        public Task<IReadOnlyList<string>> ListHoldersAsync(CancellationToken cancellation) => Ask(() => inner.ListHoldersAsync(cancellation));

        public IDisposable Listen(Action<JobSignals> heard) => inner.Listen(heard);

        private async Task<T> Ask<T>(Func<Task<T>> call, [CallerMemberName] string name = "")
        {
            _asked.Release();
            if (Away) throw RefusalException.Unable("the database cannot be reached");
            var result = await call();
            if ((LosesAnswers && Random.Shared.Next(2) == 0) || IsLost(name, result)) throw RefusalException.Unable("the answer was lost");
            return result;
        }

        private bool IsLost<T>(string name, T answer)
        {
            if ((name != nameof(ReclaimAsync) && answer is System.Collections.ICollection { Count: 0 }) || !_lost.TryGetValue(name, out var loss)) return false;
            var left = Interlocked.Decrement(ref loss.Left);
            if (left == 0) loss.Done.TrySetResult();
            return left >= 0;
        }

        private sealed class Loss(int times)
        {
            public int Left = times;

            public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
