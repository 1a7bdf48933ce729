using Glovebox.Api.Runs;
using Glovebox.Storage.Sqlite;
using Glovebox.Storage.Sqlite.Runs;
using Microsoft.Data.Sqlite;

namespace Glovebox.Tests.Storage.Sqlite.Runs;

/// <summary>A home of last year's Glovebox: its runs are found as if this one had written them.</summary>
public sealed class MigrationTests : IDisposable
{
    private static readonly string[] Before = ["001-runs.sql", "002-jobs.sql", "003-functions.sql", "004-snapshots.sql", "005-run-values.sql", "007-jobs.sql"];

    private readonly string _folder = Directory.CreateTempSubdirectory("glovebox-db-").FullName;

    [Fact]
    public async Task Runs_of_an_older_schema_are_searched_like_new_ones()
    {
        var cancellation = TestContext.Current.CancellationToken;
        Run[] runs =
        [
            DocumentTests.Full,
            DocumentTests.Full with
            {
                Id = "aaaaaaaaaaaa", ExitCode = null, FailureClass = null, Git = null, Usage = null, Sweep = null, Message = null, Tags = ["é", "b"],
                Params = new() { ["lr"] = 0.1, ["deep"] = true, ["name"] = "x" }, StartedAt = DocumentTests.Full.StartedAt.AddSeconds(1),
            },
        ];
        var written = Path.Combine(_folder, "new.db");
        var store = new SqliteRunStore(new SqliteDatabase(written));
        foreach (var run in runs) Assert.True(await store.KeepAsync(run, cancellation));
        var old = Path.Combine(_folder, "old.db");
        MakeOld(old, written);

        var found = await new SqliteRunStore(new SqliteDatabase(old)).ListAsync(new RunFilter(), null, cancellation);

        Assert.Equal(["aaaaaaaaaaaa", DocumentTests.Full.Id], found.Select(run => run.Id));
        foreach (var table in new[] { "runs", "run_values" }) Assert.Equal(Dump(written, table), Dump(old, table));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void MakeOld(string path, string from)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        foreach (var file in Before)
        {
            using var script = new StreamReader(typeof(SqliteDatabase).Assembly.GetManifestResourceStream($"Glovebox.Storage.Sqlite.Migrations.{file}")!);
            Do(connection, script.ReadToEnd());
        }
        Do(connection, $"pragma user_version = {Before.Length}");
        Do(connection, $"attach '{from}' as new; insert into runs select id, started_at, status, project, handle, document from new.runs");
    }

    private static void Do(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static List<string> Dump(string path, string table)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"select * from {table}";
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
            rows.Add(string.Join(" | ", Enumerable.Range(0, reader.FieldCount).Select(i => $"{reader.GetName(i)}={(reader.IsDBNull(i) ? "null" : reader.GetValue(i))}")));
        rows.Sort(StringComparer.Ordinal);
        return rows;
    }
}
