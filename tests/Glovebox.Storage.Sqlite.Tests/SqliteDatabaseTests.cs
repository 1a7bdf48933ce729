using Glovebox.Api;
using Glovebox.Api.Runs;
using Glovebox.Storage.Sqlite;
using Glovebox.Storage.Sqlite.Runs;

namespace Glovebox.Tests.Storage.Sqlite;

public sealed class SqliteDatabaseTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("glovebox-db-").FullName;

    private string File => Path.Combine(_folder, "glovebox.db");

    [Fact]
    public async Task A_file_that_is_no_database_is_named_and_left_as_it_is()
    {
        await System.IO.File.WriteAllTextAsync(File, new string('x', 8192));

        var refusal = await Assert.ThrowsAsync<RefusalException>(ListAsync);

        Assert.Equal(RefusalKind.Unable, refusal.Kind);
        Assert.Contains(File, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(new string('x', 8192), await System.IO.File.ReadAllTextAsync(File));
    }

    [Fact]
    public async Task A_database_of_a_newer_program_is_refused()
    {
        await ListAsync();
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={File}"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "pragma user_version = 99";
            command.ExecuteNonQuery();
        }

        var refusal = await Assert.ThrowsAsync<RefusalException>(ListAsync);

        Assert.Contains("newer Glovebox (schema 99", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_named()
    {
        var store = new SqliteRunStore(new SqliteDatabase("/nowhere/at/all/glovebox.db"));

        var refusal = await Assert.ThrowsAsync<RefusalException>(() => store.ListAsync(new RunFilter(), null, CancellationToken.None));

        Assert.Contains("/nowhere/at/all/glovebox.db", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_first_uses_at_once_make_one_schema()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(ListAsync)));

        Assert.Empty(await new SqliteRunStore(new SqliteDatabase(File)).ListAsync(new RunFilter(), null, CancellationToken.None));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<IReadOnlyList<Run>> ListAsync() =>
        new SqliteRunStore(new SqliteDatabase(File)).ListAsync(new RunFilter(), null, CancellationToken.None);
}
