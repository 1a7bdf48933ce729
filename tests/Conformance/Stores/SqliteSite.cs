using Glovebox.Storage.Sql.Jobs;
using Glovebox.Storage.Sqlite;
using Glovebox.Storage.Sqlite.Jobs;

namespace Glovebox.Tests.Conformance.Stores;

public sealed class SqliteSite : StoreSite
{
    private readonly string _folder = Directory.CreateTempSubdirectory("glovebox-store-").FullName;
    private readonly List<SqliteJobDatabase> _open = [];

    public override Task<JobStores> OpenAsync()
    {
        _open.Add(new SqliteJobDatabase(new SqliteDatabase(Path.Combine(_folder, "glovebox.db"))));
        return Task.FromResult(new JobStores(_open[^1]));
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var database in _open) await database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
