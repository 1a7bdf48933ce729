using Glovebox.Snapshots.Records;
using Glovebox.Storage.Sqlite;
using Glovebox.Storage.Sqlite.Snapshots;

namespace Glovebox.Tests.Conformance.Stores;

public sealed class SqliteSnapshotStoreConformance : SnapshotStoreSuite
{
    private readonly string _folder = Directory.CreateTempSubdirectory("glovebox-store-").FullName;

    public SqliteSnapshotStoreConformance() => Store = new SqliteSnapshotStore(new SqliteDatabase(Path.Combine(_folder, "glovebox.db")));

    protected override ISnapshotStore Store { get; }

    protected override void Close() => Directory.Delete(_folder, recursive: true);
}
