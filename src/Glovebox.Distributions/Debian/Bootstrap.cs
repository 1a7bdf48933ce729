using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Distributions.Programs;
using Glovebox.Environments.Building;
using Glovebox.Images.Layers;

namespace Glovebox.Distributions.Debian;

/// <summary>Makes a minimal Debian or Ubuntu with mmdebstrap(1).</summary>
internal static class Bootstrap
{
    /// <summary>
    /// Fills the draft with a minbase system. Its packages lie in var/cache/apt/archives afterwards and the lists in var/lib/apt/lists, so
    /// that nothing is downloaded twice.
    /// </summary>
    /// <param name="suite">Empty when <paramref name="source"/> is a local directory of packages.</param>
    /// <param name="source">A line for sources.list; null for the suite's own mirror, as mmdebstrap knows it.</param>
    public static async Task RunAsync(
        string suite, string? source, LayerDraft draft, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        var isRoot = Environment.IsPrivilegedProcess;
        if (!isRoot) CheckUserNamespaces();
        var target = isRoot ? draft.Fs : Path.Combine(draft.Path, "system.tar");
        string[] arguments =
        [
            $"--mode={(isRoot ? "root" : "unshare")}", "--variant=minbase", "--include=apt", $"--format={(isRoot ? "directory" : "tar")}",
            "--skip=check/empty,essential/unlink,cleanup/apt/cache,cleanup/apt/lists", suite, target,
            .. source is null ? Array.Empty<string>() : [source],
        ];
        var title = source is null ? $"bootstrapping {suite}" : "bootstrapping from locked packages";
        var variables = new Dictionary<string, string>
        {
            ["SOURCE_DATE_EPOCH"] = Reproducible.Epoch.ToString(),
            ["TMPDIR"] = draft.MakeDirectory("tmp"),
        };
        var result = await HostProgram.RunAsync(
            "mmdebstrap", arguments, cancellation, variables,
            line =>
            {
                if (Stage(line) is { } stage) progress.Report(new BuildProgress($"{title}: {stage}"));
            });
        if (result.ExitCode != 0) throw Refuse(suite, result);
        if (!isRoot) draft.Unpack(target, cancellation);
    }

    /// <summary>What a line of mmdebstrap's report means for who waits; null for its housekeeping.</summary>
    private static string? Stage(string line) => line.Replace("I: ", "", StringComparison.Ordinal) switch
    {
        var text when text.StartsWith("running apt-get update", StringComparison.Ordinal) => "reading the package lists",
        var text when text.StartsWith("downloading packages", StringComparison.Ordinal) => "downloading packages",
        var text when text.StartsWith("extracting archives", StringComparison.Ordinal) => "unpacking",
        var text when text.StartsWith("installing", StringComparison.Ordinal) => "installing",
        var text when text.StartsWith("cleaning", StringComparison.Ordinal) => "cleaning up",
        _ => null,
    };

    private static RefusalException Refuse(string suite, ProgramResult result)
    {
        var text = string.Join('\n', result.Errors);
        if (text.Contains("E: 404", StringComparison.Ordinal) || text.Contains("does not have a Release file", StringComparison.Ordinal))
            return RefusalException.NotFound(
                $"the mirror has no suite '{suite}': write its code name (bookworm, trixie, noble):{result.Tail()}");
        if (text.Contains("NO_PUBKEY", StringComparison.Ordinal) || text.Contains("keyring", StringComparison.Ordinal))
            return RefusalException.Unable(
                $"this machine has not the keys for '{suite}': install debian-archive-keyring or ubuntu-keyring:{result.Tail()}");
        return RefusalException.Unable($"mmdebstrap could not make '{suite}':{result.Tail()}");
    }

    /// <summary>What mmdebstrap needs to give files to other users without being root.</summary>
    private static void CheckUserNamespaces()
    {
        if (HostProgram.Find("newuidmap") is null)
            throw RefusalException.Unable(
                "building a base as an ordinary user needs 'newuidmap'. Install package 'uidmap' (apt-get install uidmap), or run as root");
        var user = Environment.UserName;
        foreach (var file in (string[])["/etc/subuid", "/etc/subgid"])
        {
            if (!File.Exists(file) || !File.ReadLines(file).Any(line => line.StartsWith(user + ":", StringComparison.Ordinal)))
                throw RefusalException.Unable(
                    $"building a base as an ordinary user needs a range of ids for '{user}' in {file}: usermod --add-subuids "
                    + $"100000-165535 --add-subgids 100000-165535 {user}");
        }
    }
}
