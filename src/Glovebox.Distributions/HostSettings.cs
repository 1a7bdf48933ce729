using Glovebox.Execution;

namespace Glovebox.Distributions;

/// <summary>Where the user's own settings of package tools are: they hold inside a build box too, as long as it has the network.</summary>
/// <param name="Variables">Environment variables.</param>
/// <param name="Home">The home directory.</param>
/// <param name="System">The directory of the machine's own settings: <c>/etc</c>, but for tests.</param>
public sealed record HostSettings(IReadOnlyDictionary<string, string> Variables, string Home, string System = "/etc")
{
    private static readonly string[] OfEveryTool =
    [
        "http_proxy", "https_proxy", "no_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY",
        "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS",
    ];

    public static HostSettings OfThisProcess() => new(
        global::System.Environment.GetEnvironmentVariables().Cast<global::System.Collections.DictionaryEntry>().ToDictionary(
            entry => (string)entry.Key, entry => (string?)entry.Value ?? ""),
        global::System.Environment.GetFolderPath(global::System.Environment.SpecialFolder.UserProfile));

    public string? Variable(string name) => Variables.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>Proxies and certificates, and the variables that <paramref name="isTools"/> takes for the tool's own.</summary>
    internal Dictionary<string, string> Choose(Func<string, bool> isTools) =>
        Variables.Where(pair => OfEveryTool.Contains(pair.Key) || isTools(pair.Key)).ToDictionary(pair => pair.Key, pair => pair.Value);

    /// <summary>Files and directories that settings name by absolute path, seen in the box where they are on the host.</summary>
    internal static IEnumerable<Mount> MountsOf(IEnumerable<string> values) =>
        values.SelectMany(value => value.Split((char[])[' ', '\t', '\n', ',']).Append(value))
            .Select(word => word.StartsWith("file://", StringComparison.Ordinal) ? word[7..] : word.Trim())
            .Where(word => word.StartsWith('/') && word.Count(letter => letter == '/') > 1 && Path.Exists(word) && !IsOfTheBox(word))
            .Select(Path.GetFullPath).Distinct()
            .Select(path => new BindMount(path, path, ReadOnly: true));

    /// <summary>A host file at another place in the box.</summary>
    internal static IEnumerable<Mount> MountIfThere(string source, string target) =>
        File.Exists(source) ? [new BindMount(source, target, ReadOnly: true)] : [];

    private static bool IsOfTheBox(string path) => path.Split('/')[1] is "proc" or "sys" or "dev";
}
