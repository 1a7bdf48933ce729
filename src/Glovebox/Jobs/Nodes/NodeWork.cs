using System.Collections.Concurrent;
using Glovebox.Jobs.Stores;

namespace Glovebox.Jobs.Nodes;

/// <summary>The executions in a node's hands.</summary>
/// <param name="ended">Called whenever one needs its slot no more, or has left them.</param>
internal sealed class NodeWork(NodeContext node, Action ended)
{
    private readonly ConcurrentDictionary<string, (ExecutionRunner Runner, Task Task)> _running = new(StringComparer.Ordinal);

    private int _over;

    public int Count => _running.Count;

    /// <summary>
    /// How many more may begin. What has ended and is only recorded and removed needs no slot, so the next one is claimed meanwhile; but no more such
    /// than there are slots, or a slow disk would be left with them.
    /// </summary>
    public int Free(int slots) => Math.Min(slots - (Count - Volatile.Read(ref _over)), 2 * slots - Count);

    /// <summary>Those that are held now.</summary>
    public IReadOnlyList<ExecutionRunner> Runners => [.. _running.Values.Select(pair => pair.Runner)];

    public void Begin(ClaimedExecution claimed)
    {
        if (_running.TryGetValue(claimed.Execution.Id, out var known))
        {
            known.Runner.Renew(claimed.Token);
            return;
        }
        var runner = new ExecutionRunner(claimed, node, Over);
        var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running[claimed.Execution.Id] = (runner, RunAsync(claimed.Execution.Id, runner, begin.Task));
        begin.SetResult();
    }

    public ExecutionRunner? Find(string id) => _running.TryGetValue(id, out var pair) ? pair.Runner : null;

    /// <summary>All of them have left.</summary>
    public Task Ended() => Task.WhenAll(_running.Values.Select(pair => pair.Task));

    private void Over()
    {
        Interlocked.Increment(ref _over);
        ended();
    }

    private async Task RunAsync(string id, ExecutionRunner runner, Task begin)
    {
        await begin.ConfigureAwait(false);
        try
        {
            await runner.RunAsync().ConfigureAwait(false);
        }
        // A bug in one execution must not take the others' node along; it stays in the record as this node's until that ends.
        catch (Exception e) when (!node.Left.IsCancellationRequested)
        {
            node.Settings.Report($"execution {id}: {e}");
        }
        catch (OperationCanceledException)
        {
            // The node is gone.
        }
        finally
        {
            if (runner.IsOver) Interlocked.Decrement(ref _over);
            _running.TryRemove(id, out _);
            ended();
        }
    }
}
