using Glovebox.Execution;

namespace Glovebox.Distributions.Python;

/// <summary>The user's settings of pip: which indexes, with which certificates and constraints. Settings of where to install are not among
/// them.</summary>
internal sealed record PipSettings(IReadOnlyDictionary<string, string> Variables, IReadOnlyList<Mount> Mounts)
{
    private static readonly string[] Taken =
    [
        "INDEX_URL", "EXTRA_INDEX_URL", "NO_INDEX", "FIND_LINKS", "TRUSTED_HOST", "CERT", "CLIENT_CERT", "PROXY", "TIMEOUT",
            "DEFAULT_TIMEOUT", "RETRIES", "PRE",
        "ONLY_BINARY", "NO_BINARY", "PREFER_BINARY", "CONSTRAINT", "REQUIRE_HASHES", "CONFIG_FILE",
    ];

    private static readonly string[] KeysOfPaths = ["cert", "client-cert", "client_cert", "find-links", "find_links", "constraint"];

    public static PipSettings Of(HostSettings host)
    {
        var variables = host.Choose(name => name.StartsWith("PIP_", StringComparison.Ordinal) && Taken.Contains(name[4..]));
        var configured = host.Variable("XDG_CONFIG_HOME") ?? Path.Combine(host.Home, ".config");
        (string Source, string Target)[] files =
        [
            (Path.Combine(host.System, "pip.conf"), "/etc/pip.conf"),
            (Path.Combine(host.Home, ".pip/pip.conf"), "/root/.pip/pip.conf"),
            (Path.Combine(configured, "pip/pip.conf"), "/root/.config/pip/pip.conf"),
            (Path.Combine(host.Home, ".netrc"), "/root/.netrc"),
        ];
        var named = variables.Values.Concat(
            files.Take(3).Select(file => file.Source).Append(
                host.Variable("PIP_CONFIG_FILE") ?? "").Where(File.Exists).SelectMany(PathsIn));
        return new PipSettings(
            variables,
            [.. HostSettings.MountsOf(named.ToList()), .. files.SelectMany(file => HostSettings.MountIfThere(file.Source, file.Target))]);
    }

    /// <summary>Values of keys that name files, continuation lines included (Python's configparser format).</summary>
    private static IEnumerable<string> PathsIn(string file)
    {
        var taken = false;
        foreach (var line in File.ReadLines(file))
        {
            var continues = line.Length > 0 && char.IsWhiteSpace(line[0]);
            var equals = line.AsSpan().IndexOfAny('=', ':');
            if (!continues) taken = equals > 0 && KeysOfPaths.Contains(line[..equals].Trim());
            if (taken) yield return continues ? line.Trim() : line[(equals + 1)..].Trim();
        }
    }
}
