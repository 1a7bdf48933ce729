using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Api.Execution;
using Glovebox.Blobs;
using Glovebox.Environments.Building;
using Glovebox.Environments.Host;
using Glovebox.Environments.Locks;
using Glovebox.Execution;
using Glovebox.Home;
using Glovebox.Images;
using Glovebox.Images.Layers;
using Glovebox.Projects;

namespace Glovebox.Distributions.Python;

/// <summary>
/// Packages of Python, in one layer. The image's own pip resolves them into wheels, in a box with the network and the user's settings; it
/// installs exactly those in one without. Wheels are kept as blobs: one that was built here from sources exists nowhere else.
/// </summary>
internal sealed class PipPackages(
    GloveboxHome home, BuildBox box, IBlobStore blobs, LayerStore layers, Lazy<HostSettings> settings) : IStepMaker
{
    private const string WheelsInside = "/run/glovebox/wheels", CacheInside = "/run/glovebox/pip-cache", ProjectInside =
        "/run/glovebox/project";
    private const string RequirementsName = ".glovebox-requirements.txt";
    private const int OrdinaryFile = 0x1A4;

    /// <summary>Compiles what pip installed, so that it need not be compiled at each start. The compiled files hold no times.</summary>
    private const string CompileAll = """
        import compileall, glob, py_compile
        for directory in sorted(glob.glob('/usr/local/lib/python3*/*-packages')):
            compileall.compile_dir(directory, quiet=2, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
        """;

    public string Kind => "pip";

    public async Task<IReadOnlyList<LockedStep>> ResolveAsync(StepResolution resolution, CancellationToken cancellation)
    {
        var lines = resolution.Spec.Pip;
        if (lines.Count == 0) return [];
        resolution.Progress.Report(new BuildProgress("pip: resolving"));
        using var draft = layers.NewDraft();
        var wheels = draft.MakeDirectory("wheels");
        // Lines go into a file of the project's root, for the paths in them to mean what they mean there.
        var upper = draft.MakeDirectory("project");
        await File.WriteAllLinesAsync(Path.Combine(upper, RequirementsName), lines, cancellation);
        await RunPipAsync(
            draft, resolution.Layers, resolution.Progress, wheels, "pip: resolving", RefusalKind.Bad,
            [new OverlayMount(resolution.Project.Root, upper, draft.MakeDirectory("project-work"), ProjectInside)],
            ["wheel", "--wheel-dir", WheelsInside, "-r", RequirementsName], cancellation);
        var step = Lock(wheels, [.. lines.Where(line => !line.StartsWith("--", StringComparison.Ordinal))]);
        return step.Files.Count == 0 ? [] : [step];
    }

    private LockedStep Lock(string wheels, IReadOnlyList<string> arguments)
    {
        var (files, packages) = (new List<LockedFile>(), new List<LockedPackage>());
        foreach (var path in Directory.EnumerateFiles(wheels, "*.whl").Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path);
            var digest = new Digest(blobs.PutFile(path).Hex);
            var (project, version) = WheelName.Parse(name) ?? throw RefusalException.Unable($"pip made '{name}', which is no wheel");
            files.Add(new LockedFile(name, digest, OrdinaryFile));
            packages.Add(new LockedPackage("pypi", project, version, null, digest.ToString()));
        }
        return new LockedStep { Kind = Kind, Arguments = arguments, Packages = DpkgStatus.Sort(packages), Files = files };
    }

    public async Task<IReadOnlyList<Digest>> BuildAsync(LockedStep step, StepBuild build, CancellationToken cancellation)
    {
        var wheels = build.Draft.MakeDirectory("wheels");
        await FetchMissingAsync(step, build, cancellation);
        foreach (var file in step.Files) blobs.CopyToFile(new BlobId(file.Content!.Value.Hex), Path.Combine(wheels, file.Path));
        var command = new BoxCommand
        {
            Title = "pip: installing",
            Layers = build.Layers,
            Draft = build.Draft,
            Mounts = [new BindMount(wheels, WheelsInside, ReadOnly: true)],
            Variables = With(Quiet),
            Command =
            [
                "python3", "-m", "pip", "install", "--no-index", "--find-links", WheelsInside, "--no-deps", "--no-compile",
                    "--no-cache-dir", "--no-warn-script-location",
                .. step.Packages.Select(package => $"{package.Name}=={package.Version}"),
            ],
            Line = line => build.Progress.Report(new BuildProgress($"pip: {line.Trim()}")),
        };
        await box.RunAsync(command, cancellation);
        await box.RunAsync(command with { Title = "pip: compiling", Command = ["python3", "-c", CompileAll], Line = null }, cancellation);
        return [layers.Seal(build.Draft, cancellation)];
    }

    /// <summary>Wheels that this home does not have are had from the index again, by their hashes.</summary>
    private async Task FetchMissingAsync(LockedStep step, StepBuild build, CancellationToken cancellation)
    {
        var missing = step.Files.Where(file => !blobs.Contains(new BlobId(file.Content!.Value.Hex))).ToList();
        if (missing.Count == 0) return;
        build.Progress.Report(new BuildProgress("pip: downloading wheels", 0, missing.Count));
        using var draft = layers.NewDraft();
        var wheels = draft.MakeDirectory("wheels");
        var project = draft.MakeDirectory("project");
        var lines = missing.Select(
            file => WheelName.Parse(file.Path) is var (name, version) ? $"{name}=={version} --hash={file.Content}" : "");
        await File.WriteAllLinesAsync(Path.Combine(project, RequirementsName), lines, cancellation);
        try
        {
            await RunPipAsync(
                draft, build.Layers, build.Progress, wheels, "pip: downloading "
                    + "wheels", RefusalKind.Unable, [new BindMount(project, ProjectInside, ReadOnly: true)],
                ["download", "--no-deps", "--dest", WheelsInside, "-r", RequirementsName], cancellation);
        }
        catch (RefusalException failure) when (failure.Kind == RefusalKind.Unable)
        {
            throw RefusalException.Unable(
                $"locked wheels ({string.Join(", ", missing.Take(5).Select(file => file.Path))}) are neither in this home nor on the "
                + "index with that content; a wheel built "
                + $"from sources exists only where it was built. Resolve the environment anew (glovebox env lock).\n{failure.Message}");
        }
        foreach (var path in Directory.EnumerateFiles(wheels)) blobs.PutFile(path);
        if (missing.FirstOrDefault(file => !blobs.Contains(new BlobId(file.Content!.Value.Hex))) is { } lacking)
            throw RefusalException.Unable(
                $"the index has another {lacking.Path} than the locked one: its SHA-256 is not {lacking.Content}. Resolve the environment "
                + "anew (glovebox env lock)");
    }

    private Task RunPipAsync(
        LayerDraft draft, IReadOnlyList<Digest> below, IProgress<BuildProgress> progress, string wheels, string title, RefusalKind failure,
        IReadOnlyList<Mount> mounts, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var user = PipSettings.Of(settings.Value);
        var cache = Directory.CreateDirectory(Path.Combine(home.Cache, "pip")).FullName;
        return box.RunAsync(
            new BoxCommand
            {
                Title = title,
                Layers = below,
                Draft = draft,
                Network = NetworkMode.Host,
                WorkingDirectory = ProjectInside,
                Mounts =
                    [.. user.Mounts, new BindMount(wheels, WheelsInside, ReadOnly: false), new BindMount(cache, CacheInside, ReadOnly: false), .. mounts],
                Variables = With(user.Variables.Concat(Quiet)),
                Command = ["python3", "-m", "pip", arguments[0], "--cache-dir", CacheInside, .. arguments.Skip(1)],
                Failure = failure,
                Line = line => progress.Report(new BuildProgress($"pip: {line.Trim()}")),
            },
            cancellation);
    }

    /// <summary>The image is ours, not the distribution's: its pip may install. (Older pips do not know these and pass over
    /// them.)</summary>
    private static readonly Dictionary<string, string> Quiet = new()
    {
        ["PIP_DISABLE_PIP_VERSION_CHECK"] = "1",
        ["PIP_BREAK_SYSTEM_PACKAGES"] = "1",
        ["PIP_ROOT_USER_ACTION"] = "ignore",
        ["PIP_PROGRESS_BAR"] = "off",
        ["PIP_NO_INPUT"] = "1",
    };

    private static Dictionary<string, string> With(IEnumerable<KeyValuePair<string, string>> more)
    {
        var variables = new Dictionary<string, string>(Reproducible.Variables);
        foreach (var (name, value) in more) variables[name] = value;
        return variables;
    }
}
