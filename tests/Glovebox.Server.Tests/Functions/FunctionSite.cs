using System.Text;
using Glovebox.Api.Functions;
using Glovebox.Execution;
using Glovebox.Functions;
using Glovebox.Functions.Deploying;
using Glovebox.Home;
using Glovebox.Server.Tests.Harness;
using Glovebox.Storage.Sql.Jobs;
using Glovebox.Storage.Sqlite;
using Glovebox.Storage.Sqlite.Jobs;

namespace Glovebox.Server.Tests.Functions;

/// <summary>A real server with real functions in a home of the test's own, before a pool that has no boxes.</summary>
internal sealed class FunctionSite : IAsyncDisposable
{
    private const string Handler = "def handle(params):\n    return params\n";

    private readonly string _folder;
    private readonly SqliteJobDatabase _database;
    private readonly FunctionNode _node;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _running;

    private FunctionSite(string folder, SqliteJobDatabase database, FunctionNode node, FunctionsFeature functions, FakePool pool, Served served)
    {
        (_folder, _database, _node, Functions, Pool, Served) = (folder, database, node, functions, pool, served);
        _running = node.RunAsync(_ending.Token);
    }

    public FunctionsFeature Functions { get; }
    public FakePool Pool { get; }
    public Served Served { get; }

    /// <param name="store">A database that another site has too; its own where there is none.</param>
    /// <param name="elsewhere">The server of the node of machine <paramref name="of"/>.</param>
    public static async Task<FunctionSite> StartAsync(SqliteJobDatabase? store = null, Uri? elsewhere = null, string of = "", FakeTokens? tokens = null)
    {
        var folder = Directory.CreateTempSubdirectory("glovebox-server-functions-").FullName;
        var database = store ?? new SqliteJobDatabase(new SqliteDatabase(Path.Combine(folder, "glovebox.db")));
        var (stores, pool) = (new JobStores(database), new FakePool());
        var parts = new FunctionParts(
            stores.Functions, stores.Calls, stores.Ticks, new FakeEnvironments(), new NoBackend(), new GloveboxHome(Path.Combine(folder, "home")), folder,
            () => InstallSettings.None, TimeProvider.System, static _ => { });
        var node = new FunctionNode(parts, pool);
        var functions = new FunctionsFeature(parts, node);
        var served = await Served.StartAsync(tokens, functions: functions, functionNode: node, elsewhere: elsewhere, of: of, machine: parts.Node);
        var site = new FunctionSite(folder, database, node, functions, pool, served) { Machine = parts.Node, OwnsStore = store is null };
        await functions.CreateRuntimeAsync("py", new RuntimeSpec { Environment = "host" }, CancellationToken.None);
        return site;
    }

    public required string Machine { get; init; }
    public required bool OwnsStore { get; init; }
    public SqliteJobDatabase Store => _database;

    public async Task DeployAsync(string name, FunctionSpec? spec = null, string code = Handler)
    {
        using var bundle = new MemoryStream(Encoding.UTF8.GetBytes(code));
        await Functions.DeployAsync(name, spec ?? new FunctionSpec { Runtime = "py" }, bundle, "handler.py", CancellationToken.None);
    }

    /// <summary>The record of a call when it has ended.</summary>
    public async Task<Call> EndAsync(string id)
    {
        while (true)
        {
            var call = await Functions.ShowCallAsync(id, TestContext.Current.CancellationToken);
            if (call.Status > CallStatus.Running) return call;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Served.DisposeAsync();
        _node.Dispose();
        _ending.Dispose();
        if (OwnsStore) await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Nothing here installs dependencies.</summary>
    private sealed class NoBackend : IBackend
    {
        public string Name => "none";

        public BackendCapabilities Capabilities => new(true, true, true, true);

        public Task<StartResult> StartAsync(ExecutionRequest request, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<IInstance?> AdoptAsync(InstanceHandle handle, CancellationToken cancellation) => Task.FromResult<IInstance?>(null);
    }
}
