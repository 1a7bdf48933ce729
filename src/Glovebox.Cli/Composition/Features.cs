using Glovebox.Api.Access;
using Glovebox.Api.Doctor;
using Glovebox.Api.Environments;
using Glovebox.Api.Experiments;
using Glovebox.Api.Functions;
using Glovebox.Api.Jobs;
using Glovebox.Api.Jobs.Remote;
using Glovebox.Api.Runs;
using Glovebox.Api.Sharing;
using Glovebox.Api.Snapshots;
using Glovebox.Api.Storage;
using Glovebox.Backends.Native;
using Glovebox.Backends.Oci;
using Glovebox.Blobs;
using Glovebox.Cli.Runs;
using Glovebox.Cli.Serve;
using Glovebox.Distributions;
using Glovebox.Distributions.Git;
using Glovebox.Environments;
using Glovebox.Environments.Building;
using Glovebox.Execution;
using Glovebox.Experiments;
using Glovebox.Functions;
using Glovebox.Garbage;
using Glovebox.Home;
using Glovebox.Images;
using Glovebox.Images.Layers;
using Glovebox.Remotes.Ssh;
using Glovebox.Runs;
using Glovebox.Sharing;
using Glovebox.Sharing.Remotes;
using Glovebox.Sharing.Remotes.Oci;
using Glovebox.Snapshots;
using Glovebox.Snapshots.Records;
using Glovebox.Storage.Postgres.Jobs;
using Glovebox.Storage.Sql.Jobs;
using Glovebox.Storage.Sqlite;
using Glovebox.Storage.Sqlite.Jobs;
using Glovebox.Storage.Sqlite.Runs;
using Glovebox.Storage.Sqlite.Snapshots;
using Glovebox.Verification;

namespace Glovebox.Cli.Composition;

/// <summary>The composition root: the one place that names concrete backends, stores and distributions. Each is made when first asked for.</summary>
internal sealed class Features : IFeatures
{
    private static readonly TimeProvider Time = TimeProvider.System;

    private readonly GloveboxHome _home;
    private readonly Lazy<OciBackend> _oci;
    private readonly Lazy<SqliteDatabase> _database;
    private readonly Lazy<IRunStore> _runStore;
    private readonly Lazy<ISnapshotStore> _snapshotStore;
    private readonly Lazy<IBlobStore> _blobs;
    private readonly Lazy<ITrees> _trees;
    private readonly Lazy<ImageStore> _imageStore;
    private readonly Lazy<EnvironmentStore> _environmentStore;
    private readonly Lazy<EnvironmentsFeature> _environments;
    private readonly Lazy<IRuns> _runs;
    private readonly Lazy<HomeQueue> _queue;

    public Features(GloveboxHome home)
    {
        _home = home;
        _oci = new(() => new OciBackend(Time));
        _database = new(OpenDatabase);
        _runStore = new(() => new SqliteRunStore(_database.Value));
        _snapshotStore = new(() => new SqliteSnapshotStore(_database.Value));
        _blobs = new(() => new FolderBlobStore(home.Blobs));
        _trees = new(() => new Trees(_blobs.Value, home, Time));
        _imageStore = new(() => new ImageStore(home, new LayerStore(home)));
        _environmentStore = new(() => new EnvironmentStore(home));
        _environments = new(CreateEnvironments);
        _runs = new(CreateRuns);
        _queue = new(() => SharedQueue() is { } shared ? new HomeQueue(home, shared, isShared: true, Time) : new HomeQueue(home, OpenQueue(), isShared: false, Time));
    }

    public IRuns Runs => _runs.Value;
    public ISnapshots Snapshots => new SnapshotsFeature(
        _home, _snapshotStore.Value, _trees.Value, _blobs.Value, new EnvironmentPins(_environmentStore.Value, _imageStore.Value), () => Runs, Time);

    public IEnvironments Environments => _environments.Value;
    public IImages Images => new ImagesFeature(_home, _imageStore.Value, new UsersOfImage(_runStore.Value, ServedJobs, _home), Time);
    public IGarbage Garbage => CreateGarbage();
    public IVerification Verification => new VerificationFeature(
        _home, _blobs.Value, _trees.Value, _runStore.Value, _snapshotStore.Value, _imageStore.Value, _environmentStore.Value, Time);
    public IExperiments Experiments => new ExperimentsFeature(
        _home, _runs.Value, _trees.Value, _blobs.Value, new EnvironmentMixtures(_environmentStore.Value), Time);
    public IJobs Jobs => _queue.Value.Jobs;
    public IFunctions Functions => new FunctionsFeature(
        HomeFunctions.Parts(_home, _queue.Value.Stores, _queue.Value.IsShared, _environments.Value, _oci.Value, Time, static _ => { }), node: null);
    public ITokenAccess Tokens => _queue.Value.Tokens;
    public ISharing Sharing => CreateSharing();
    public IServe Serve => new ServeProcess(_home, this, Time);
    public LocalServer? LocalServer => LocalServers.Find(_home);
    public IReadOnlyList<ICheck> Checks => [.. Doctor.Checks.Of(_home), new EngineCheck(_home.Root)];

    internal IEnvironmentSource EnvironmentSource => _environments.Value;

    /// <summary>The queue of this home's server where one runs: its store may be one that only it knows.</summary>
    private IJobs ServedJobs() => LocalServer is { } local ? new JobsClient(local.Url, local.Token, Time) : Jobs;

    /// <summary>The queue in the home's own database.</summary>
    internal SqliteJobDatabase OpenQueue()
    {
        Directory.CreateDirectory(_home.Root);
        return new SqliteJobDatabase(new SqliteDatabase(_home.Database));
    }

    /// <summary>The queue that several nodes share, where the environment names one.</summary>
    private static PostgresJobDatabase? SharedQueue() =>
        ServeCommand.Postgres(System.Environment.GetEnvironmentVariable("GLOVEBOX_STORE") ?? "sqlite") is { } connection
            ? new PostgresJobDatabase(connection, Time)
            : null;

    private RunsFeature CreateRuns()
    {
        var store = _runStore.Value;
        _oci.Value.Prepare();
        IBackend[] backends = [_oci.Value, new NativeBackend(Time)];
        return new RunsFeature(
            _home, store, _trees.Value, _blobs.Value, _environments.Value, new GitReader(), backends, new RunSettings(FinishArguments()), Time);
    }

    private EnvironmentsFeature CreateEnvironments()
    {
        var makers = StepMakers.All(_home, _oci.Value, _blobs.Value, _imageStore.Value, _environmentStore.Value, Time);
        var builder = new EnvironmentBuilder(_home, _imageStore.Value, _environmentStore.Value, makers, Time);
        return new EnvironmentsFeature(_imageStore.Value, _environmentStore.Value, builder, Time);
    }

    private GarbageFeature CreateGarbage()
    {
        JobStores[] stores = _queue.Value.IsShared ? [_queue.Value.Stores, new JobStores(OpenQueue())] : [_queue.Value.Stores];
        var environments = new EnvironmentGarbage(_home, _imageStore.Value, _environmentStore.Value);
        return new GarbageFeature(
            _home,
            _runStore.Value,
            _snapshotStore.Value,
            [
                new SnapshotKeeper(_home, _snapshotStore.Value), new ExecutionKeeper(_home),
                new FunctionKeeper(_home, [.. stores.Select(store => (store.Jobs, store.Functions))]),
            ],
            [
                new BlobCollector(_blobs.Value, _trees.Value, kept => environments.NeededBlobs(kept.Environments).Select(hex => new BlobId(hex))),
                new EnvironmentCollector(_home, _imageStore.Value, _environmentStore.Value, Time),
                new FunctionCollector(_home),
                new CacheCollector(_home, Time),
                new TemporaryCollector(_home, Time),
                new SweepCollector(_home),
                new BoxToolCollector(_home),
            ],
            Time);
    }

    private SharingFeature CreateSharing() => new(
        _home, _runStore.Value, _snapshotStore.Value, _blobs.Value, _trees.Value, _imageStore.Value, _environmentStore.Value,
        [new FolderRemotes(), new SshRemotes(SshProgram()), new OciRemotes()], Time);

    /// <summary>As git has it with GIT_SSH_COMMAND: the program and its options, between spaces.</summary>
    private static string[] SshProgram() =>
        (System.Environment.GetEnvironmentVariable("GLOVEBOX_SSH") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private SqliteDatabase OpenDatabase()
    {
        Directory.CreateDirectory(_home.Root);
        var database = new SqliteDatabase(_home.Database);
        database.Warm();
        return database;
    }

    // The monitor that calls this knows neither our home nor where the runtime is.
    private string[] FinishArguments() =>
    [
        "/usr/bin/env", $"GLOVEBOX_HOME={_home.Root}", $"DOTNET_ROOT={System.Environment.GetEnvironmentVariable("DOTNET_ROOT")}",
        ProgramPath(), FinishCommand.Name,
    ];

    // A later build removes the folder of this one; the launcher's link always leads to the newest.
    private static string ProgramPath()
    {
        var link = Path.Combine(AppContext.BaseDirectory, "..", "..", "glovebox", "Glovebox.Cli");
        return File.Exists(link) ? Path.GetFullPath(link) : System.Environment.ProcessPath!;
    }
}
