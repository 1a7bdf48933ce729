using Glovebox.Api;
using Npgsql;

namespace Glovebox.Storage.Postgres;

/// <summary>A database on a server, as its connection string names it.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private const string DefaultSchema = "glovebox";

    // What the user's string says comes later and wins. The driver's own would have a submit wait half a minute for a server that is gone.
    private const string Defaults = "Timeout=5;Command Timeout=10;Keepalive=5;";

    private const int KeepListening = 10;

    private readonly NpgsqlConnectionStringBuilder _settings;
    private readonly SemaphoreSlim _migrating = new(1);
    private bool _migrated;

    /// <exception cref="RefusalException">The connection string cannot be read.</exception>
    public PostgresServer(string connection)
    {
        try
        {
            // Nothing is set in a session, and every lock is a transaction's: there is nothing to reset.
            _settings = new NpgsqlConnectionStringBuilder(Defaults + connection)
            {
                ApplicationName = "glovebox", MaxAutoPrepare = 200, NoResetOnClose = true, IncludeErrorDetail = false,
            };
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidCastException)
        {
            // The string may hold a password, and so may what the driver says of it.
            throw RefusalException.Bad("the connection string of the database cannot be read; write it like 'Host=db.example;Database=glovebox;Username=glovebox;Password=...'");
        }

        _settings.SearchPath ??= DefaultSchema;
        Source = NpgsqlDataSource.Create(_settings);
    }

    public NpgsqlDataSource Source { get; }

    /// <summary>For messages: without the password.</summary>
    public string Name => $"{_settings.Host}:{_settings.Port}/{_settings.Database ?? _settings.Username}";

    /// <summary>A connection with this program's schema.</summary>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellation)
    {
        if (!_migrated) await MigrateAsync(cancellation);
        return await Source.OpenConnectionAsync(cancellation);
    }

    /// <summary>A connection that is kept apart from the pool, and whose loss is noticed though nothing is said on it.</summary>
    public async Task<NpgsqlConnection> OpenListenerAsync(CancellationToken cancellation)
    {
        var settings = new NpgsqlConnectionStringBuilder(_settings.ConnectionString) { Pooling = false, ApplicationName = "glovebox listener" };
        if (settings.KeepAlive == 0) settings.KeepAlive = KeepListening;
        var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(cancellation);
        return connection;
    }

    /// <summary>Whether an error is the connection's or the server's, and not the statement's.</summary>
    public static bool IsOutage(Exception error) => error switch
    {
        // Connections, operator's hand, resources, wrong user, no such database.
        PostgresException { SqlState: var state } => state is ['0', '8', ..] or ['5', '7', 'P', ..] or ['5', '3', ..] or ['2', '8', ..] or "3D000" or "25006",
        NpgsqlException or TimeoutException or System.Net.Sockets.SocketException or IOException => true,
        _ => false,
    };

    public RefusalException Refusal(Exception error) => RefusalException.Unable(
        $"the database {Name} cannot be used ({(error is PostgresException { MessageText: var text } ? text : error.Message)}); what was asked for was not done unless a later look shows it. Try again when it is back");

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        _migrating.Dispose();
    }

    private async Task MigrateAsync(CancellationToken cancellation)
    {
        await _migrating.WaitAsync(cancellation);
        try
        {
            if (_migrated) return;
            await using var connection = await Source.OpenConnectionAsync(cancellation);
            await PostgresMigrations.ApplyAsync(connection, _settings.SearchPath!, Name, cancellation);
            _migrated = true;
        }
        finally
        {
            _migrating.Release();
        }
    }
}
