using System.Data.Common;

namespace Glovebox.Storage.Sql;

/// <summary>Statements on one open connection, inside whatever transaction it is in.</summary>
/// <param name="keep">Keeps each statement prepared for the next time; for a connection that stays.</param>
public sealed class SqlSession(DbConnection connection, SqlDialect dialect, bool keep, CancellationToken cancellation) : IDisposable
{
    private readonly Dictionary<string, DbCommand> _kept = new(StringComparer.Ordinal);
    private DbBatch? _waiting;

    public SqlDialect Dialect { get; } = dialect;

    /// <summary>
    /// Runs a statement of whose success alone somebody wants to know, before the next one that is asked anything. Where each costs a round trip, those that
    /// follow each other share one.
    /// </summary>
    public Task WriteAsync(string sql, params (string Name, object? Value)[] values)
    {
        if (!connection.CanCreateBatch) return RunAsync(sql, values);
        _waiting ??= connection.CreateBatch();
        var command = _waiting.CreateBatchCommand();
        command.CommandText = sql;
        Fill(command.Parameters, command.CreateParameter, values);
        _waiting.BatchCommands.Add(command);
        return Task.CompletedTask;
    }

    /// <summary>Runs what was written and has not run yet.</summary>
    public async Task FlushAsync()
    {
        if (_waiting is not { } batch) return;
        _waiting = null;
        await using (batch) await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <returns>How many rows changed.</returns>
    public async Task<int> RunAsync(string sql, params (string Name, object? Value)[] values)
    {
        await FlushAsync();
        var command = Command(sql, values);
        try
        {
            return await command.ExecuteNonQueryAsync(cancellation);
        }
        finally
        {
            if (!keep) await command.DisposeAsync();
        }
    }

    public async Task<List<T>> ReadAsync<T>(string sql, Func<SqlRow, T> read, params (string Name, object? Value)[] values)
    {
        await FlushAsync();
        var command = Command(sql, values);
        try
        {
            var found = new List<T>();
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation)) found.Add(read(new SqlRow(reader)));
            return found;
        }
        finally
        {
            if (!keep) await command.DisposeAsync();
        }
    }

    /// <summary>The first row, or null (for a value type, its default).</summary>
    public async Task<T?> FirstAsync<T>(string sql, Func<SqlRow, T> read, params (string Name, object? Value)[] values)
    {
        var found = await ReadAsync(sql, read, values);
        return found.Count == 0 ? default : found[0];
    }

    /// <summary>The first value of the first row; 0 where it is null or there is no row.</summary>
    public Task<long> NumberAsync(string sql, params (string Name, object? Value)[] values) => FirstAsync(sql, static row => row.Whole(0) ?? 0, values);

    public void Dispose()
    {
        _waiting?.Dispose();
        foreach (var command in _kept.Values) command.Dispose();
    }

    private DbCommand Command(string sql, (string Name, object? Value)[] values)
    {
        if (keep && _kept.TryGetValue(sql, out var kept))
        {
            for (var i = 0; i < values.Length; i++) kept.Parameters[i].Value = Dialect.Bind(values[i].Value);
            return kept;
        }

        var command = connection.CreateCommand();
        command.CommandText = sql;
        Fill(command.Parameters, command.CreateParameter, values);
        if (keep) _kept.Add(sql, command);
        return command;
    }

    private void Fill(DbParameterCollection parameters, Func<DbParameter> create, (string Name, object? Value)[] values)
    {
        foreach (var (name, value) in values)
        {
            var parameter = create();
            parameter.ParameterName = name;
            parameter.Value = Dialect.Bind(value);
            parameters.Add(parameter);
        }
    }
}
