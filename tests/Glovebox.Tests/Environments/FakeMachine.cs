using Glovebox.Files;
using Glovebox.Api.Environments;
using Glovebox.Blobs;
using Glovebox.Environments;
using Glovebox.Environments.Building;
using Glovebox.Environments.Host;
using Glovebox.Environments.Locks;
using Glovebox.Home;
using Glovebox.Images;
using Glovebox.Images.Layers;
using Glovebox.Projects;

namespace Glovebox.Tests.Environments;

/// <summary>The environments feature over step makers that need no box: a base, and packages that are one file each.</summary>
internal sealed class FakeMachine : IDisposable, IProgress<BuildProgress>
{
    public FakeMachine()
    {
        Root = Directory.CreateTempSubdirectory("glovebox-environments-").FullName;
        Home = new GloveboxHome(Path.Combine(Root, "home"));
        Store = new EnvironmentStore(Home);
        Images = new ImageStore(Home, new LayerStore(Home));
        Base = new FakeMaker("debian", Images.Layers, spec => spec.Base.Kind == BaseKind.Debian ? [spec.Base.Value] : []);
        Apt = new FakeMaker("apt", Images.Layers, spec => spec.Apt);
        Blobs = new FolderBlobStore(Home.Blobs);
        IStepMaker[] makers = [Base, new ImageBase(Images), Apt, new FilesStep(Blobs, Images.Layers)];
        System = Directory.CreateDirectory(Path.Combine(Root, "system")).FullName;
        Builder = new EnvironmentBuilder(Home, Images, Store, makers, TimeProvider.System);
        Feature = new EnvironmentsFeature(Images, Store, Builder, new HostSystem(System), TimeProvider.System);
        Project = Directory.CreateDirectory(Path.Combine(Root, "project")).FullName;
    }

    public string Root { get; }
    public string System { get; }
    public string Project { get; }
    public GloveboxHome Home { get; }
    public FolderBlobStore Blobs { get; }
    public EnvironmentStore Store { get; }
    public ImageStore Images { get; }
    public FakeMaker Base { get; }
    public FakeMaker Apt { get; }
    public EnvironmentBuilder Builder { get; }
    public EnvironmentsFeature Feature { get; }

    public void Write(string path, string content) => WriteIn(Project, path, content);

    public void WriteSystem(string path, string content) => WriteIn(System, path, content);

    private static void WriteIn(string root, string path, string content)
    {
        var full = Path.Combine(root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
    }

    public Task<PreparedEnvironment> PrepareAsync(string? name = null) => Feature.PrepareAsync(Project, name, this, TestContext.Current.CancellationToken);

    public Task<string> LockAsync(string? name = null) => Feature.LockAsync(Project, name, this, TestContext.Current.CancellationToken);

    public void Report(BuildProgress value)
    {
    }

    public void Dispose() => FolderRemoval.Remove(Root);
}

/// <summary>Makes a layer with a file for each argument. What it resolves to depends on <see cref="Version"/>, as with a mirror that moves on.</summary>
internal sealed class FakeMaker(string kind, LayerStore layers, Func<EnvironmentSpec, IReadOnlyList<string>> asked) : IStepMaker
{
    private int _built;

    public string Kind => kind;

    public string Version { get; set; } = "1";

    /// <summary>How many layers were really made.</summary>
    public int Built => _built;

    /// <summary>Awaited in the middle of every build.</summary>
    public Task Meanwhile { get; set; } = Task.CompletedTask;

    public TaskCompletionSource Started { get; } = new();

    public Task<IReadOnlyList<LockedStep>> ResolveAsync(StepResolution resolution, CancellationToken cancellation)
    {
        var names = asked(resolution.Spec);
        IReadOnlyList<LockedStep> steps = names.Count == 0
            ? [] : [new LockedStep { Kind = kind, Arguments = names, Packages = [.. names.Select(name => new LockedPackage("debian", name, Version, "all", null))] }];
        return Task.FromResult(steps);
    }

    public async Task<IReadOnlyList<Digest>> BuildAsync(LockedStep step, StepBuild build, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _built);
        Started.TrySetResult();
        await Meanwhile;
        Directory.CreateDirectory(Path.Combine(build.Draft.Fs, "etc"));
        File.WriteAllText(Path.Combine(build.Draft.Fs, "etc/passwd"), "root:x:0:0::/root:/bin/sh\nada:x:1815:1816::/home/ada:/bin/sh\n");
        foreach (var package in step.Packages) File.WriteAllText(Path.Combine(build.Draft.Fs, package.Name), package.Version);
        return [layers.Seal(build.Draft, cancellation)];
    }
}
