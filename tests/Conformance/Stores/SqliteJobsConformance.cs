namespace Glovebox.Tests.Conformance.Stores;

public sealed class SqliteJobStoreConformance() : JobStoreSuite(new SqliteSite());
