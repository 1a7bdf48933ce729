using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Environments.Building;
using Glovebox.Environments.Host;
using Glovebox.Environments.Locks;
using Glovebox.Environments.Prepared;
using Glovebox.Execution;
using Glovebox.Images;
using Glovebox.Images.Archives;
using Glovebox.Projects;

namespace Glovebox.Environments;

/// <summary>The environments of projects: looked up, resolved, built, exported, and made ready to run in.</summary>
public sealed class EnvironmentsFeature : IEnvironments, IEnvironmentSource
{
    private readonly ImageStore _images;
    private readonly EnvironmentStore _store;
    private readonly EnvironmentBuilder _builder;
    private readonly HostEnvironment _host;
    private readonly EnvironmentLookup _lookup;
    private readonly PreparedMemo _memo;
    private readonly TimeProvider _time;

    public EnvironmentsFeature(ImageStore images, EnvironmentStore store, EnvironmentBuilder builder, TimeProvider time)
        : this(images, store, builder, new HostSystem("/"), time)
    {
    }

    internal EnvironmentsFeature(ImageStore images, EnvironmentStore store, EnvironmentBuilder builder, HostSystem host, TimeProvider time)
    {
        _images = images;
        _store = store;
        _builder = builder;
        _host = new HostEnvironment(store, images.Layers, host);
        _lookup = new EnvironmentLookup(store, images);
        _memo = store.Memo(time);
        _time = time;
    }

    public Task<IReadOnlyList<EnvironmentSummary>> ListAsync(string directory, CancellationToken cancellation)
    {
        var project = Project.Find(directory);
        var specs = project.ReadSpec().Environments.Append(ProjectSpec.BuiltInHost);
        return Task.FromResult<IReadOnlyList<EnvironmentSummary>>([.. specs.Select(spec => Summary(project, spec, cancellation))]);
    }

    public Task<EnvironmentDetails> ShowAsync(string directory, string? name, CancellationToken cancellation)
    {
        var (project, spec) = _lookup.Find(directory, name);
        return Task.FromResult(Details(project, spec, cancellation));
    }

    public async Task<EnvironmentDetails> BuildAsync(
        string directory, string? name, bool rebuild, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        var (project, spec) = _lookup.Find(directory, name);
        if (rebuild) _memo.Clear();
        await PrepareAsync(project, spec, rebuild, progress, cancellation);
        return Details(project, spec, cancellation);
    }

    public async Task<string> LockAsync(string directory, string? name, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        var project = Project.Find(directory);
        var written = project.ReadSpec();
        var chosen = (name is null ? written.Environments : [written.Choose(name)]).Where(spec => spec.Base.Kind != BaseKind.Host).ToList();
        if (chosen.Count == 0)
            throw RefusalException.Bad(
                "there is nothing to lock: 'host' is what this machine has at the time. Name an environment with a base of its own");
        var entries = LockFile.Read(project).Environments.Where(
            entry => written.Find(entry.Key) is not null).ToDictionary(entry => entry.Key, entry => entry.Value);
        foreach (var spec in chosen)
        {
            var (resolved, _) = await HomeAccess.OrRefuseAsync(
                $"environment '{spec.Name}'", () => _builder.ResolveAsync(spec, project, refresh: true, progress, cancellation));
            entries[spec.Name] = new LockFileEntry(SpecParts.Of(spec, project), resolved);
        }
        new LockFile(entries).Write(project);
        return project.LockFile;
    }

    public Task RemoveAsync(string directory, string name, CancellationToken cancellation)
    {
        var (project, spec) = _lookup.Find(directory, name);
        if (spec.Base.Kind == BaseKind.Host) throw RefusalException.Bad($"'{name}' is this machine itself: there is nothing to remove");
        var environment = _lookup.Resolve(project, spec);
        if (environment.Known is not { } known || _store.BuiltInto(known) is not { } image)
            throw RefusalException.NotFound($"environment '{name}' is not built");
        _memo.Clear();
        _lookup.Forget(environment);
        _store.ForgetBuilt(known);
        var isUsed = _store.ListBuilt().Any(built => built.Image == image) || _images.ListNames().Any(named => named.Image == image);
        if (!isUsed) _images.Delete(image);
        return Task.CompletedTask;
    }

    public async Task ExportAsync(
        string directory, string? name, string path, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        var (project, spec) = _lookup.Find(directory, name);
        if (spec.Base.Kind == BaseKind.Host)
            throw RefusalException.Bad(
                $"environment '{spec.Name}' is this machine's own system and cannot be exported yet: give it a base of its own (base: "
                + "debian:SUITE) in glovebox.yaml");
        var image = await BuiltAsync(project, spec, rebuild: false, progress, cancellation);
        var reference = ExportName.Of(project.ReadSpec().Name ?? Path.GetFileName(project.Root), spec.Name);
        // Off the caller's thread: this is seconds of reading and writing.
        await Task.Run(() => new ImageExport(_images, _time).Write(image.Image, reference, path, progress, cancellation), cancellation);
    }

    public async Task<PreparedEnvironment> PrepareAsync(
        string directory, string? name, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        var root = Project.Find(directory).Root;
        if (_memo.Find(root, name) is { } known)
        {
            _store.Touch(known.Digest, _time.GetUtcNow());
            return known;
        }
        var (project, spec) = _lookup.Find(directory, name);
        var prepared = await PrepareAsync(project, spec, rebuild: false, progress, cancellation);
        if (InputsOf(project, spec, cancellation) is { } inputs) _memo.Keep(root, name, prepared, inputs);
        return prepared;
    }

    /// <summary>Everything that a preparation depends on; null when a file's times do not tell that it is as it was
    /// (directories).</summary>
    private List<string>? InputsOf(Project project, EnvironmentSpec spec, CancellationToken cancellation)
    {
        var inputs = spec == ProjectSpec.BuiltInHost ? [] : project.SpecInputs.ToList();
        if (spec.Base.Kind == BaseKind.Host) inputs.AddRange(_host.Now(cancellation).Inputs);
        if (spec.Base.Kind == BaseKind.Image) inputs.Add(_images.PathOf(spec.Base.Value));
        var files = spec.Base.Kind == BaseKind.Host
            ? []
            : SpecParts.Of(spec, project).Files.Select(file => Path.GetFullPath(Path.Combine(project.Root, file))).ToList();
        if (files.Any(Directory.Exists)) return null;
        inputs.AddRange(files);
        return inputs;
    }

    public async Task<PreparedEnvironment> PrepareRecordedAsync(
        string digest, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        var known = Digest.Parse(digest) ?? throw RefusalException.Bad($"'{digest}' is no digest of an environment");
        var recorded = _store.Get(known) ?? throw RefusalException.NotFound(
            $"environment {digest} is not known in this home: it was recorded in another one, or its lock was removed");
        if (recorded.Steps is [{ Kind: HostEnvironment.Kind, Result: { } packages }])
        {
            var now = _host.Now(cancellation);
            _host.RefuseUnlessUnchanged(packages, now);
            return PreparedEnvironments.OfHost("host", recorded, now);
        }
        var image = Ready(known) ?? await _builder.BuildAsync(recorded, rebuild: false, progress, cancellation);
        return Prepared(recorded.Base, known, image);
    }

    public bool Knows(string directory, string name) =>
        name == ProjectSpec.BuiltInHost.Name || Project.Find(directory).ReadSpec().Find(name) is not null || _images.Find(name) is not null;

    public IReadOnlyList<LockedPackage> Packages(string digest)
    {
        if (Digest.Parse(digest) is not { } known || _store.Get(known) is not { } environment) return [];
        return environment.Steps is [{ Kind: HostEnvironment.Kind, Result: { } packages }]
            ? _host.Packages(packages)
            : environment.Packages;
    }

    private Task<PreparedEnvironment> PrepareAsync(
        Project project, EnvironmentSpec spec, bool rebuild, IProgress<BuildProgress> progress, CancellationToken cancellation) =>
        HomeAccess.OrRefuseAsync($"environment '{spec.Name}'", async () =>
        {
            if (spec.Base.Kind == BaseKind.Host)
            {
                var now = _host.Now(cancellation);
                var environment = PreparedEnvironments.LockOfHost(spec, now);
                _store.Put(environment);
                return PreparedEnvironments.OfHost(spec.Name, environment, now);
            }
            var (known, image) = await BuiltAsync(project, spec, rebuild, progress, cancellation);
            _store.Touch(known.ToString(), _time.GetUtcNow());
            return Prepared(spec.Name, known, image);
        });

    private async Task<(Digest Environment, Digest Image)> BuiltAsync(
        Project project, EnvironmentSpec spec, bool rebuild, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        var environment = _lookup.Resolve(project, spec);
        if (!rebuild && environment.Known is { } known && Ready(known) is { } ready) return (known, ready);
        // What was resolved before is built again as it was; only without that is anything asked of the outside.
        // (Not so with a Dockerfile: another tool builds it, and its result cannot be had twice.)
        var again = spec.Base.Kind == BaseKind.Dockerfile ? null : environment.Known is { } kept ? _store.Get(kept) : null;
        if ((environment.Locked ?? again) is { } resolved)
            return (resolved.Digest, await _builder.BuildAsync(resolved, rebuild, progress, cancellation));
        var (made, image) = await _builder.ResolveAsync(spec, project, refresh: false, progress, cancellation);
        _lookup.Keep(environment, made.Digest);
        return (made.Digest, image);
    }

    /// <summary>The image of a lock when all of it is there.</summary>
    private Digest? Ready(Digest environment) =>
        _store.BuiltInto(environment) is { } image && _images.Contains(image) && _images.Get(image).Layers.All(_images.Layers.Contains)
            ? image
            : null;

    private PreparedEnvironment Prepared(string name, Digest environment, Digest image) =>
        PreparedEnvironments.OfImage(name, environment, image, _images);

    private EnvironmentSummary Summary(Project project, EnvironmentSpec spec, CancellationToken cancellation)
    {
        try
        {
            return Details(project, spec, cancellation).Summary;
        }
        catch (RefusalException)
        {
            // One with a stale lock or a missing file is in the list too: using it says what is wrong.
            return new EnvironmentSummary(spec.Name, spec.Base.ToString(), null, null, null, spec.Source);
        }
    }

    private EnvironmentDetails Details(Project project, EnvironmentSpec spec, CancellationToken cancellation)
    {
        if (spec.Base.Kind == BaseKind.Host)
        {
            var now = _host.Now(cancellation);
            var environment = PreparedEnvironments.LockOfHost(spec, now);
            var prepared = PreparedEnvironments.OfHost(spec.Name, environment, now);
            return new EnvironmentDetails(
                new EnvironmentSummary(spec.Name, spec.Base.ToString(), prepared.Digest, null, null, spec.Source),
                prepared.Variables, prepared.WorkingDirectory, spec.User, _host.Packages(now.Packages), []);
        }
        var resolved = _lookup.Resolve(project, spec);
        var image = resolved.Known is { } known ? Ready(known) : null;
        var config = image is null ? null : _images.Get(image.Value);
        var layers = config is null
            ? []
            : config.Layers.Zip(
                config.Steps, (layer, step) => new LayerSummary(layer.ToString(), step, _images.Layers.SizeOf(layer))).ToList();
        var summary = new EnvironmentSummary(
            spec.Name, spec.Base.ToString(), resolved.Known?.ToString(), image?.ToString(), image is null
                ? null
                : layers.Sum(layer => layer.SizeBytes), spec.Source);
        var packages = resolved.Locked ?? (resolved.Known is { } digest ? _store.Get(digest) : null);
        return new EnvironmentDetails(
            summary, config?.Variables ?? spec.Variables,
                config?.WorkingDirectory ?? spec.WorkingDirectory ?? ImageOfLock.DefaultWorkingDirectory, config?.User ?? spec.User,
                    packages?.Packages ?? [], layers);
    }
}
