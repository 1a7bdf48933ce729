using Glovebox.Api.Environments;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Environments;
using Glovebox.Execution;
using Glovebox.Home;
using Glovebox.Jobs.Nodes;
using Glovebox.Jobs.Placement;
using Glovebox.Jobs.Stores;
using Glovebox.Storage.Sql.Jobs;
using Glovebox.Storage.Sqlite;
using Glovebox.Storage.Sqlite.Jobs;
using Glovebox.Tests.Conformance.Suite;

namespace Glovebox.Tests.Conformance.Jobs;

/// <summary>A node on a real backend, whose one environment is this machine's own programs.</summary>
internal sealed class RealNode : IEnvironmentSource, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TestBox _box = new(isolated: true);
    private readonly SqliteJobDatabase _database;
    private readonly IBackend _backend;
    private readonly List<JobNode> _nodes = [];

    public RealNode(IBackend backend)
    {
        _backend = backend;
        _database = new SqliteJobDatabase(new SqliteDatabase(Path.Combine(_box.Root, "store.db")));
        Store = new JobStores(_database);
        Home = new GloveboxHome(_box.Make("home"));
    }

    public JobStores Store { get; }
    public GloveboxHome Home { get; }

    public async Task<JobNode> StartAsync(int slots = 8, long logLimit = 1_000_000_000, params string[] volumes)
    {
        var settings = new NodeSettings { Slots = slots, Project = _box.Root, LogLimitBytes = logLimit, Volumes = volumes };
        var resources = new Resources(
            _backend, slots, _box.Root, [], _ => throw new NotSupportedException(), this, Store.Queue, TimeProvider.System);
        var node = new JobNode(new NodeParts(Store.Queue, Store.Schedules, Store.Jobs, this, resources, Home, TimeProvider.System), settings);
        _nodes.Add(node);
        await node.StartAsync(CancellationToken.None);
        return node;
    }

    public async Task<string> SubmitAsync(JobSpec spec)
    {
        var now = TimeProvider.System.GetUtcNow();
        var job = new Job
        {
            Id = Guid.CreateVersion7(now).ToString(), Task = "task", Status = JobState.Queued, Spec = spec, CreatedAt = now, ModifiedAt = now,
        };
        var execution = new JobExecution
        {
            Id = Guid.CreateVersion7(now).ToString(), JobId = job.Id, Task = "task", Status = ExecutionState.Queued, CreatedAt = now, AvailableAt = now,
        };
        await Store.Jobs.SubmitAsync(new NewJob(job, [new NewExecution(execution)], null, "", false), CancellationToken.None);
        return execution.Id;
    }

    public static JobSpec Shell(string program) => new() { Environment = "host", Command = ["/bin/sh", "-c", program] };

    public Task<JobExecution> EndedAsync(string id) => UntilAsync(id, e => e.Status > ExecutionState.Running);

    public async Task<JobExecution> UntilAsync(string id, Func<JobExecution, bool> enough)
    {
        using var heard = new SemaphoreSlim(1);
        using var listening = Store.Queue.Listen(_ => heard.Release());
        while (await heard.WaitAsync(Patience))
        {
            var last = Assert.Single(await Store.Jobs.FindExecutionsAsync(id, 1, CancellationToken.None));
            if (enough(last)) return last;
        }
        throw new TimeoutException($"execution {id}");
    }

    public Task<PreparedEnvironment> PrepareAsync(
        string directory, string? name, IProgress<BuildProgress> progress, CancellationToken cancellation) =>
        Task.FromResult(new PreparedEnvironment(
            name!, "sha256:0", "sha256:1", [_box.Layer], [.. _box.Request("x").Mounts], _box.Request("x").Environment, "/work", null));

    public Task<PreparedEnvironment> PrepareRecordedAsync(string digest, IProgress<BuildProgress> progress, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public bool Knows(string directory, string name) => true;

    public IReadOnlyList<LockedPackage> Packages(string digest) => [];

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.StopAsync(TimeSpan.Zero);
        await _database.DisposeAsync();
        _box.Dispose();
    }
}
