using System.Text.Json;
using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Environments.Locks;
using Glovebox.Execution;
using Glovebox.Files;
using Glovebox.Images;
using Glovebox.Images.Layers;

namespace Glovebox.Environments.Host;

/// <summary>
/// This machine as an environment. Its identity is the set of installed packages with their versions, read from dpkg's status file when
/// that has changed since it was last read. (Machines without dpkg are known by their os-release alone.)
/// </summary>
internal sealed class HostEnvironment(EnvironmentStore environments, LayerStore layers, HostSystem host)
{
    public const string Kind = "host";
    private const string MemoName = "host", PackagesFolder = "hosts";

    /// <summary>The machine as it is now.</summary>
    public HostNow Now(CancellationToken cancellation)
    {
        var view = host.Look();
        var state = Digest.Of(view.State).Hex;
        var memo = environments.PathOf(MemoName);
        if (Remembered(memo, state) is { } known && layers.Contains(known.Skeleton))
            return new HostNow(known.Packages, layers.FsOf(known.Skeleton), view.Mounts, host.Inputs(view));

        var step = new LockedStep { Kind = Kind, Arguments = [SystemName()], Packages = DpkgStatus.Read(host.StatusFile) };
        var bytes = LockJson.Canonical(step);
        var packages = Digest.Of(bytes);
        var path = environments.PathOf(Path.Combine(PackagesFolder, packages.Hex + ".json"));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (!File.Exists(path)) AtomicFile.Write(path, bytes, durable: true);
        var skeleton = HostSkeleton.Make(host, view, layers, cancellation);
        AtomicFile.Write(memo, $"{state}\n{packages.Hex}\n{skeleton.Hex}\n");
        return new HostNow(packages, layers.FsOf(skeleton), view.Mounts, host.Inputs(view));
    }

    /// <summary>The layer that every box on this machine stands on; null when none was made yet.</summary>
    public Digest? Skeleton => ReadMemo(environments.PathOf(MemoName)) is { } memo ? memo.Skeleton : null;

    /// <summary>Packages of this machine as it was when they came to that digest; empty when that is not known here.</summary>
    public IReadOnlyList<LockedPackage> Packages(Digest packages)
    {
        var path = environments.PathOf(Path.Combine(PackagesFolder, packages.Hex + ".json"));
        if (!File.Exists(path)) return [];
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return LockJson.ReadStep(document.RootElement).Packages;
    }

    /// <exception cref="RefusalException">The machine's packages are not those any more; names some.</exception>
    public void RefuseUnlessUnchanged(Digest recorded, HostNow now)
    {
        if (recorded == now.Packages) return;
        var before = Packages(recorded).ToLookup(package => $"{package.Name}:{package.Architecture}", package => package.Version);
        var after = Packages(now.Packages).ToLookup(package => $"{package.Name}:{package.Architecture}", package => package.Version);
        var changes = before.Select(group => group.Key).Union(after.Select(group => group.Key)).Order(StringComparer.Ordinal)
            .Select(name => (Name: name.Split(':')[0], Before: before[name].FirstOrDefault(), After: after[name].FirstOrDefault()))
            .Where(change => change.Before != change.After)
            .Select(
                change =>
                    change.Before is null ? $"{change.Name} {change.After} is new" : change.After is null ? $"{change.Name} "
                        + $"{change.Before} is gone" : $"{change.Name} {change.Before} is now {change.After}")
            .ToList();
        var shown = changes.Count == 0
            ? "the system itself"
            : string.Join("; ", changes.Take(5)) + (changes.Count > 5 ? $"; and {changes.Count - 5} more" : "");
        throw RefusalException.Conflict(
            $"this machine's packages have changed since the run was recorded: {shown}. Run it on 'host' as a new run, or use an "
            + "environment with a base of its own (debian:SUITE)");
    }

    private string SystemName()
    {
        if (!File.Exists(host.ReleaseFile)) return "unknown";
        var line = File.ReadLines(host.ReleaseFile).FirstOrDefault(line => line.StartsWith("PRETTY_NAME=", StringComparison.Ordinal));
        return line is null ? "unknown" : line["PRETTY_NAME=".Length..].Trim('"');
    }

    private static (Digest Packages, Digest Skeleton)? Remembered(string path, string state) =>
        ReadMemo(path) is { } memo && memo.State == state ? (memo.Packages, memo.Skeleton) : null;

    private static (string State, Digest Packages, Digest Skeleton)? ReadMemo(string path)
    {
        try
        {
            return File.ReadAllLines(path) is [var state, var packages, var skeleton] && Digest.IsHex(packages) && Digest.IsHex(skeleton)
                ? (state, new Digest(packages), new Digest(skeleton)) : null;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}

/// <summary>The machine at this moment.</summary>
/// <param name="Packages">Names the set of its packages.</param>
/// <param name="Skeleton">The lowest directory of the box's root.</param>
/// <param name="Inputs">What must be as it was for all of this to be so.</param>
internal sealed record HostNow(Digest Packages, string Skeleton, IReadOnlyList<Mount> Mounts, IReadOnlyList<string> Inputs);
