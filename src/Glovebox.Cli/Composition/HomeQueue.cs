using Glovebox.Access;
using Glovebox.Api;
using Glovebox.Api.Access;
using Glovebox.Api.Jobs;
using Glovebox.Home;
using Glovebox.Jobs;
using Glovebox.Jobs.Logs;
using Glovebox.Jobs.Placement;
using Glovebox.Storage.Sql.Jobs;

namespace Glovebox.Cli.Composition;

/// <summary>The queue as a verb without a server has it: it reads and changes the store, and runs nothing.</summary>
internal sealed class HomeQueue
{
    public HomeQueue(GloveboxHome home, IJobDatabase database, bool isShared, TimeProvider time)
    {
        IsShared = isShared;
        var stores = Stores = new JobStores(database);
        var logs = new ExecutionLogs(home, stores.Queue, time);
        Jobs = new JobsFeature(
            new JobParts(stores.Jobs, stores.Schedules, stores.Queue, stores.Outbox, logs, new NoResources(), static () => [], time), new JobSettings([]));
        Tokens = new TokensFeature(stores.Tokens, time);
    }

    public JobStores Stores { get; }

    /// <summary>It is not the home's own.</summary>
    public bool IsShared { get; }

    public IJobs Jobs { get; }

    public ITokenAccess Tokens { get; }

    /// <summary>Boxes start where a server runs.</summary>
    private sealed class NoResources : IResources
    {
        public IReadOnlyList<ResourceStatus> Status(IReadOnlyDictionary<string, int> running) => [];

        public Task SetDrainedAsync(string resource, bool drained, CancellationToken cancellation) =>
            throw RefusalException.Conflict("no server runs here: resources belong to one; start 'glovebox serve', or name one with --server");
    }
}
