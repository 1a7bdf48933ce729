namespace Glovebox.Jobs.Nodes;

/// <summary>
/// Executions choose their hosts in the order in which the queue gave them, though all of them are prepared at once: whoever came first gets the
/// place that is free. What found its hosts full is back in the queue before the next one looks, and nothing that was claimed before then gets a
/// place there: it would overtake.
/// </summary>
internal sealed class Turns
{
    private readonly Lock _changing = new();
    private readonly Dictionary<string, int> _full = new(StringComparer.Ordinal);
    private Task _last = Task.CompletedTask;
    private int _claims;

    /// <summary>Before each claim.</summary>
    public void BeginClaim()
    {
        lock (_changing) _claims++;
    }

    /// <summary>The next turn, for what the latest claim brought.</summary>
    public Turn Next()
    {
        lock (_changing)
        {
            var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var before = _last;
            _last = over.Task;
            return new Turn(this, before, over, _claims);
        }
    }

    private void SetFull(string group)
    {
        lock (_changing) _full[group] = _claims;
    }

    private bool IsFull(string group, int claim)
    {
        lock (_changing) return _full.TryGetValue(group, out var last) && claim <= last;
    }

    /// <summary>One execution's.</summary>
    internal sealed class Turn(Turns turns, Task before, TaskCompletionSource over, int claim)
    {
        /// <summary>Until everything before has its place or is back in the queue.</summary>
        public Task ComeAsync(CancellationToken cancellation) => before.WaitAsync(cancellation);

        /// <summary>Something before this one found the group full.</summary>
        public bool IsFull(string group) => turns.IsFull(group, claim);

        /// <summary>This one did, and is back in the queue.</summary>
        public void SetFull(string group) => turns.SetFull(group);

        /// <summary>The next one's turn comes, once it was this one's. Again: nothing.</summary>
        public void End() => _ = before.ContinueWith(
            static (_, over) => ((TaskCompletionSource)over!).TrySetResult(), over, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }
}
