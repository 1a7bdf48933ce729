using System.Text.Json;
using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Api.Execution;
using Glovebox.Blobs;
using Glovebox.Environments.Building;
using Glovebox.Environments.Locks;
using Glovebox.Execution;
using Glovebox.Home;
using Glovebox.Images;
using Glovebox.Images.Layers;
using Glovebox.Projects;

namespace Glovebox.Distributions.Npm;

/// <summary>
/// Packages of npm, in one layer: a package.json and a package-lock.json resolved in a box with the network and the user's settings, and
/// installed from npm's cache in one without. Found by require through NODE_PATH, and by import through a link in the root.
/// </summary>
internal sealed class NpmPackages(
    GloveboxHome home, BuildBox box, IBlobStore blobs, LayerStore layers, Lazy<HostSettings> settings) : IStepMaker
{
    private const string Spec = "package.json", Lock = "package-lock.json";
    private const string FilesInside = "/run/glovebox/npm", CacheInside = "/run/glovebox/npm-cache";
    private const int OrdinaryFile = 0x1A4;

    public string Kind => NpmPlace.Kind;

    public async Task<IReadOnlyList<LockedStep>> ResolveAsync(StepResolution resolution, CancellationToken cancellation)
    {
        if (resolution.Spec.Npm is not { } spec) return [];
        using var draft = layers.NewDraft();
        var files = draft.MakeDirectory("npm");
        WriteSpec(spec, resolution.Project, files);
        await RunOnlineAsync(
            draft, resolution.Layers, files, "npm: resolving", RefusalKind.Bad, ["install", "--package-lock-only"], resolution.Progress,
            cancellation);
        var packages = PackageLock.Read(Path.Combine(files, Lock));
        if (packages.Count == 0) return [];
        return
        [
            new LockedStep
            {
                Kind = Kind,
                Arguments = spec.PackageFile is { } file ? [file] : [.. spec.Packages.Order(StringComparer.Ordinal)],
                Packages = packages,
                Files = [Keep(files, Lock), Keep(files, Spec)],
            },
        ];
    }

    public async Task<IReadOnlyList<Digest>> BuildAsync(LockedStep step, StepBuild build, CancellationToken cancellation)
    {
        var files = build.Draft.MakeDirectory("npm");
        foreach (var file in step.Files)
        {
            if (!blobs.Contains(new BlobId(file.Content!.Value.Hex)))
                throw RefusalException.Unable(
                    $"npm: {file.Path} of the lock is not in this home. Resolve the environment anew (glovebox env lock)");
            blobs.CopyToFile(new BlobId(file.Content.Value.Hex), Path.Combine(files, file.Path));
        }
        if (!step.Packages.All(IsCached))
        {
            using var fetch = layers.NewDraft();
            var copy = fetch.MakeDirectory("npm");
            foreach (var file in step.Files) File.Copy(Path.Combine(files, file.Path), Path.Combine(copy, file.Path));
            await RunOnlineAsync(
                fetch, build.Layers, copy, "npm: downloading", RefusalKind.Unable, ["ci", "--ignore-scripts"], build.Progress,
                cancellation);
        }
        var command = new BoxCommand
        {
            Title = "npm: installing",
            Layers = build.Layers,
            Draft = build.Draft,
            Mounts = [new BindMount(files, FilesInside, ReadOnly: true), new BindMount(Cache, CacheInside, ReadOnly: false)],
            Command = ["install", "-D", "-m", "644", "-t", NpmPlace.Directory, $"{FilesInside}/{Spec}", $"{FilesInside}/{Lock}"],
        };
        await box.RunAsync(command, cancellation);
        await box.RunAsync(
            command with { Command = ["npm", "ci", "--offline", .. Options], WorkingDirectory = NpmPlace.Directory }, cancellation);
        File.CreateSymbolicLink(Path.Combine(build.Draft.Fs, "node_modules"), NpmPlace.Modules);
        return [layers.Seal(build.Draft, cancellation)];
    }

    private LockedFile Keep(string directory, string name) =>
        new(name, new Digest(blobs.PutFile(Path.Combine(directory, name)).Hex), OrdinaryFile);

    private string Cache => Directory.CreateDirectory(Path.Combine(home.Cache, "npm")).FullName;

    private static readonly string[] Options =
        ["--cache", CacheInside, "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=warn"];

    /// <summary>npm keeps archives by their hash: content-v2/ALGORITHM/12/34/56….</summary>
    private bool IsCached(LockedPackage package)
    {
        if (package.Digest?.Split(':') is not [var algorithm, var hex]) return false;
        return File.Exists(Path.Combine(Cache, "_cacache/content-v2", algorithm, hex[..2], hex[2..4], hex[4..]));
    }

    private Task RunOnlineAsync(
        LayerDraft draft, IReadOnlyList<Digest> below, string files, string title, RefusalKind failure, string[] arguments,
            IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        progress.Report(new BuildProgress(title));
        var user = NpmSettings.Of(settings.Value);
        var variables = new Dictionary<string, string>(Reproducible.Variables);
        foreach (var (name, value) in user.Variables) variables[name] = value;
        return box.RunAsync(
            new BoxCommand
            {
                Title = title,
                Layers = below,
                Draft = draft,
                Network = NetworkMode.Host,
                WorkingDirectory = FilesInside,
                Mounts =
                    [.. user.Mounts, new BindMount(files, FilesInside, ReadOnly: false), new BindMount(Cache, CacheInside, ReadOnly: false)],
                Variables = variables,
                Command = ["npm", .. arguments, .. Options],
                Failure = failure,
                Line = line => progress.Report(new BuildProgress($"npm: {line.Trim()}")),
            },
            cancellation);
    }

    private static void WriteSpec(NpmSpec spec, Project project, string directory)
    {
        if (spec.PackageFile is { } file)
        {
            var source = Path.Combine(project.Root, file);
            File.Copy(source, Path.Combine(directory, Spec));
            var locked = Path.Combine(Path.GetDirectoryName(source)!, Lock);
            if (File.Exists(locked)) File.Copy(locked, Path.Combine(directory, Lock));
            return;
        }
        using var stream = File.Create(Path.Combine(directory, Spec));
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        json.WriteString("name", "glovebox-environment");
        json.WriteString("version", "0.0.0");
        json.WriteBoolean("private", true);
        json.WriteStartObject("dependencies");
        foreach (var package in spec.Packages.Order(StringComparer.Ordinal))
        {
            // A scope begins with '@' too.
            var at = package.LastIndexOf('@');
            json.WriteString(at > 0 ? package[..at] : package, at > 0 ? package[(at + 1)..] : "*");
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
