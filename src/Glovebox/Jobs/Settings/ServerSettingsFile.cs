using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Deliveries;
using Glovebox.Projects.Yaml;
using YamlDotNet.RepresentationModel;

namespace Glovebox.Jobs.Settings;

/// <summary>Reads a server's settings: every complaint has its line, and an unknown key its nearest neighbour.</summary>
public static class ServerSettingsFile
{
    /// <param name="variable">The server's environment, for secrets that are given by a variable's name.</param>
    /// <exception cref="RefusalException">Anything wrong in it.</exception>
    public static ServerSettings Read(string path, Func<string, string?> variable) => Of(YamlSource.ReadFile(path), new Secrets(variable));

    /// <param name="name">Stands for the file in messages.</param>
    public static ServerSettings Parse(string text, string name, Func<string, string?> variable) => Of(new YamlSource(name).Parse(text), new Secrets(variable));

    private static ServerSettings Of(YamlMap file, Secrets secrets)
    {
        file.Only("resources", "smtp", "webhooks", "volumes", "logs", "timeouts", "fastlane");
        var (plain, timeouts) = (new ServerSettings(), file.Map("timeouts")?.Only("default", "longest"));
        return new ServerSettings
        {
            Resources = ResourcesReader.Read(file, secrets),
            Smtp = file.Map("smtp") is { } smtp ? Smtp(smtp, secrets) : null,
            WebhookSecret = file.Map("webhooks") is { } webhooks ? secrets.Read(webhooks.Only(Secrets.KeysOf("secret")), "secret") : null,
            Volumes = [.. SettingValues.Texts(file, "volumes").Select(item => Absolute(file.Source, item))],
            LogLimitBytes = file.Map("logs")?.Only("limit") is { } logs ? SettingValues.Size(logs, "limit") ?? plain.LogLimitBytes : plain.LogLimitBytes,
            DefaultTimeout = timeouts is null ? null : SettingValues.Duration(timeouts, "default"),
            LongestTimeout = timeouts is null ? null : SettingValues.Duration(timeouts, "longest"),
            FastlaneNetwork = file.Map("fastlane")?.Only("network") is { } fastlane ? Network(fastlane) : plain.FastlaneNetwork,
        };
    }

    private static MailSettings Smtp(YamlMap map, Secrets secrets)
    {
        map.Only(["host", "port", "from", "user", "starttls", .. Secrets.KeysOf("password")]);
        return new MailSettings(
            SettingValues.Needed(map, "host", "smtp"), SettingValues.Whole(map, "port", 1, 65_535) ?? 25, SettingValues.Needed(map, "from", "smtp"), map.Text("user"),
            secrets.Read(map, "password"), SettingValues.Flag(map, "starttls") ?? true);
    }

    private static NetworkMode Network(YamlMap map) => map.Text("network") is not { } word ? NetworkMode.Host
        : WireWords.Find<NetworkMode>(word) ?? throw map.Source.At(map.Find("network")!.Start, $"network must be {string.Join(" or ", WireWords.All<NetworkMode>())}, not '{word}'");

    private static string Absolute(YamlSource source, (YamlNode Node, string Text) item) => Path.IsPathRooted(item.Text) && !item.Text.Split('/').Contains("..")
        ? item.Text
        : throw source.At(item.Node.Start, $"'{item.Text}' must be an absolute path without '..'");
}
