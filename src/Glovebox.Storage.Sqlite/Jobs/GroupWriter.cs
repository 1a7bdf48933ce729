using System.Threading.Channels;
using Glovebox.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace Glovebox.Storage.Sqlite.Jobs;

/// <summary>
/// The one writer of this process. It takes whatever waits into one transaction and answers after the commit, so that many callers share one
/// wait for the disk (docs/decisions/010). A piece of work that fails leaves nothing and does not concern the others.
/// </summary>
internal sealed class GroupWriter(SqliteDatabase database) : IAsyncDisposable
{
    private const int Most = 512;

    private readonly Channel<IWaitingChange> _waiting = Channel.CreateUnbounded<IWaitingChange>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lock _lock = new();
    private Task? _writing;
    private SqliteConnection? _connection;
    private SqlSession? _session;

    public void Add(IWaitingChange change)
    {
        lock (_lock) _writing ??= Task.Run(WriteAsync);
        ObjectDisposedException.ThrowIf(!_waiting.Writer.TryWrite(change), this);
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        if (_writing is { } writing) await writing;
    }

    private async Task WriteAsync()
    {
        var batch = new List<IWaitingChange>(Most);
        while (await _waiting.Reader.WaitToReadAsync())
        {
            while (batch.Count < Most && _waiting.Reader.TryRead(out var change))
                if (!change.Abandoned) batch.Add(change);
            if (batch.Count > 0) await WriteAsync(batch);
            batch.Clear();
        }

        Close();
    }

    private async Task WriteAsync(List<IWaitingChange> batch)
    {
        try
        {
            if (!await CommitAsync(batch, apart: false)) await CommitAsync(batch, apart: true);
        }
        catch (SqliteException) when (batch.Count > 1)
        {
            // One of them broke the transaction of all; which one shows when each is alone.
            Close();
            foreach (var change in batch) await WriteAsync([change]);
        }
        catch (Exception error)
        {
            Close();
            var shown = error is SqliteException { } fault ? database.Refusal(fault) ?? error : error;
            foreach (var change in batch) change.Fail(shown);
        }
    }

    /// <param name="apart">Each so that it can fail alone, which costs two statements more.</param>
    /// <returns>False: one failed that is not apart, and nothing was done.</returns>
    private async Task<bool> CommitAsync(List<IWaitingChange> batch, bool apart)
    {
        var sql = _session ??= await OpenAsync();
        await sql.RunAsync("begin immediate");
        foreach (var change in batch)
        {
            if (apart) await sql.RunAsync("savepoint work");
            if (!await change.TryAsync(sql))
            {
                await sql.RunAsync(apart ? "rollback to work" : "rollback");
                if (!apart) return false;
            }

            if (apart) await sql.RunAsync("release work");
        }

        await sql.RunAsync("commit");
        foreach (var change in batch) change.Answer();
        return true;
    }

    private async Task<SqlSession> OpenAsync()
    {
        _connection = database.Open();
        var session = new SqlSession(_connection, SqliteDialect.Value, keep: true, CancellationToken.None);
        // Another process's commit takes milliseconds; the driver alone would look again only every 150.
        await session.RunAsync("pragma busy_timeout = 5000");
        // Pages that many commits change (40 MB of them) are copied into the file once and not for each few commits.
        await session.RunAsync("pragma wal_autocheckpoint = 10000");
        return session;
    }

    /// <summary>What is open is rolled back: the driver's pool would keep the transaction with the connection.</summary>
    private void Close()
    {
        _session?.Dispose();
        if (_connection is { Handle: { } handle } && SQLitePCL.raw.sqlite3_get_autocommit(handle) == 0)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = "rollback";
            command.ExecuteNonQuery();
        }

        _connection?.Dispose();
        (_session, _connection) = (null, null);
    }
}
