using Glovebox.Api.Environments;
using Glovebox.Api.Execution;
using Glovebox.Backends.Oci;
using Glovebox.Blobs;
using Glovebox.Distributions;
using Glovebox.Environments;
using Glovebox.Environments.Building;
using Glovebox.Execution;
using Glovebox.Home;
using Glovebox.Images;
using Glovebox.Images.Layers;

namespace Glovebox.Tests.Distributions;

/// <summary>A home of its own with all features over it, put together as the program does it.</summary>
internal sealed class Workshop : IDisposable
{
    public Workshop(HostSettings? settings = null)
    {
        Root = Directory.CreateTempSubdirectory("glovebox-env-").FullName;
        Home = new GloveboxHome(Path.Combine(Root, "home"));
        Blobs = new FolderBlobStore(Home.Blobs);
        Store = new EnvironmentStore(Home);
        Images = new ImageStore(Home, new LayerStore(Home));
        Backend = new OciBackend(TimeProvider.System);
        var makers = StepMakers.All(
            Home, Backend, Blobs, Images, Store, TimeProvider.System, settings ?? new HostSettings(new Dictionary<string, string>(), Root));
        Environments = new EnvironmentsFeature(
            Images, Store, new EnvironmentBuilder(Home, Images, Store, makers, TimeProvider.System), TimeProvider.System);
        Pictures = new ImagesFeature(Home, Images, new NoUsers(), TimeProvider.System);
    }

    public string Root { get; }
    public GloveboxHome Home { get; }
    public FolderBlobStore Blobs { get; }
    public EnvironmentStore Store { get; }
    public ImageStore Images { get; }
    public OciBackend Backend { get; }
    public EnvironmentsFeature Environments { get; }
    public ImagesFeature Pictures { get; }
    public Progress Progress { get; } = new();

    /// <summary>A project with these files.</summary>
    public string Project(params (string Path, string Content)[] files)
    {
        var directory = Path.Combine(Root, "project-" + Guid.NewGuid().ToString("N")[..8]);
        Directory.CreateDirectory(directory);
        foreach (var (path, content) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(directory, path))!);
            File.WriteAllText(Path.Combine(directory, path), content);
        }
        return directory;
    }

    public Task<PreparedEnvironment> PrepareAsync(string project, string? name = null) =>
        Environments.PrepareAsync(project, name, Progress, TestContext.Current.CancellationToken);

    /// <summary>Runs a command in the environment, as a run would: read-only, with no network.</summary>
    public async Task<(Outcome Outcome, string Output)> RunAsync(PreparedEnvironment environment, params string[] command)
    {
        var state = Directory.CreateDirectory(Path.Combine(Root, "box-" + Guid.NewGuid().ToString("N"))).FullName;
        using var output = new MemoryStream();
        var request = new ExecutionRequest
        {
            Id = "test-" + Guid.NewGuid().ToString("N")[..12],
            StateDirectory = state,
            Root = new RootFileSystem(environment.Layers),
            Mounts = [.. environment.Mounts, new TmpfsMount("/tmp", 64 << 20)],
            Command = command,
            Environment = environment.Variables,
            WorkingDirectory = "/",
            User = environment.User ?? BoxUser.Root,
            Network = NetworkMode.None,
            Streams = new ExecutionStreams(Path.Combine(Root, "box.log"), Output: output, Error: output),
        };
        var started = await Backend.StartAsync(request, TestContext.Current.CancellationToken);
        Assert.True(started.Failure is null, started.Failure?.Message);
        await using var instance = started.Instance!;
        var outcome = await instance.WaitAsync(TestContext.Current.CancellationToken);
        return (outcome, System.Text.Encoding.UTF8.GetString(output.ToArray()));
    }

    public void Dispose()
    {
        Backend.Dispose();
        Directory.Delete(Root, recursive: true);
    }

    private sealed class NoUsers : IImageUsers
    {
        public Task<IReadOnlyList<string>> FindAsync(ImageLoss loss, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<string>>([]);
    }
}

/// <summary>Remembers what was reported, in order.</summary>
internal sealed class Progress : IProgress<BuildProgress>
{
    private readonly List<BuildProgress> _reports = [];

    public void Report(BuildProgress value)
    {
        lock (_reports) _reports.Add(value);
    }

    public IReadOnlyList<string> Finished
    {
        get
        {
            lock (_reports) return [.. _reports.Where(report => report.Finished).Select(report => report.Step)];
        }
    }

    public IReadOnlyList<string> Steps
    {
        get
        {
            lock (_reports) return [.. _reports.Select(report => report.Step)];
        }
    }

    public void Clear()
    {
        lock (_reports) _reports.Clear();
    }
}
