using Glovebox.Api;
using Glovebox.Api.Access;
using Glovebox.Api.Doctor;
using Glovebox.Api.Environments;
using Glovebox.Api.Experiments;
using Glovebox.Api.Functions;
using Glovebox.Api.Jobs;
using Glovebox.Api.Runs;
using Glovebox.Api.Sharing;
using Glovebox.Api.Snapshots;
using Glovebox.Api.Storage;
using Glovebox.Cli.Serve;

namespace Glovebox.Cli.Tests;

internal sealed class FakeFeatures : IFeatures
{
    public FakeRuns Runs { get; } = new();
    public FakeEnvironments Environments { get; } = new();
    public FakeImages Images { get; } = new();
    public FakeExperiments Experiments { get; } = new();
    public FakeGarbage Garbage { get; } = new();
    public List<ICheck> Checks { get; } = [];
    public FakeJobs Jobs { get; } = new();
    public FakeTokens Tokens { get; } = new();
    public FakeServe Serve { get; } = new();
    public LocalServer? LocalServer { get; set; }

    IRuns IFeatures.Runs => Runs;
    IEnvironments IFeatures.Environments => Environments;
    IImages IFeatures.Images => Images;
    IExperiments IFeatures.Experiments => Experiments;
    IGarbage IFeatures.Garbage => Garbage;
    IReadOnlyList<ICheck> IFeatures.Checks => Checks;
    IJobs IFeatures.Jobs => Jobs;
    ITokenAccess IFeatures.Tokens => Tokens;
    IFunctions IFeatures.Functions => throw new NotSupportedException();
    IServe IFeatures.Serve => Serve;
    ISnapshots IFeatures.Snapshots => throw new NotSupportedException();
    IVerification IFeatures.Verification => throw new NotSupportedException();
    ISharing IFeatures.Sharing => throw new NotSupportedException();
}

internal sealed class FakeGarbage : IGarbage
{
    public GcRequest? Request { get; private set; }

    public Task<GcReport> CollectAsync(GcRequest request, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        Request = request;
        return Task.FromResult(new GcReport(request.DryRun, [new GcKind("runs", 2, 0), new GcKind("blobs", 3, 5 << 20)]));
    }
}

internal sealed class FakeImages : IImages
{
    public ImageSummary Image { get; } = new("sha256:abc", ["mine"], 3 << 20, new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero), 2);
    public string? Imported { get; private set; }
    public List<(string Name, bool Force)> Removed { get; } = [];
    public List<(string Image, string Name)> Tagged { get; } = [];

    public Task<IReadOnlyList<ImageSummary>> ListAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<ImageSummary>>([Image]);

    public Task<ImageSummary> ImportAsync(string path, string name, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        Imported = path;
        return Task.FromResult(Image);
    }

    public Task<ImageSummary> TagAsync(string nameOrDigest, string name, CancellationToken cancellation)
    {
        Tagged.Add((nameOrDigest, name));
        return Task.FromResult(Image);
    }

    public Task RemoveAsync(string nameOrDigest, bool force, CancellationToken cancellation)
    {
        Removed.Add((nameOrDigest, force));
        return Task.CompletedTask;
    }
}

internal sealed class FakeEnvironments : IEnvironments
{
    private static readonly EnvironmentSummary Summary = new("train", "debian:bookworm", "sha256:d1", "sha256:i1", 900L << 20, "glovebox.yaml");

    /// <summary>What a build reports on its way.</summary>
    public Action<IProgress<BuildProgress>> Work { get; set; } = _ => { };

    public string? Exported { get; private set; }

    public Task<IReadOnlyList<EnvironmentSummary>> ListAsync(string directory, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<EnvironmentSummary>>([Summary]);

    public Task<EnvironmentDetails> ShowAsync(string directory, string? name, CancellationToken cancellation) => name is null or "train"
        ? Task.FromResult(new EnvironmentDetails(
            Summary, new Dictionary<string, string> { ["LANG"] = "C.UTF-8" }, "/work", null,
            [new LockedPackage("debian", "python3", "3.11.2-1", "amd64", "sha256:0123456789abcdef")], [new LayerSummary("sha256:l1", "base", 1 << 20)]))
        : throw RefusalException.NotFound($"no environment '{name}'");

    public Task<EnvironmentDetails> BuildAsync(
        string directory, string? name, bool rebuild, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        Work(progress);
        return ShowAsync(directory, name, cancellation);
    }

    public Task<string> LockAsync(string directory, string? name, IProgress<BuildProgress> progress, CancellationToken cancellation) =>
        Task.FromResult($"{directory}/glovebox.lock");

    public Task RemoveAsync(string directory, string name, CancellationToken cancellation) => Task.CompletedTask;

    public Task ExportAsync(string directory, string? name, string path, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        Exported = path;
        return Task.CompletedTask;
    }
}
