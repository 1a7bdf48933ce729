using Glovebox.Api.Environments;
using Glovebox.Environments.Locks;
using Glovebox.Files;
using Glovebox.Home;
using Glovebox.Images;
using Glovebox.Projects;

namespace Glovebox.Environments.Building;

/// <summary>
/// Turns specs into locks and locks into images, step by step. A step is known by what it is and what is below it, so a change rebuilds
/// only from where it is; two builds of one step at once become one.
/// </summary>
/// <param name="makers">In the order of building: the bases first.</param>
public sealed class EnvironmentBuilder(
    GloveboxHome home, ImageStore images, EnvironmentStore environments, IReadOnlyList<IStepMaker> makers, TimeProvider time)
{
    /// <summary>A change of how layers are made from the same step makes every kept layer stale.</summary>
    private const string Format = "1";

    /// <summary>Resolves the spec and builds it on the way, since later tools run in the layers of earlier ones.</summary>
    /// <param name="refresh">True: ask mirrors and registries anew. False: what this home knows is good enough.</param>
    public async Task<(EnvironmentLock Lock, Digest Image)> ResolveAsync(
        EnvironmentSpec spec, Project project, bool refresh, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        using var writing = await StoringAsync(cancellation);
        var built = new BuiltSteps();
        foreach (var maker in makers)
        {
            var resolution = new StepResolution(spec, project, refresh, [.. built.Steps], [.. built.Layers], progress);
            foreach (var step in await maker.ResolveAsync(resolution, cancellation))
                built.Add(step, await BuildStepAsync(maker, step, built, rebuild: false, progress, cancellation));
        }
        var resolved = new EnvironmentLock(
            spec.Base.ToString(), ImageConfig.ThisArchitecture, built.Steps, spec.Variables, spec.WorkingDirectory, spec.User);
        return (resolved, Finish(resolved, built));
    }

    /// <summary>Builds exactly what the lock says.</summary>
    /// <param name="rebuild">True: make every step again, even those whose layers are kept.</param>
    public async Task<Digest> BuildAsync(
        EnvironmentLock environment, bool rebuild, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        if (environment.Architecture != ImageConfig.ThisArchitecture)
            throw Api.RefusalException.Conflict(
                $"the lock is for {environment.Architecture}, this machine is {ImageConfig.ThisArchitecture}: resolve it anew here with: "
                + "glovebox env lock");
        using var writing = await StoringAsync(cancellation);
        var built = new BuiltSteps();
        foreach (var step in environment.Steps)
        {
            var maker = makers.FirstOrDefault(maker => maker.Kind == step.Kind)
                ?? throw Api.RefusalException.Unable(
                    $"the lock has a step '{step.Kind}', which this program cannot build: it was written by a newer one");
            built.Add(step, await BuildStepAsync(maker, step, built, rebuild, progress, cancellation));
        }
        return Finish(environment, built);
    }

    /// <summary>Keeps gc away until what is made has a name.</summary>
    private Task<FileLock> StoringAsync(CancellationToken cancellation)
    {
        Directory.CreateDirectory(home.Locks);
        return FileLock.AcquireAsync(home.StoreLock, time, cancellation, shared: true);
    }

    private Digest Finish(EnvironmentLock environment, BuiltSteps built)
    {
        var image = images.Put(ImageOfLock.Compose(environment, built, images));
        environments.Put(environment);
        environments.SetBuilt(environment.Digest, image);
        return image;
    }

    private async Task<IReadOnlyList<Digest>> BuildStepAsync(
        IStepMaker maker, LockedStep step, BuiltSteps below, bool rebuild, IProgress<BuildProgress> progress,
            CancellationToken cancellation)
    {
        var key = KeyOf(step, below.Layers);
        if (!rebuild && Kept(key) is { } kept) return kept;
        var path = Path.Combine(home.Locks, $"step-{key.Hex}");
        var held = FileLock.TryAcquire(path);
        if (held is null)
        {
            progress.Report(new BuildProgress($"waiting: another glovebox is building {Title(step)}"));
            held = await FileLock.AcquireAsync(path, time, cancellation);
            if (Kept(key) is { } finished)
            {
                held.Dispose();
                return finished;
            }
        }
        using (held)
        {
            var started = time.GetTimestamp();
            progress.Report(new BuildProgress(Title(step)));
            using var draft = images.Layers.NewDraft();
            var layers = await maker.BuildAsync(step, new StepBuild([.. below.Steps], [.. below.Layers], draft, progress), cancellation);
            environments.SetLayers(key, layers);
            progress.Report(new BuildProgress(Title(step), Finished: true, Elapsed: time.GetElapsedTime(started)));
            return layers;
        }
    }

    private IReadOnlyList<Digest>? Kept(Digest key) =>
        environments.LayersOf(key) is { } layers && layers.All(images.Layers.Contains) ? layers : null;

    private static Digest KeyOf(LockedStep step, IReadOnlyList<Digest> below) =>
        Digest.Of(string.Join('\n', [Format, .. below.Select(layer => layer.Hex), Digest.Of(LockJson.Canonical(step)).Hex]));

    /// <summary>What a step is, for a person: <c>apt: python3-sklearn (43 packages)</c>.</summary>
    internal static string Title(LockedStep step)
    {
        var arguments = step.Kind switch
        {
            "run" when step.Arguments is ["/bin/sh", "-ec", var script] => script.Split('\n')[0],
            // Behind the name of a base are its sources.
            "debian" => step.Arguments[0],
            _ => string.Join(' ', step.Arguments),
        };
        if (arguments.Length > 60) arguments = arguments[..59] + "…";
        return $"{step.Kind}: {arguments}{(step.Packages.Count > 0 ? $" ({step.Packages.Count} packages)" : "")}";
    }
}

/// <summary>The steps that are done, and the layers they came to.</summary>
public sealed class BuiltSteps
{
    private readonly List<LockedStep> _steps = [];
    private readonly List<(Digest Layer, string Title)> _layers = [];

    public IReadOnlyList<LockedStep> Steps => _steps;

    public IReadOnlyList<Digest> Layers => [.. _layers.Select(layer => layer.Layer)];

    /// <summary>For each layer, what made it.</summary>
    public IReadOnlyList<string> Titles => [.. _layers.Select(layer => layer.Title)];

    public void Add(LockedStep step, IReadOnlyList<Digest> layers)
    {
        _steps.Add(step);
        _layers.AddRange(layers.Select(layer => (layer, EnvironmentBuilder.Title(step))));
    }
}
