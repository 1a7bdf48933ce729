using Glovebox.Jobs.Stores;
using Glovebox.Storage.Sql;
using Glovebox.Storage.Sql.Jobs;

namespace Glovebox.Storage.Sqlite.Jobs;

/// <summary>Jobs in the embedded database: changes go through one writer, reads have connections of their own.</summary>
public sealed class SqliteJobDatabase(SqliteDatabase database) : IJobDatabase, IAsyncDisposable
{
    private readonly Listeners _listeners = new();
    private readonly GroupWriter _writer = new(database);

    public async Task<T> ChangeAsync<T>(Func<Change, Task<T>> work, CancellationToken cancellation)
    {
        var waiting = new WaitingChange<T>(work, cancellation);
        _writer.Add(waiting);
        var result = await waiting.Result;
        _listeners.Say(waiting.Signals);
        return result;
    }

    // Its driver does nothing at another time than when asked, so the task has ended when it is returned.
    public Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellation) => Task.FromResult(database.Use(connection =>
    {
        using var transaction = connection.BeginTransaction(deferred: true);
        using var session = new SqlSession(connection, SqliteDialect.Value, keep: false, cancellation);
        return work(session).GetAwaiter().GetResult();
    }));

    public IDisposable Listen(Action<JobSignals> heard) => _listeners.Add(heard);

    public void Hint(JobSignals signals) => _listeners.Say(signals);

    public ValueTask DisposeAsync() => _writer.DisposeAsync();
}
