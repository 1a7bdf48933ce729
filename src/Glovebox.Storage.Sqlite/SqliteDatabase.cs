using Dapper;
using Glovebox.Api;
using Microsoft.Data.Sqlite;

namespace Glovebox.Storage.Sqlite;

/// <summary>
/// The embedded database: one file in WAL mode, so that readers never wait, and one writer at a time, which others wait for. A commit is
/// on disk when it returns (<c>synchronous=full</c>).
/// </summary>
public sealed class SqliteDatabase(string path)
{
    private const int Corrupt = 11;
    private const int NotADatabase = 26;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int InputOutput = 10;
    private const int ReadOnly = 8;
    private const int Busy = 5;
    private static readonly TimeSpan WaitForWriter = TimeSpan.FromSeconds(30);

    private bool _migrated;
    private Task? _opening;

    static SqliteDatabase() => SQLitePCL.Batteries_V2.Init();

    /// <summary>Opens the database beside whatever the caller does next: its libraries take longer to load than the file takes to open.</summary>
    public void Warm() => _opening = Task.Run(() => UseNow(static c => c.Execute("select 1")));

    /// <summary>Does a piece of work on an open connection.</summary>
    /// <exception cref="RefusalException">The file is damaged, read-only, locked too long, or its disk is full.</exception>
    internal T Use<T>(Func<SqliteConnection, T> work)
    {
        if (Interlocked.Exchange(ref _opening, null) is { } opening) opening.GetAwaiter().GetResult();
        return UseNow(work);
    }

    private T UseNow<T>(Func<SqliteConnection, T> work)
    {
        try
        {
            using var connection = Open();
            return work(connection);
        }
        catch (SqliteException error) when (Explain(error) is { } reason)
        {
            throw RefusalException.Unable(reason);
        }
    }

    /// <summary>What a user hears of an error of the database; null when it is a bug.</summary>
    internal RefusalException? Refusal(SqliteException error) => Explain(error) is { } reason ? RefusalException.Unable(reason) : null;

    /// <summary>A connection of the caller's own.</summary>
    internal SqliteConnection Open()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            DefaultTimeout = (int)WaitForWriter.TotalSeconds,
            Pooling = true,
        }.ToString());
        connection.Open();
        if (_migrated) return connection;
        connection.Execute("pragma journal_mode = wal; pragma synchronous = full;");
        SqliteMigrations.Apply(connection);
        _migrated = true;
        return connection;
    }

    private string? Explain(SqliteException error) => error.SqliteErrorCode switch
    {
        Corrupt or NotADatabase => $"the database {path} is damaged ({error.Message}). Runs' files are whole; move the database away and restore it from a backup, or start anew without it",
        Full => $"the disk that holds {path} is full; free some space ('glovebox gc' may) and try again",
        InputOutput => $"the disk that holds {path} does not take or give what the database needs ({error.Message}); it may have no free block left: free some space and try again",
        CannotOpen or ReadOnly => $"cannot write the database {path} ({error.Message}); make the folder writable, or set GLOVEBOX_HOME to one that is",
        Busy => $"the database {path} has been locked by another program for {WaitForWriter.TotalSeconds:0} seconds; see who holds it with 'fuser {path}'",
        _ => null,
    };
}
