using Glovebox.Api;
using Glovebox.Api.Jobs;
using Glovebox.Jobs;
using Glovebox.Jobs.Logs;
using Glovebox.Jobs.Placement;
using Glovebox.Jobs.Stores;
using Glovebox.Storage.Sql.Jobs;
using Glovebox.Storage.Sqlite;
using Glovebox.Storage.Sqlite.Jobs;

namespace Glovebox.Tests.Jobs;

/// <summary>The jobs over a database of a test's own and a clock that the test turns.</summary>
internal sealed class JobSite : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("glovebox-jobs-").FullName;
    private readonly SqliteJobDatabase _database;

    public JobSite(DateTimeOffset? start = null)
    {
        Clock = start is { } time ? new FakeClock(time) : new FakeClock();
        _database = new SqliteJobDatabase(new SqliteDatabase(Path.Combine(_folder, "glovebox.db")));
        Stores = new JobStores(_database);
        Parts = new JobParts(Stores.Jobs, Stores.Schedules, Stores.Queue, Stores.Outbox, Logs, Resources, () => [], Clock);
        Jobs = new JobsFeature(Parts, new JobSettings(["/data"]));
    }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public FakeClock Clock { get; }
    public JobStores Stores { get; }
    public JobParts Parts { get; }
    public JobsFeature Jobs { get; }
    public LogsOfTest Logs { get; } = new();
    public ResourcesOfTest Resources { get; } = new();
    public DateTimeOffset Now => Clock.GetUtcNow();

    public static JobSpec Spec(params string[] command) => new() { Image = "debian", Command = command.Length == 0 ? ["true"] : command };

    public Task<SubmittedJob> SubmitAsync(JobSpec? spec = null, string task = "train", SubmitOptions? options = null) =>
        Jobs.SubmitAsync(task, spec ?? Spec(), options ?? new SubmitOptions(), Cancellation);

    /// <summary>Runs one execution to its end, as a node would.</summary>
    public async Task<JobExecution> FinishAsync(Glovebox.Api.Execution.ExecutionState state, Glovebox.Api.Execution.FailureClass? failure = null, int? exitCode = null)
    {
        await Stores.Queue.JoinAsync(new Node("n1", "m1", null, 1), Now, Cancellation);
        var claimed = Assert.Single(await Stores.Queue.ClaimAsync(new Claim("n1", 1, [], Now), Cancellation));
        Assert.True(await Stores.Queue.FinishAsync(
            new ExecutionFinish(claimed.Key, state, failure, exitCode, null, Now, Now, 1, null, 0, 0, false, [], null), Cancellation));
        return await Jobs.ShowExecutionAsync(claimed.Execution.Id, Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

internal sealed class LogsOfTest : IExecutionLogs
{
    public List<string> Removed { get; } = [];

    public Task<LogPiece> ReadAsync(
        JobExecution execution, LogStream stream, long position, bool wait, Func<CancellationToken, Task<JobExecution>> refresh,
        CancellationToken cancellation) => Task.FromResult(new LogPiece(System.Text.Encoding.UTF8.GetBytes(execution.Id), position + 1, true));

    public Stream OpenOutput(JobExecution execution, string path) => throw RefusalException.NotFound($"{path} was not kept");

    public void Remove(IEnumerable<string> executionIds) => Removed.AddRange(executionIds);
}

internal sealed class ResourcesOfTest : IResources
{
    public Dictionary<string, bool> Drained { get; } = [];

    public IReadOnlyList<ResourceStatus> Status(IReadOnlyDictionary<string, int> running) => [];

    public Task SetDrainedAsync(string resource, bool drained, CancellationToken cancellation)
    {
        Drained[resource] = drained;
        return Task.CompletedTask;
    }
}
