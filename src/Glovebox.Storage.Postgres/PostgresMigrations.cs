using Glovebox.Api;
using Npgsql;

namespace Glovebox.Storage.Postgres;

/// <summary>Brings a database to this program's schema: numbered SQL files, each applied once, one node at a time.</summary>
internal static class PostgresMigrations
{
    private const string Prefix = "Glovebox.Storage.Postgres.Migrations.";
    private const long Lock = 0x676C6F7665626F78;

    private static readonly string[] Files = ["001-jobs.sql", "003-functions.sql", "007-jobs.sql"];

    public static async Task ApplyAsync(NpgsqlConnection connection, string schema, string database, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await RunAsync($"select pg_advisory_xact_lock({Lock})");
        await RunAsync($"create schema if not exists \"{schema.Replace("\"", "", StringComparison.Ordinal)}\"");
        await RunAsync("create table if not exists migrations (version bigint primary key, applied_at timestamptz not null default now())");
        var version = (long)(await RunAsync("select coalesce(max(version), 0) from migrations"))!;
        if (version > Files.Length)
            throw RefusalException.Unable($"the database {database} was made by a newer Glovebox (schema {version}, this one knows {Files.Length}); use that version");
        for (var next = version; next < Files.Length; next++)
        {
            await RunAsync(Read(Files[next]));
            await RunAsync($"insert into migrations (version) values ({next + 1})");
        }

        await transaction.CommitAsync(cancellation);

        async Task<object?> RunAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction) { CommandTimeout = 0 };
            return await command.ExecuteScalarAsync(cancellation);
        }
    }

    private static string Read(string file)
    {
        using var stream = typeof(PostgresMigrations).Assembly.GetManifestResourceStream(Prefix + file)
            ?? throw new InvalidOperationException($"{file} is not embedded");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
