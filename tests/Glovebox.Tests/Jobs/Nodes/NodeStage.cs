using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Execution;
using Glovebox.Home;
using Glovebox.Jobs.Logs;
using Glovebox.Jobs.Nodes;
using Glovebox.Jobs.Placement;
using Glovebox.Jobs.Stores;
using Glovebox.Storage.Sql.Jobs;
using Glovebox.Storage.Sqlite;
using Glovebox.Storage.Sqlite.Jobs;
using Glovebox.Tests.Files;

namespace Glovebox.Tests.Jobs.Nodes;

/// <summary>A store, a home and nodes on it, which a test starts and kills.</summary>
internal sealed class NodeStage : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();
    private readonly SqliteJobDatabase _database;
    private readonly List<JobNode> _nodes = [];

    public NodeStage()
    {
        _database = new SqliteJobDatabase(new SqliteDatabase(_folder["store.db"]));
        Store = new JobStores(_database);
        Home = NewHome("home");
    }

    public JobStores Store { get; }
    public GloveboxHome Home { get; }
    public ScriptedBackend Backend { get; init; } = new();

    public GloveboxHome NewHome(string name) => new(_folder.Make(name));

    public async Task<JobNode> StartNodeAsync(
        IExecutionQueue? queue = null, IBackend? backend = null, GloveboxHome? home = null, Func<NodeSettings, NodeSettings>? change = null,
        IReadOnlyList<ResourceSpec>? groups = null, Func<HostSpec, HostEngine>? connect = null, Action<Resources>? made = null)
    {
        home ??= Home;
        queue ??= Store.Queue;
        var settings = new NodeSettings
        {
            Slots = 10, Project = _folder.Path, Beat = TimeSpan.FromMilliseconds(100), Report = line => TestContext.Current.SendDiagnosticMessage(line),
        };
        settings = change?.Invoke(settings) ?? settings;
        var environments = new NoEnvironments();
        var resources = new Resources(
            backend ?? Backend, settings.Slots, settings.Project, groups ?? [], connect ?? (_ => throw new NotSupportedException()), environments, queue,
            TimeProvider.System);
        made?.Invoke(resources);
        var node = new JobNode(new NodeParts(queue, Store.Schedules, Store.Jobs, environments, resources, home, TimeProvider.System), settings);
        _nodes.Add(node);
        await node.StartAsync(CancellationToken.None);
        return node;
    }

    /// <summary>Ends a node as a kill does. It is the test's own process: none of its threads goes on when this returns.</summary>
    public static async Task KillAsync(JobNode node, Gate gate)
    {
        var leaving = node.DisposeAsync();
        gate.Abandon();
        await leaving;
    }

    public ExecutionLogs Logs() => new(Home, Store.Queue, TimeProvider.System);

    public ExecutionFolder FolderOf(string executionId) => new(Home, executionId);

    public static JobSpec Spec(params string[] command) => new() { Environment = "host", Command = command.Length == 0 ? ["true"] : command };

    /// <summary>The id of the job's first execution.</summary>
    public async Task<string> SubmitAsync(JobSpec? spec = null, string task = "task", DateTimeOffset? availableAt = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        var job = new Job
        {
            Id = Guid.CreateVersion7(now).ToString(), Task = task, Status = JobState.Queued, Spec = spec ?? Spec(), CreatedAt = now, ModifiedAt = now,
        };
        var count = job.Spec.Array?.Count ?? 1;
        var executions = Enumerable.Range(0, (int)count).Select(position => new NewExecution(new JobExecution
        {
            Id = Guid.CreateVersion7(now).ToString(), JobId = job.Id, Task = task, Status = ExecutionState.Queued, CreatedAt = now,
            AvailableAt = availableAt ?? now, Priority = job.Spec.Priority, ArrayPosition = job.Spec.Array is null ? null : position,
        })).ToList();
        await Store.Jobs.SubmitAsync(new NewJob(job, executions, null, "", false), CancellationToken.None);
        return executions[0].Execution.Id;
    }

    public async Task<JobExecution> ShowAsync(string id) => Assert.Single(await Store.Jobs.FindExecutionsAsync(id, 1, CancellationToken.None));

    public Task<JobExecution> EndedAsync(string id) => UntilAsync(() => ShowAsync(id), e => e.Status > ExecutionState.Running);

    public Task<JobExecution> RunsAsync(string id) => UntilAsync(() => ShowAsync(id), e => e.Status == ExecutionState.Running);

    /// <summary>Looks again after each commit.</summary>
    public async Task<T> UntilAsync<T>(Func<Task<T>> look, Func<T, bool> enough)
    {
        using var heard = new SemaphoreSlim(1);
        using var listening = Store.Queue.Listen(_ => heard.Release());
        using var patience = new CancellationTokenSource(Patience);
        T last = default!;
        while (true)
        {
            try
            {
                await heard.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"It did not come to that. What there is: {last}");
            }
            last = await look();
            if (enough(last)) return last;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
        await _database.DisposeAsync();
        _folder.Dispose();
    }
}
