namespace Glovebox.Tests.Conformance.Stores;

public sealed class SqliteJobStoreConformance() : JobStoreSuite(new SqliteSite());

public sealed class SqliteJobSearchConformance() : JobSearchSuite(new SqliteSite());

public sealed class SqliteQueueConformance() : ExecutionQueueSuite(new SqliteSite());

public sealed class SqliteCrowdConformance() : CrowdSuite(new SqliteSite());

public sealed class SqliteSchedulesConformance() : SchedulesSuite(new SqliteSite());

public sealed class SqliteOutboxConformance() : OutboxSuite(new SqliteSite());

public sealed class SqliteTokensConformance() : TokensSuite(new SqliteSite());

public sealed class SqliteFunctionsConformance() : FunctionsSuite(new SqliteSite());
