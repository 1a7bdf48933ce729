namespace Glovebox.Functions.Calls;

/// <summary>An accepted call that is being made here.</summary>
internal sealed class Making(CancellationToken stopping) : IDisposable
{
    private readonly CancellationTokenSource _ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The node stops, or somebody wants this call to end.</summary>
    public CancellationToken Ending => _ending.Token;

    /// <summary>Somebody wants it to end: it is not put back.</summary>
    public bool IsUnwanted { get; private set; }

    /// <summary>Completes when its record says how it ended, or it was put back.</summary>
    public Task Ended => _ended.Task;

    public void Cancel()
    {
        IsUnwanted = true;
        try
        {
            _ending.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended at this moment.
        }
    }

    public void Dispose()
    {
        _ended.TrySetResult();
        _ending.Dispose();
    }
}
