using Glovebox.Runs;
using Glovebox.Storage.Sqlite;
using Glovebox.Storage.Sqlite.Runs;

namespace Glovebox.Tests.Conformance.Stores;

public sealed class SqliteRunStoreConformance : RunStoreSuite
{
    private readonly string _folder = Directory.CreateTempSubdirectory("glovebox-store-").FullName;

    public SqliteRunStoreConformance() => Store = new SqliteRunStore(new SqliteDatabase(Path.Combine(_folder, "glovebox.db")));

    protected override IRunStore Store { get; }

    protected override void Close() => Directory.Delete(_folder, recursive: true);
}
