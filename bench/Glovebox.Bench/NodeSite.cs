using Glovebox.Api.Environments;
using Glovebox.Api.Jobs;
using Glovebox.Environments;
using Glovebox.Execution;
using Glovebox.Home;
using Glovebox.Jobs;
using Glovebox.Jobs.Logs;
using Glovebox.Jobs.Nodes;
using Glovebox.Jobs.Placement;
using Glovebox.Storage.Sql.Jobs;
using Glovebox.Storage.Sqlite;
using Glovebox.Storage.Sqlite.Jobs;

namespace Glovebox.Bench;

/// <summary>The job queue put together as <c>glovebox serve</c> does, in process: SQLite on disk, one node, and one environment that is a directory.</summary>
internal sealed class NodeSite : IAsyncDisposable
{
    private readonly SqliteJobDatabase _database;
    private readonly JobStores _stores;
    private readonly GloveboxHome _home;
    private readonly ExecutionLogs _logs;
    private readonly JobNode _node;

    public NodeSite(string folder, IBackend backend, int slots, string root)
    {
        _home = new GloveboxHome(folder);
        _database = new SqliteJobDatabase(new SqliteDatabase(Path.Combine(folder, "glovebox.db")));
        _stores = new JobStores(_database);
        _logs = new ExecutionLogs(_home, _stores.Queue, TimeProvider.System);
        var environments = new OneDirectory(root);
        var resources = new Resources(backend, slots, folder, [], _ => throw new NotSupportedException(), environments, _stores.Queue, TimeProvider.System);
        _node = new JobNode(
            new NodeParts(_stores.Queue, _stores.Schedules, _stores.Jobs, environments, resources, _home, TimeProvider.System),
            new NodeSettings { Slots = slots, Project = folder, Report = Console.Error.WriteLine });
        Jobs = new JobsFeature(
            new JobParts(_stores.Jobs, _stores.Schedules, _stores.Queue, _stores.Outbox, _logs, resources, _node.List, TimeProvider.System),
            new JobSettings([]));
    }

    public JobsFeature Jobs { get; }

    public Task StartAsync() => _node.StartAsync(CancellationToken.None);

    public async Task SubmitAsync(int jobs, JobSpec spec)
    {
        var made = 0;
        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref made) <= jobs) await Jobs.SubmitAsync("bench", spec, new SubmitOptions(), CancellationToken.None);
        })));
    }

    /// <summary>Until nothing waits or runs.</summary>
    /// <exception cref="InvalidOperationException">One failed: a figure of a failure is none.</exception>
    public async Task DrainedAsync(int jobs)
    {
        var after = 0L;
        for (var ended = 0; ended < jobs;)
        {
            var events = await _stores.Jobs.ReadEventsAsync(after, 1000, CancellationToken.None);
            foreach (var happened in events)
            {
                after = happened.Id;
                if (happened.Kind != "execution.finished") continue;
                ended++;
                var execution = await Jobs.ShowExecutionAsync(happened.ExecutionId!, CancellationToken.None);
                if (execution.ExitCode != 0) throw new InvalidOperationException($"{execution.Status}: {execution.Error}");
            }

            // Seldom, so that looking costs nothing.
            if (events.Count < 1000) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    /// <summary>Fires when the store tells of news.</summary>
    public IDisposable Listen(Action heard) => _stores.Queue.Listen(_ => heard());

    public async ValueTask DisposeAsync()
    {
        await _node.StopAsync(TimeSpan.FromSeconds(10));
        _logs.Dispose();
        await _database.DisposeAsync();
    }

    private sealed class OneDirectory(string root) : IEnvironmentSource
    {
        private readonly PreparedEnvironment _environment = new(
            "bench", "", "", [root], [new BindMount("/usr", "/usr", ReadOnly: true)], new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" }, "/work", null);

        public Task<PreparedEnvironment> PrepareAsync(
            string directory, string? name, IProgress<BuildProgress> progress, CancellationToken cancellation) => Task.FromResult(_environment);

        public Task<PreparedEnvironment> PrepareRecordedAsync(string digest, IProgress<BuildProgress> progress, CancellationToken cancellation) =>
            Task.FromResult(_environment);

        public bool Knows(string directory, string name) => true;

        public IReadOnlyList<LockedPackage> Packages(string digest) => [];
    }
}
