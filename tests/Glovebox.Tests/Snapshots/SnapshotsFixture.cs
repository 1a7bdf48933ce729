using Glovebox.Api.Runs;
using Glovebox.Api.Snapshots;
using Glovebox.Blobs;
using Glovebox.Environments;
using Glovebox.Snapshots;
using Glovebox.Storage.Sqlite;
using Glovebox.Storage.Sqlite.Snapshots;

namespace Glovebox.Tests.Snapshots;

/// <summary>A project, and snapshots over a store of its own.</summary>
internal sealed class SnapshotsFixture : IDisposable
{
    private readonly TreesFixture _trees = new();

    public SnapshotsFixture()
    {
        Directory.CreateDirectory(_trees.Home.Root);
        // The root of a project, wherever the temporary folder is.
        File.WriteAllText(Path.Join(Root, "glovebox.yaml"), "");
        Store = new SqliteSnapshotStore(new SqliteDatabase(_trees.Home.Database));
        Snapshots = Open();
    }

    public string Root => _trees.Root;

    public string Blobs => _trees.Home.Blobs;

    public FolderBlobStore BlobStore => _trees.Blobs;

    public string Elsewhere => _trees.Folder.Make("elsewhere");

    public string Beside(string name) => _trees.Folder[name];

    public SqliteSnapshotStore Store { get; }

    public SnapshotsFeature Snapshots { get; }

    /// <summary>As another process would see it.</summary>
    /// <param name="step">Called before each change of a checkout.</param>
    public SnapshotsFeature Open(Action? step = null)
    {
        var trees = new Trees(_trees.Blobs, _trees.Home, _trees.Time) { BeforeEachChange = step };
        return new SnapshotsFeature(_trees.Home, Store, trees, _trees.Blobs, new NoPins(), () => new NoRuns(), _trees.Time, step);
    }

    public void Write(string path, string content) => _trees.Write(path, content);

    public string Read(string path) => File.ReadAllText(Path.Join(Root, path));

    /// <summary>The tree as text, without what a checkout that died has left beside it: no tree ever holds that.</summary>
    public string List() => Listing.Of(Root, without: static path => path.StartsWith(".glovebox-checkout-", StringComparison.Ordinal));

    public async Task<Snapshot> CreateAsync(string message, params string[] paths) =>
        (await Snapshots.CreateAsync(new SnapshotRequest { Directory = Root, Message = message, Paths = paths }, CancellationToken.None)).Snapshot;

    public Task<CheckoutResult> CheckoutAsync(string name, bool save = false, bool force = false, string? to = null) =>
        Snapshots.CheckoutAsync(new CheckoutRequest(name, Root, to, save, force), CancellationToken.None);

    public Task<ProjectStatus> StatusAsync() => Snapshots.StatusAsync(Root, CancellationToken.None);

    public void Dispose() => _trees.Dispose();

    private sealed class NoPins : IEnvironmentPins
    {
        public string? PinOf(string directory) => null;

        public bool Pin(string directory, string digest) => false;

        public IReadOnlyDictionary<string, string> Versions(string digest) => new Dictionary<string, string>();
    }

    /// <summary>A home in which nothing was run.</summary>
    private sealed class NoRuns : IRuns
    {
        public Task<Run> StartAsync(RunRequest request, RunStreams streams, IProgress<Api.Environments.BuildProgress> progress, CancellationToken cancellation) => throw Never();

        public Task<RerunResult> RerunAsync(RerunRequest request, RunStreams streams, IProgress<Api.Environments.BuildProgress> progress, CancellationToken cancellation) => throw Never();

        public Task<IReadOnlyList<Run>> ListAsync(RunFilter filter, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<Run>>([]);

        public Task<Run> GetAsync(string id, CancellationToken cancellation) => throw Api.RefusalException.NotFound($"no run '{id}'");

        public Task<Run> WaitAsync(string id, CancellationToken cancellation) => throw Never();

        public Task<Run> CancelAsync(string id, CancellationToken cancellation) => throw Never();

        public Task CopyLogAsync(string id, Stream? output, Stream? error, bool follow, CancellationToken cancellation) => throw Never();

        public Task<IReadOnlyList<MetricSeries>> SeriesAsync(string id, CancellationToken cancellation) => throw Never();

        public Task<Run> CopyOutputsAsync(string id, string directory, CancellationToken cancellation) => throw Never();

        public Task<RunDiff> DiffAsync(string a, string b, CancellationToken cancellation) => throw Never();

        public Task RemoveAsync(string id, CancellationToken cancellation) => throw Never();

        private static NotSupportedException Never() => new("nothing is run here");
    }
}
