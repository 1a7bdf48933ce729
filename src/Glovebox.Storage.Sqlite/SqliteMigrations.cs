using Dapper;
using Glovebox.Api;
using Microsoft.Data.Sqlite;

namespace Glovebox.Storage.Sqlite;

/// <summary>Brings a database to this program's schema: numbered SQL files, each applied once, in one transaction.</summary>
internal static class SqliteMigrations
{
    private const string Prefix = "Glovebox.Storage.Sqlite.Migrations.";

    private static readonly string[] Files =
    [
        "001-runs.sql", "002-jobs.sql", "003-functions.sql", "004-snapshots.sql", "005-run-values.sql", "007-jobs.sql", "008-run-search.sql",
    ];

    public static void Apply(SqliteConnection connection)
    {
        if (Version(connection) == Files.Length) return;
        using var transaction = connection.BeginTransaction(deferred: false);
        // Another process may have migrated while this one waited for the transaction.
        var version = Version(connection);
        if (version > Files.Length)
            throw RefusalException.Unable($"the database {connection.DataSource} was made by a newer Glovebox (schema {version}, this one knows {Files.Length}); use that version");
        foreach (var file in Files.Skip(version)) connection.Execute(Read(file), transaction: transaction);
        connection.Execute($"pragma user_version = {Files.Length}", transaction: transaction);
        transaction.Commit();
    }

    private static int Version(SqliteConnection connection) => connection.ExecuteScalar<int>("pragma user_version");

    private static string Read(string file)
    {
        using var stream = typeof(SqliteMigrations).Assembly.GetManifestResourceStream(Prefix + file)
            ?? throw new InvalidOperationException($"{file} is not embedded");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
