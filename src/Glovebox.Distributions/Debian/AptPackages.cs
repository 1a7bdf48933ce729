using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Environments.Building;
using Glovebox.Environments.Locks;
using Glovebox.Execution;
using Glovebox.Images;
using Glovebox.Images.Layers;
using Glovebox.Projects;

namespace Glovebox.Distributions.Debian;

/// <summary>
/// Packages of Debian and Ubuntu, in one layer: resolved and fetched by this machine's apt, installed by the image's own in a box without a
/// network. A step's arguments are the names that were asked for; all others count as installed automatically.
/// </summary>
internal sealed class AptPackages(DebianBase bases, DebCache debs, BuildBox box, LayerStore layers) : IStepMaker
{
    public const string KindName = "apt";

    private const string DebsInside = "/run/glovebox/debs", DenyServicesInside = "/usr/sbin/policy-rc.d";

    private const UnixFileMode Program = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private static readonly TimeSpan UpdatedJustNow = TimeSpan.FromMinutes(10), RecentEnough = TimeSpan.FromDays(1);

    public string Kind => KindName;

    public async Task<IReadOnlyList<LockedStep>> ResolveAsync(StepResolution resolution, CancellationToken cancellation)
    {
        var asked = Asked(resolution.Spec);
        if (asked.Count == 0) return [];
        if (resolution.Before is not [{ Kind: DebianBase.KindName } @base, ..])
        {
            // What an image brings of python3 or nodejs is its own affair: only packages by name are.
            return resolution.Spec.Apt.Count == 0 ? [] : throw RefusalException.Bad(
                $"apt: packages can be added to bases debian:SUITE and ubuntu:SUITE only, not yet to '{resolution.Spec.Base}'. Install "
                + "them in the image itself, or use run:");
        }
        var world = bases.World(@base.Arguments[0], resolution.Layers[0]);
        using var scratch = layers.NewDraft();
        var longest = resolution.Refresh ? UpdatedJustNow : RecentEnough;
        var updated = bases.ListsAge(@base.Arguments[0]) <= longest;
        if (!updated) await world.UpdateAsync(resolution.Progress, cancellation);
        IReadOnlyList<LockedPackage> packages;
        try
        {
            packages = await ResolveAndFetchAsync(world, asked, scratch, resolution.Progress, cancellation);
        }
        catch (RefusalException) when (updated && bases.ListsAge(@base.Arguments[0]) > UpdatedJustNow)
        {
            // The lists may be behind the mirror.
            await world.UpdateAsync(resolution.Progress, cancellation);
            packages = await ResolveAndFetchAsync(world, asked, scratch, resolution.Progress, cancellation);
        }
        return packages.Count == 0 ? [] : [new LockedStep { Kind = Kind, Arguments = asked, Packages = packages }];
    }

    private static async Task<IReadOnlyList<LockedPackage>> ResolveAndFetchAsync(
        AptWorld world, IReadOnlyList<string> asked, LayerDraft scratch, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        progress.Report(new BuildProgress("apt: resolving " + string.Join(' ', asked)));
        var packages = await world.ResolveAsync(asked, cancellation);
        await world.FetchAsync(packages, scratch.Path, progress, cancellation);
        return packages;
    }

    /// <summary>What the spec names, and what the tools for its other packages are in.</summary>
    private static IReadOnlyList<string> Asked(EnvironmentSpec spec)
    {
        var asked = spec.Apt.ToList();
        if (spec.Pip.Count > 0) asked.AddRange(["python3", "python3-pip"]);
        if (spec.Npm is not null) asked.AddRange(["nodejs", "npm"]);
        return [.. asked.Distinct().Order(StringComparer.Ordinal)];
    }

    public async Task<IReadOnlyList<Digest>> BuildAsync(LockedStep step, StepBuild build, CancellationToken cancellation)
    {
        await EnsureFetchedAsync(step, build, cancellation);
        var names = step.Packages.Select(package => Path.GetFileName(debs.Checked(package))).ToList();
        var deny = Path.Combine(build.Draft.Path, "policy-rc.d");
        await File.WriteAllTextAsync(deny, "#!/bin/sh\n# No service is started while an image is built.\nexit 101\n", cancellation);
        File.SetUnixFileMode(deny, Program);

        var progress = new InstallProgress(build.Progress, $"apt: installing {step.Packages.Count} packages", step.Packages.Count);
        var command = new BoxCommand
        {
            Title = $"apt: {string.Join(' ', step.Arguments)}",
            Layers = build.Layers,
            Draft = build.Draft,
            Mounts = [new BindMount(debs.Directory, DebsInside, ReadOnly: true), new BindMount(deny, DenyServicesInside, ReadOnly: true)],
            Command =
            [
                "apt-get", .. Options, "install", "--yes", "--allow-downgrades", "--allow-change-held-packages",
                .. names.Select(name => $"{DebsInside}/{name}"),
            ],
            Line = progress.Take,
        };
        await box.RunAsync(command, cancellation);
        var asked = step.Arguments.Select(package => package.Split('=')[0]).ToHashSet(StringComparer.Ordinal);
        var automatic = step.Packages.Where(package => !asked.Contains(package.Name)).Select(
            package => $"{package.Name}:{package.Architecture}").ToList();
        if (automatic.Count > 0)
            await box.RunAsync(command with { Command = ["apt-mark", "auto", .. automatic.Select(NativeName)], Line = null }, cancellation);
        return [layers.Seal(build.Draft, cancellation)];
    }

    private static string NativeName(string package) => package.EndsWith(":all", StringComparison.Ordinal) ? package[..^4] : package;

    private async Task EnsureFetchedAsync(LockedStep step, StepBuild build, CancellationToken cancellation)
    {
        if (step.Packages.All(debs.Contains)) return;
        var @base = build.Before[0].Arguments[0];
        var world = bases.World(@base, build.Layers[0]);
        if (bases.ListsAge(@base) > UpdatedJustNow) await world.UpdateAsync(build.Progress, cancellation);
        await world.FetchAsync(step.Packages, build.Draft.Path, build.Progress, cancellation);
    }

    private static readonly string[] Options =
    [
        "-oDpkg::Options::=--force-unsafe-io", "-oDpkg::Options::=--force-confnew", "-oDpkg::Use-Pty=0", "-oAPT::Sandbox::User=root",
        "-oAPT::Install-Recommends=false", "-oAcquire::Languages=none", "-oDir::Cache::pkgcache=", "-oDir::Cache::srcpkgcache=",
    ];
}

/// <summary>Counts what dpkg says it does: each package is unpacked, and then set up.</summary>
internal sealed class InstallProgress(IProgress<BuildProgress> progress, string step, int packages)
{
    private int _done;

    public void Take(string line)
    {
        if (!line.StartsWith("Unpacking ", StringComparison.Ordinal) && !line.StartsWith("Setting up ", StringComparison.Ordinal)) return;
        progress.Report(new BuildProgress(step, Math.Min(++_done, 2 * packages), 2 * packages));
    }
}
