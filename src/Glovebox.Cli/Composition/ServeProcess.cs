using System.Net;
using Glovebox.Access;
using Glovebox.Api;
using Glovebox.Backends.Oci;
using Glovebox.Cli.Serve;
using Glovebox.Environments;
using Glovebox.Functions;
using Glovebox.Functions.Pool;
using Glovebox.Home;
using Glovebox.Jobs;
using Glovebox.Jobs.Deliveries;
using Glovebox.Jobs.Logs;
using Glovebox.Jobs.Nodes;
using Glovebox.Jobs.Placement;
using Glovebox.Jobs.Schedules;
using Glovebox.Jobs.Settings;
using Glovebox.Server;
using Glovebox.Storage.Postgres.Jobs;
using Glovebox.Storage.Sql.Jobs;

namespace Glovebox.Cli.Composition;

/// <summary>One node of the queue, put together: store, executor, scheduler, outbox, API.</summary>
internal sealed class ServeProcess(GloveboxHome home, Features parts, TimeProvider time) : IServe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public async Task RunAsync(ServeRequest request, Action<string> tell, Action<IReadOnlyList<string>> listening, CancellationToken cancellation)
    {
        var settings = Settings(request.Config);
        using var only = LocalServers.Claim(home);
        if (only is null && request.Postgres is null) throw AnotherServes();
        await using var postgres = request.Postgres is { } connection ? new PostgresJobDatabase(connection, time) : null;
        await using var own = postgres is null ? parts.OpenQueue() : null;
        var stores = new JobStores(postgres ?? (IJobDatabase)own!);
        var token = LocalServers.NewToken();
        var access = new HomeAccess(new TokensFeature(stores.Tokens, time), token, time);
        var project = Directory.GetCurrentDirectory();
        var deliveries = new DeliverySettings(settings.WebhookSecret ?? WebhookSecret.Of(home), settings.Smtp);
        var slots = request.Executions ?? Environment.ProcessorCount;
        var environments = parts.EnvironmentSource;
        using var oci = new OciBackend(time, slots);
        var hosts = new ContainerHosts(settings.Resources, time);
        var resources = new Resources(oci, slots, project, hosts.Specs, hosts.Connect, environments, stores.Queue, time);
        using var logs = new ExecutionLogs(home, stores.Queue, time);
        var node = new JobNode(
            new NodeParts(stores.Queue, stores.Schedules, stores.Jobs, environments, resources, home, time),
            new NodeSettings { Slots = slots, Project = project, Volumes = settings.Volumes, LogLimitBytes = settings.LogLimitBytes, Report = tell });
        var jobs = new JobsFeature(
            new JobParts(stores.Jobs, stores.Schedules, stores.Queue, stores.Outbox, logs, resources, node.List, time),
            new JobSettings(settings.Volumes, settings.DefaultTimeout, settings.LongestTimeout));
        var functionParts = HomeFunctions.Parts(home, stores, shared: postgres is not null, environments, oci, time, tell);
        await using var pool = new FunctionPool(oci, home, time);
        using var functionNode = new FunctionNode(functionParts, pool);
        await using var server = await GloveboxServer.StartAsync(
            new ServerParts
            {
                Urls = request.Urls, Jobs = jobs, Tokens = access, Clock = time, Version = Product.Text,
                Functions = new FunctionsFeature(functionParts, functionNode), FunctionNode = functionNode,
                FastlaneNetwork = settings.FastlaneNetwork, Machine = node.Machine,
                Elsewhere = new LogPlaces(home, stores.Jobs, node.Machine, node.List).FindAsync,
                NodeOf = machine => node.List().Where(other => other.Machine == machine && other.Alive && other.Url is not null).MaxBy(other => other.StartedAt),
            },
            cancellation);
        await node.StartAsync(cancellation, request.Announce ?? Reachable(new Uri(server.Urls[0])));
        if (only is not null) LocalServers.Announce(home, new LocalServer(new Uri(server.Urls[0]), token));
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] loops =
        [
            new Scheduler(stores.Schedules, stores.Queue, time, tell).RunAsync(ending.Token),
            new OutboxLoop(stores.Outbox, stores.Schedules, stores.Queue, deliveries, time, Random.Shared, tell, functionNode.AcceptAsync).RunAsync(ending.Token),
            new Retention(stores.Jobs, logs, time, tell).RunAsync(ending.Token),
            functionNode.RunAsync(ending.Token),
        ];
        listening(server.Urls);
        // A loop that ends before it is told to has met a bug: the process ends with it, and its work is adopted by the next.
        var first = await Task.WhenAny([.. loops, Task.Delay(Timeout.InfiniteTimeSpan, time, cancellation)]);
        await ending.CancelAsync();
        await server.StopAsync(CancellationToken.None);
        await node.StopAsync(Patience);
        await Task.WhenAll(loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!cancellation.IsCancellationRequested) await first;
    }

    /// <summary>For other machines "every address" is none: this one's name is the best guess.</summary>
    private static string Reachable(Uri bound) =>
        IPAddress.TryParse(bound.DnsSafeHost, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
        ? new UriBuilder(bound) { Host = Dns.GetHostName() }.Uri.AbsoluteUri
        : bound.AbsoluteUri;

    /// <summary>One server a home: two on one SQLite file would not hear of each other's work.</summary>
    private RefusalException AnotherServes() => RefusalException.Conflict(
        $"another 'glovebox serve' has the home {home.Root}. End it, set GLOVEBOX_HOME to another, or share a store with --store postgres:…");

    private ServerSettings Settings(string? given)
    {
        var path = given ?? Path.Combine(home.Root, "server.yaml");
        return given is null && !File.Exists(path) ? new ServerSettings() : ServerSettingsFile.Read(path, Environment.GetEnvironmentVariable);
    }
}
