using System.Text.RegularExpressions;
using Glovebox.Projects.Yaml;
using YamlDotNet.RepresentationModel;

namespace Glovebox.Jobs.Settings;

/// <summary>Reads <c>resources</c>.</summary>
internal static class ResourcesReader
{
    public static IReadOnlyList<ResourceSettings> Read(YamlMap file, Secrets secrets)
    {
        if (file.Find("resources") is not { } node) return [];
        var resources = new List<ResourceSettings>();
        foreach (var item in file.Source.List(node, "resources"))
        {
            var resource = Resource(file.Source.Map(item, "a resource"), secrets);
            if (resources.Exists(other => other.Name == resource.Name)) throw file.Source.At(item.Start, $"a second resource '{resource.Name}': give it another name");
            resources.Add(resource);
        }

        return resources;
    }

    private static ResourceSettings Resource(YamlMap map, Secrets secrets)
    {
        map.Only("name", "match", "hosts", "tls", "maxRunning", "registries");
        var hosts = SettingValues.Texts(map, "hosts").Select(item => Host(map.Source, item)).ToList();
        if (hosts.Count == 0) throw map.Source.At((map.Find("hosts") ?? map.Find("name"))?.Start ?? default, "a resource needs hosts: a list of tcp://HOST:PORT or unix:///PATH");
        return new ResourceSettings(
            SettingValues.Needed(map, "name", "a resource"), Match(map), hosts, map.Map("tls") is { } tls ? Tls(tls) : null,
            SettingValues.Whole(map, "maxRunning", 1, 100_000), [.. Registries(map, secrets)]);
    }

    private static string Match(YamlMap map)
    {
        var match = map.Text("match") ?? "";
        try
        {
            _ = new Regex(match, RegexOptions.NonBacktracking);
            return match;
        }
        catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException)
        {
            throw map.Source.At(map.Find("match")!.Start, $"match '{match}' is no regular expression that we take: {wrong.Message}");
        }
    }

    private static string Host(YamlSource source, (YamlNode Node, string Text) item)
    {
        var (node, text) = item;
        if (text.StartsWith("unix:///", StringComparison.Ordinal) && text.Length > 8) return text;
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Scheme: "tcp", Port: > 0 }) return text;
        throw source.At(node.Start, text == "local"
            ? "'local' is no host to name: what Glovebox knows (environments, imported images) runs on this machine anyway. Give tcp://HOST:PORT or unix:///PATH"
            : $"'{text}' is no host: give tcp://HOST:PORT or unix:///PATH");
    }

    private static TlsSettings Tls(YamlMap map)
    {
        map.Only("ca", "certificate", "key");
        var (certificate, key) = (map.Text("certificate"), map.Text("key"));
        if (certificate is null != key is null) throw map.Source.At((map.Find("certificate") ?? map.Find("key"))!.Start, "certificate and key go together: give both, or neither");
        return new TlsSettings(map.Text("ca"), certificate, key);
    }

    private static IEnumerable<RegistrySettings> Registries(YamlMap map, Secrets secrets)
    {
        if (map.Find("registries") is not { } node) yield break;
        foreach (var item in map.Source.List(node, "registries"))
        {
            var registry = map.Source.Map(item, "a registry").Only(["server", "user", .. Secrets.KeysOf("password")]);
            var password = secrets.Read(registry, "password") ?? throw map.Source.At(item.Start, "a registry needs its password: give passwordVariable or passwordFile");
            yield return new RegistrySettings(SettingValues.Needed(registry, "server", "a registry"), SettingValues.Needed(registry, "user", "a registry"), password);
        }
    }
}
