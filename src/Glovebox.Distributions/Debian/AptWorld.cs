using Glovebox.Spelling;
using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Distributions.Programs;
using Glovebox.Images;
using Glovebox.Projects;

namespace Glovebox.Distributions.Debian;

/// <summary>
/// This machine's apt, looking at another system: sources, keys and installed packages are those of a base's directory, and the lists are
/// kept in the cache. So names are resolved and packages fetched without a network in any box, and with this machine's own proxy settings.
/// </summary>
/// <param name="system">The base's directory.</param>
/// <param name="lists">Where apt keeps what it knows of the sources.</param>
internal sealed class AptWorld(string system, string lists, DebCache debs)
{
    /// <summary>Asks the sources anew. Where they do not answer, what was known stays in use.</summary>
    public async Task UpdateAsync(IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        progress.Report(new BuildProgress("apt: reading package lists"));
        var result = await AptGetAsync(["update"], Path.GetTempPath(), cancellation);
        if (result.ExitCode != 0 && !Directory.EnumerateFiles(lists, "*_Packages*").Any())
            throw RefusalException.Unable(
                $"apt could not read the package lists of {system}:{result.Tail()}\nCheck the network and this machine's proxy settings "
                + "for apt");
    }

    /// <summary>What installing these brings in, exactly.</summary>
    /// <param name="packages">NAME or NAME=VERSION.</param>
    public async Task<IReadOnlyList<LockedPackage>> ResolveAsync(IReadOnlyList<string> packages, CancellationToken cancellation)
    {
        var result = await AptGetAsync(
            ["install", "--print-uris", "-qq", "-y", "--no-install-recommends", .. packages], Path.GetTempPath(), cancellation);
        if (result.ExitCode != 0) throw await RefusalAsync(packages, result, cancellation);
        return Environments.Host.DpkgStatus.Sort(result.Output.Select(Parse).OfType<LockedPackage>());
    }

    /// <summary>'URI' FILE SIZE SHA256:HEX (apt-get(8), --print-uris).</summary>
    private static LockedPackage? Parse(string line)
    {
        var words = line.Split(' ');
        if (words.Length < 4 || !line.StartsWith('\'')) return null;
        return words[3].StartsWith("SHA256:", StringComparison.Ordinal) ? DebCache.Parse(words[1], "sha256:" + words[3]["SHA256:".Length..])
            : throw RefusalException.Unable($"the source of {words[1]} does not give its SHA-256: it cannot be locked");
    }

    /// <summary>Has every package in the cache, downloading those that are not.</summary>
    /// <exception cref="RefusalException">A version is neither in the cache nor on the mirror any more.</exception>
    public async Task FetchAsync(
        IReadOnlyList<LockedPackage> packages, string scratch, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        var missing = packages.Where(package => !debs.Contains(package)).ToList();
        if (missing.Count == 0) return;
        const int AtOnce = 100;
        var done = 0;
        foreach (var part in missing.Chunk(AtOnce))
        {
            progress.Report(new BuildProgress("apt: downloading packages", done, missing.Count));
            var directory = Directory.CreateDirectory(Path.Combine(scratch, $"fetch-{done}")).FullName;
            var result = await AptGetAsync(
                ["download", "-y", .. part.Select(package => $"{package.Name}:{package.Architecture}={package.Version}")], directory,
                cancellation);
            foreach (var file in Directory.EnumerateFiles(directory, "*.deb").ToList()) debs.Take(file);
            var lacking = part.Where(package => !debs.Contains(package)).ToList();
            if (lacking.Count > 0) throw Gone(lacking, result);
            done += part.Length;
        }
        progress.Report(new BuildProgress("apt: downloading packages", done, missing.Count));
    }

    public static RefusalException Gone(IReadOnlyList<LockedPackage> lacking, ProgramResult? result)
    {
        var more = lacking.Count > 5 ? $" and {lacking.Count - 5} more" : "";
        var names = string.Join(", ", lacking.Take(5).Select(package => $"{package.Name} {package.Version}")) + more;
        return RefusalException.Unable(
            $"the locked packages {names} are neither in the cache of this home nor, with that content, on the mirror any "
            + $"more.{result?.Tail()}\n"
            + "Resolve the environment anew (glovebox env lock), or copy cache/debs from a home that built it");
    }

    private async Task<RefusalException> RefusalAsync(IReadOnlyList<string> packages, ProgramResult result, CancellationToken cancellation)
    {
        foreach (var line in result.Errors)
        {
            if (Quoted(line, "E: Unable to locate package ", "") is { } unknown || (unknown = Quoted(line, "E: Package '", "'")) is not null
                && line.Contains("no installation candidate", StringComparison.Ordinal))
            {
                var near = await NamesNearAsync(unknown, cancellation);
                var about = unknown.StartsWith("r-cran-", StringComparison.Ordinal) ? " (R packages are taken from Debian; this one it does not have.)" : "";
                return RefusalException.NotFound($"apt: there is no package '{unknown}' in the sources of this base.{near}{about}");
            }
            if (Quoted(line, "E: Version '", "'") is { } version)
            {
                var name = Quoted(line[(line.IndexOf(" for ", StringComparison.Ordinal) + 5)..], "'", "'");
                return RefusalException.NotFound(
                    $"apt: version {version} of '{name}' is not in the sources of this base. Leave the version out, or take another base");
            }
        }
        return RefusalException.Bad($"apt cannot install {string.Join(' ', packages)}:{result.Tail()}");
    }

    private static string? Quoted(string line, string before, string after)
    {
        if (!line.StartsWith(before, StringComparison.Ordinal)) return null;
        var rest = line[before.Length..];
        var end = after.Length == 0 ? rest.Length : rest.IndexOf(after, StringComparison.Ordinal);
        return end < 0 ? null : rest[..end].Trim();
    }

    private async Task<string> NamesNearAsync(string unknown, CancellationToken cancellation)
    {
        var result = await HostProgram.RunAsync("apt-cache", [.. Arguments(), "pkgnames"], cancellation);
        return NearNames.Question(unknown, result.Output);
    }

    private Task<ProgramResult> AptGetAsync(IReadOnlyList<string> arguments, string directory, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.Combine(lists, "partial"));
        // "download" writes where it runs; env(1) changes the directory without a shell.
        return HostProgram.RunAsync(
            "env", ["--chdir", directory, HostProgram.Find("apt-get") ?? "apt-get", .. Arguments(), .. arguments], cancellation);
    }

    private IEnumerable<string> Arguments() => Options.Select(option => $"-o{option.Name}={option.Value}");

    private (string Name, string Value)[] Options =>
    [
        ("Dir", system), ("Dir::State", Path.Combine(system, "var/lib/apt")), ("Dir::State::lists", lists), ("Dir::Log", lists),
        ("Dir::State::status", Path.Combine(system, "var/lib/dpkg/status")),
        ("Dir::Cache", lists), ("Dir::Cache::pkgcache", ""), ("Dir::Cache::srcpkgcache", ""),
        ("Dir::Cache::archives", Path.Combine(lists, "archives")),
        // These two are this machine's.
        ("Dir::Bin::methods", "/usr/lib/apt/methods"), ("Dir::Bin::dpkg", "/usr/bin/dpkg"),
        ("APT::Architecture", ImageConfig.ThisArchitecture), ("APT::Architectures", ImageConfig.ThisArchitecture),
        ("APT::Sandbox::User", "root"), ("APT::Install-Recommends", "false"), ("Debug::NoLocking", "1"),
        ("Acquire::ForceHash", "SHA256"), ("Acquire::Languages", "none"), ("Acquire::Retries", "3"),
    ];
}
