using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Environments;
using Glovebox.Environments.Building;
using Glovebox.Environments.Host;
using Glovebox.Environments.Locks;
using Glovebox.Home;
using Glovebox.Images;
using Glovebox.Images.Layers;
using Glovebox.Projects;

namespace Glovebox.Distributions.Debian;

/// <summary>
/// Bases <c>debian:SUITE</c> and <c>ubuntu:SUITE</c>. A step's arguments are the base and the lines of its sources.list; its packages are
/// all that is in it, so it can be made again from them when the mirror has moved on.
/// </summary>
internal sealed class DebianBase(
    GloveboxHome home, LayerStore layers, EnvironmentStore environments, DebCache debs, TimeProvider time) : IStepMaker
{
    public const string KindName = "debian";

    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);

    public string Kind => KindName;

    public async Task<IReadOnlyList<LockedStep>> ResolveAsync(StepResolution resolution, CancellationToken cancellation)
    {
        var @base = resolution.Spec.Base;
        if (@base.Kind is not (BaseKind.Debian or BaseKind.Ubuntu)) return [];
        var name = $"{@base.ToString().Replace(':', '-')}-{ImageConfig.ThisArchitecture}";
        if (environments.Kept(name) is { } kept && layers.Contains(kept.Step.Result!.Value)
            && (!resolution.Refresh || time.GetUtcNow() - kept.KeptAt < Fresh))
            return [kept.Step];
        using var draft = layers.NewDraft();
        var step = await BootstrapAsync(@base.ToString(), draft, null, resolution.Progress, cancellation);
        environments.Keep(name, step);
        return [step];
    }

    public async Task<IReadOnlyList<Digest>> BuildAsync(LockedStep step, StepBuild build, CancellationToken cancellation)
    {
        var wanted = step.Result!.Value;
        if (layers.Contains(wanted)) return [wanted];
        if (!step.Packages.All(debs.Contains))
        {
            // The mirror may still have exactly what was locked: then this is the base already.
            using var fresh = layers.NewDraft();
            var now = await BootstrapAsync(step.Arguments[0], fresh, step, build.Progress, cancellation);
            if (now.Result == wanted) return [wanted];
            using var downloads = layers.NewDraft();
            await World(step.Arguments[0], now.Result!.Value).FetchAsync(step.Packages, downloads.Path, build.Progress, cancellation);
        }
        using var repository = layers.NewDraft();
        var source = await LocalRepository.MakeAsync(step.Packages, debs, repository.Fs, cancellation);
        await Bootstrap.RunAsync("", source, build.Draft, build.Progress, cancellation);
        WriteSources(build.Draft, step);
        var made = layers.Seal(build.Draft, cancellation);
        return made == wanted ? [made] : throw RefusalException.Conflict(
            $"base {step.Arguments[0]} came out as {made}, not as the locked {wanted}, though its packages are the same: another version "
            + "of mmdebstrap or dpkg makes it differently. Resolve the environment anew here (glovebox env lock)");
    }

    /// <summary>This machine's apt looking at a base of ours.</summary>
    public AptWorld World(string @base, Digest layer) => new(layers.FsOf(layer), ListsOf(@base), debs);

    /// <summary>How long ago the sources of a base were read.</summary>
    public TimeSpan ListsAge(string @base) =>
        Directory.Exists(ListsOf(@base)) ? time.GetUtcNow().UtcDateTime - Directory.GetLastWriteTimeUtc(ListsOf(@base)) : TimeSpan.MaxValue;

    private string ListsOf(string @base) => Path.Combine(home.Cache, "apt", $"{@base.Replace(':', '-')}-{ImageConfig.ThisArchitecture}");

    /// <param name="like">A step whose sources are to be written; null for those of the mirror.</param>
    private async Task<LockedStep> BootstrapAsync(
        string @base, LayerDraft draft, LockedStep? like, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        await Bootstrap.RunAsync(@base[(@base.IndexOf(':') + 1)..], null, draft, progress, cancellation);
        var digests = TakeDebs(draft);
        TakeLists(draft, @base);
        if (like is not null) WriteSources(draft, like);
        var installed = DpkgStatus.Read(Path.Combine(draft.Fs, "var/lib/dpkg/status"));
        var packages = installed.Select(package => package with { Digest = digests[DebCache.FileNameOf(package)] }).ToList();
        var sources = File.ReadLines(SourcesOf(draft)).Where(line => line.StartsWith("deb", StringComparison.Ordinal)).ToList();
        WriteSources(draft, new LockedStep { Kind = Kind, Arguments = [@base, .. sources] });
        var result = layers.Seal(draft, cancellation);
        return new LockedStep { Kind = Kind, Arguments = [@base, .. sources], Result = result, Packages = packages };
    }

    private static void WriteSources(LayerDraft draft, LockedStep step) => File.WriteAllLines(SourcesOf(draft), step.Arguments.Skip(1));

    private static string SourcesOf(LayerDraft draft) => Path.Combine(draft.Fs, "etc/apt/sources.list");

    private Dictionary<string, string> TakeDebs(LayerDraft draft)
    {
        var digests = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(draft.Fs, "var/cache/apt/archives"), "*.deb").ToList())
            digests[Path.GetFileName(file)] = debs.Take(file).ToString();
        return digests;
    }

    private void TakeLists(LayerDraft draft, string @base)
    {
        var lists = Directory.CreateDirectory(ListsOf(@base)).FullName;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(draft.Fs, "var/lib/apt/lists")))
            File.Move(file, Path.Combine(lists, Path.GetFileName(file)), overwrite: true);
        Directory.SetLastWriteTimeUtc(lists, time.GetUtcNow().UtcDateTime);
    }
}
