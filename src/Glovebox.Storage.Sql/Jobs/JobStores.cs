using Glovebox.Access;
using Glovebox.Functions.Stores;
using Glovebox.Jobs.Stores;
using Glovebox.Storage.Sql.Access;
using Glovebox.Storage.Sql.Functions;

namespace Glovebox.Storage.Sql.Jobs;

/// <summary>Every seam of the job store over one database.</summary>
public sealed class JobStores(IJobDatabase database)
{
    public IJobStore Jobs { get; } = new SqlJobStore(database);
    public ISchedules Schedules { get; } = new SqlSchedules(database);
    public IExecutionQueue Queue { get; } = new SqlExecutionQueue(database);
    public IOutbox Outbox { get; } = new SqlOutbox(database);
    public ITokens Tokens { get; } = new SqlTokens(database);
    public IFunctionStore Functions { get; } = new SqlFunctions(database);
    public ICallStore Calls { get; } = new SqlCalls(database);
    public ITickStore Ticks { get; } = new SqlCalls(database);
}
