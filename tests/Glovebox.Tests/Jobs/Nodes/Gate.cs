using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Execution;
using Glovebox.Jobs.Stores;

namespace Glovebox.Tests.Jobs.Nodes;

/// <summary>Kills a node between two steps: from the given step on, nothing that it does goes on.</summary>
internal sealed class Gate(int at)
{
    private readonly TaskCompletionSource _never = new();
    private readonly TaskCompletionSource<string> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _passed;

    /// <summary>The step at which it closed.</summary>
    public Task<string> Closed => _closed.Task;

    /// <summary>Breaks off whatever stands before it: its node is dead.</summary>
    public void Abandon() => _never.TrySetCanceled();

    public async Task PassAsync(string step, CancellationToken cancellation)
    {
        var number = Interlocked.Increment(ref _passed);
        if (number < at) return;
        if (number == at) _closed.TrySetResult(step);
        await _never.Task.WaitAsync(cancellation);
    }

    public async Task<T> AroundAsync<T>(string step, Func<Task<T>> call, CancellationToken cancellation)
    {
        await PassAsync("before " + step, cancellation);
        var result = await call();
        await PassAsync("after " + step, cancellation);
        return result;
    }
}

/// <summary>A queue behind a gate. Beats pass: what a test kills is one execution's way.</summary>
internal sealed class GatedQueue(IExecutionQueue inner, Gate gate) : IExecutionQueue
{
    public async Task<IReadOnlyList<ClaimedExecution>> ClaimAsync(Claim claim, CancellationToken cancellation)
    {
        var claimed = await inner.ClaimAsync(claim, cancellation);
        if (claimed.Count > 0) await gate.PassAsync("after claim", cancellation);
        return claimed;
    }

    public Task<bool> SetPhaseAsync(ExecutionKey key, string? phase, CancellationToken cancellation) => inner.SetPhaseAsync(key, phase, cancellation);

    public Task<bool> PlaceAsync(ExecutionKey key, string resource, int? most, CancellationToken cancellation) =>
        gate.AroundAsync("place", () => inner.PlaceAsync(key, resource, most, cancellation), cancellation);

    public Task<bool> StartAsync(ExecutionKey key, ExecutionStart start, CancellationToken cancellation) =>
        gate.AroundAsync("record of the start", () => inner.StartAsync(key, start, cancellation), cancellation);

    public Task<bool> ReleaseAsync(ExecutionKey key, DateTimeOffset availableAt, CancellationToken cancellation) =>
        gate.AroundAsync("release", () => inner.ReleaseAsync(key, availableAt, cancellation), cancellation);

    public Task<bool> FinishAsync(ExecutionFinish finish, CancellationToken cancellation) =>
        gate.AroundAsync("record of the end", () => inner.FinishAsync(finish, cancellation), cancellation);

    public Task JoinAsync(Node node, DateTimeOffset now, CancellationToken cancellation) => inner.JoinAsync(node, now, cancellation);

    public Task<Heartbeat> BeatAsync(string nodeId, bool draining, DateTimeOffset now, CancellationToken cancellation) =>
        inner.BeatAsync(nodeId, draining, now, cancellation);

    public Task LeaveAsync(string nodeId, CancellationToken cancellation) => inner.LeaveAsync(nodeId, cancellation);

    public Task<IReadOnlyList<ClaimedExecution>> TakeOverAsync(
        string deadNode, string node, string machine, bool others, DateTimeOffset now, CancellationToken cancellation) =>
        inner.TakeOverAsync(deadNode, node, machine, others, now, cancellation);

    public Task<IReadOnlyList<ClaimedExecution>> ReclaimAsync(
        string node, IReadOnlyCollection<ExecutionKey> keys, DateTimeOffset now, CancellationToken cancellation) =>
        inner.ReclaimAsync(node, keys, now, cancellation);

    public Task SetDrainedAsync(string resource, bool drained, CancellationToken cancellation) => inner.SetDrainedAsync(resource, drained, cancellation);

    public Task<IReadOnlyList<string>> ListHoldersAsync(CancellationToken cancellation) => inner.ListHoldersAsync(cancellation);

    public IDisposable Listen(Action<JobSignals> heard) => inner.Listen(heard);
}

/// <summary>A backend behind a gate.</summary>
internal sealed class GatedBackend(IBackend inner, Gate gate) : IBackend
{
    public string Name => inner.Name;
    public BackendCapabilities Capabilities => inner.Capabilities;

    public async Task<StartResult> StartAsync(ExecutionRequest request, CancellationToken cancellation)
    {
        var result = await gate.AroundAsync("start of the box", () => inner.StartAsync(request, cancellation), cancellation);
        return result.Instance is { } instance ? StartResult.Started(new Instance(instance, gate)) : result;
    }

    public Task<IInstance?> AdoptAsync(InstanceHandle handle, CancellationToken cancellation) => inner.AdoptAsync(handle, cancellation);

    private sealed class Instance(IInstance inner, Gate gate) : IInstance
    {
        public InstanceHandle Handle => inner.Handle;
        public bool HasEnded => inner.HasEnded;

        public async Task<Outcome> WaitAsync(CancellationToken cancel) =>
            await gate.AroundAsync("end of the box", () => inner.WaitAsync(cancel), CancellationToken.None);

        public async ValueTask DisposeAsync()
        {
            await gate.PassAsync("before removal of the box", CancellationToken.None);
            await inner.DisposeAsync();
            await gate.PassAsync("after removal of the box", CancellationToken.None);
        }
    }
}
