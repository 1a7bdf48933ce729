using Glovebox.Execution;

namespace Glovebox.Distributions.Npm;

/// <summary>The user's settings of npm: which registry, with which token and certificates.</summary>
internal sealed record NpmSettings(IReadOnlyDictionary<string, string> Variables, IReadOnlyList<Mount> Mounts)
{
    private static readonly string[] Taken =
        ["registry", "cafile", "strict_ssl", "proxy", "https_proxy", "noproxy", "userconfig", "maxsockets", "fetch_retries"];

    public static NpmSettings Of(HostSettings host)
    {
        var variables = host.Choose(
            name => name.StartsWith("npm_config_", StringComparison.OrdinalIgnoreCase) && Taken.Contains(name[11..].ToLowerInvariant()));
        var user = host.Variable("npm_config_userconfig") ?? host.Variable("NPM_CONFIG_USERCONFIG") ?? Path.Combine(host.Home, ".npmrc");
        (string Source, string Target)[] files = [(Path.Combine(host.System, "npmrc"), "/etc/npmrc"), (user, "/root/.npmrc")];
        var named = variables.Values.Concat(files.Select(file => file.Source).Where(File.Exists).SelectMany(FilesIn));
        return new NpmSettings(
            variables,
            [.. HostSettings.MountsOf(named.ToList()), .. files.SelectMany(file => HostSettings.MountIfThere(file.Source, file.Target))]);
    }

    private static IEnumerable<string> FilesIn(string file) =>
        File.ReadLines(file).Select(line => line.Split('=', 2)).Where(
            pair => pair.Length == 2 && pair[0].Trim() is "cafile" or "certfile" or "keyfile").Select(pair => pair[1].Trim().Trim('"'));
}
