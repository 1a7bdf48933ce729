using Glovebox.Jobs.Stores;
using Glovebox.Storage.Sql;
using Glovebox.Storage.Sql.Jobs;

namespace Glovebox.Storage.Sqlite.Jobs;

/// <summary>A change on its way through the writer.</summary>
internal interface IWaitingChange
{
    /// <summary>Nobody waits for it any more.</summary>
    bool Abandoned { get; }

    /// <summary>Does the work, without the commit. What the work throws is kept for its caller, and false returned: nothing of it may stay.</summary>
    Task<bool> TryAsync(SqlSession sql);

    /// <summary>The commit is done, or the work left nothing: the caller may go on.</summary>
    void Answer();

    /// <summary>The commit failed.</summary>
    void Fail(Exception error);
}

internal sealed class WaitingChange<T>(Func<Change, Task<T>> work, CancellationToken cancellation) : IWaitingChange
{
    // A caller that goes on must not hold up the others' answers.
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;
    private Exception? _error;

    public Task<T> Result => _answer.Task;

    public JobSignals Signals { get; private set; }

    public bool Abandoned => cancellation.IsCancellationRequested && _answer.TrySetCanceled(cancellation);

    public async Task<bool> TryAsync(SqlSession sql)
    {
        _error = null;
        try
        {
            var change = new Change(sql);
            _result = await work(change);
            await change.CompleteAsync();
            Signals = change.Signals;
            return true;
        }
        catch (Exception error) when (error is not Microsoft.Data.Sqlite.SqliteException)
        {
            _error = error;
            return false;
        }
    }

    public void Answer()
    {
        if (_error is null) _answer.TrySetResult(_result);
        else _answer.TrySetException(_error);
    }

    public void Fail(Exception error) => _answer.TrySetException(error);
}
