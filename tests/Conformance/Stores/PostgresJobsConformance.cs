namespace Glovebox.Tests.Conformance.Stores;

public sealed class PostgresJobStoreConformance() : JobStoreSuite(new PostgresSite());

public sealed class PostgresJobSearchConformance() : JobSearchSuite(new PostgresSite());

public sealed class PostgresQueueConformance() : ExecutionQueueSuite(new PostgresSite());

public sealed class PostgresCrowdConformance() : CrowdSuite(new PostgresSite());

public sealed class PostgresSchedulesConformance() : SchedulesSuite(new PostgresSite());

public sealed class PostgresOutboxConformance() : OutboxSuite(new PostgresSite());

public sealed class PostgresTokensConformance() : TokensSuite(new PostgresSite());

public sealed class PostgresFunctionsConformance() : FunctionsSuite(new PostgresSite());
