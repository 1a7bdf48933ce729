using Glovebox.Jobs.Stores;
using Glovebox.Storage.Sql;
using Glovebox.Storage.Sql.Jobs;
using Npgsql;

namespace Glovebox.Storage.Postgres.Jobs;

/// <summary>Jobs in a database that many nodes share. Each change is a transaction of its own, at the level "read committed", on rows that it locks.</summary>
/// <param name="connection">As Npgsql reads it. Its search path names the schema; without one it is <c>glovebox</c>.</param>
public sealed class PostgresJobDatabase : IJobDatabase, IAsyncDisposable
{
    private const int Attempts = 10;

    private readonly PostgresServer _server;
    private readonly Listeners _listeners = new();
    private readonly Wakeups _wakeups;

    public PostgresJobDatabase(string connection, TimeProvider time)
    {
        _server = new PostgresServer(connection);
        _wakeups = new Wakeups(_server, _listeners, time);
    }

    public async Task<T> ChangeAsync<T>(Func<Change, Task<T>> work, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var committing = false;
            try
            {
                await using var connection = await _server.OpenAsync(cancellation);
                await using var transaction = await connection.BeginTransactionAsync(cancellation);
                using var session = new SqlSession(connection, PostgresDialect.Value, keep: false, cancellation);
                var change = new Change(session);
                var result = await work(change);
                await change.CompleteAsync();
                committing = true;
                await transaction.CommitAsync(cancellation);
                Say(change);
                return result;
            }
            catch (PostgresException error) when (IsCollision(error) && attempt < Attempts)
            {
                // Another was first; seen from the beginning it is a plain case.
            }
            catch (Exception error) when (PostgresServer.IsOutage(error))
            {
                // A pool keeps connections that a restart of the server has cut; a fresh one may work.
                if (committing || attempt > 1) throw _server.Refusal(error);
                _server.Source.Clear();
            }
        }
    }

    public async Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await _server.OpenAsync(cancellation);
                using var session = new SqlSession(connection, PostgresDialect.Value, keep: false, cancellation);
                return await work(session);
            }
            catch (Exception error) when (PostgresServer.IsOutage(error))
            {
                if (attempt > 1) throw _server.Refusal(error);
                _server.Source.Clear();
            }
        }
    }

    public IDisposable Listen(Action<JobSignals> heard)
    {
        _wakeups.Start();
        return _listeners.Add(heard);
    }

    public void Hint(JobSignals signals) => _wakeups.SayLater(signals);

    public async ValueTask DisposeAsync()
    {
        await _wakeups.DisposeAsync();
        await _server.DisposeAsync();
    }

    private void Say(Change change)
    {
        if (change.Signals != JobSignals.None)
        {
            _listeners.Say(change.Signals);
            _wakeups.Tell(change.Signals);
        }

        if (change.Missed != JobSignals.None) Hint(change.Missed);
    }

    /// <summary>Two transactions wanted the same: a circle of locks, or one key.</summary>
    private static bool IsCollision(PostgresException error) =>
        error.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.UniqueViolation;
}
