using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Jobs.Settings;

namespace Glovebox.Tests.Jobs.Settings;

public sealed class ServerSettingsTests
{
    [Fact]
    public void Everything_is_read()
    {
        var settings = Parse("""
            resources:
              - name: gpu
                match: ^train
                hosts: [tcp://10.0.0.5:2376, unix:///run/docker.sock]
                tls: {ca: /etc/ca.pem, certificate: /etc/cert.pem, key: /etc/key.pem}
                maxRunning: 4
                registries:
                  - {server: "registry.example:5000", user: ann, passwordVariable: REGISTRY}
            smtp: {host: mail.example, port: 587, from: jobs@example.org, user: jobs, passwordVariable: SMTP}
            webhooks: {secretVariable: HOOK}
            volumes: [/data]
            logs: {limit: 1g}
            timeouts: {default: 1h, longest: 2d}
            fastlane: {network: none}
            """);
        var resource = Assert.Single(settings.Resources);
        Assert.Equal(("gpu", "^train", 4, "/etc/key.pem"), (resource.Name, resource.Match, resource.MaxRunning!.Value, resource.Tls!.Key));
        Assert.Equal(["tcp://10.0.0.5:2376", "unix:///run/docker.sock"], resource.Hosts);
        Assert.Equal(new RegistrySettings("registry.example:5000", "ann", "value of REGISTRY"), Assert.Single(resource.Registries));
        Assert.Equal(("mail.example", 587, "value of SMTP", true), (settings.Smtp!.Host, settings.Smtp.Port, settings.Smtp.Password!, settings.Smtp.StartTls));
        Assert.Equal(("value of HOOK", 1L << 30, TimeSpan.FromHours(1), TimeSpan.FromDays(2), NetworkMode.None), (
            settings.WebhookSecret!, settings.LogLimitBytes, settings.DefaultTimeout!.Value, settings.LongestTimeout!.Value, settings.FastlaneNetwork));
        Assert.Equal(["/data"], settings.Volumes);
    }

    [Fact]
    public void An_empty_file_is_the_default() => Assert.Equal((0, null, NetworkMode.Host), (Parse("").Resources.Count, Parse("").Smtp, Parse("").FastlaneNetwork));

    [Theory]
    [InlineData("resorces: []", "server.yaml:1:1", "Did you mean resources")]
    [InlineData("resources:\n  - {name: a, host: x}", "server.yaml:2:15", "Did you mean hosts")]
    [InlineData("resources:\n  - {name: a, hosts: []}", "server.yaml:2", "needs hosts")]
    [InlineData("resources:\n  - {name: a, hosts: [10.0.0.1]}", "server.yaml:2", "tcp://HOST:PORT")]
    [InlineData("resources:\n  - {name: a, hosts: [local]}", "server.yaml:2", "anyway")]
    [InlineData("resources:\n  - {name: a, hosts: ['unix:///s'], match: '('}", "server.yaml:2", "regular expression")]
    [InlineData("resources:\n  - {name: a, hosts: ['unix:///s']}\n  - {name: a, hosts: ['unix:///s']}", "server.yaml:3", "second")]
    [InlineData("resources:\n  - {name: a, hosts: ['unix:///s'], maxRunning: 0}", "server.yaml:2", "maxRunning")]
    [InlineData("resources:\n  - {name: a, hosts: ['unix:///s'], tls: {key: k}}", "server.yaml:2", "go together")]
    [InlineData("smtp: {host: h}", "server.yaml:1", "'from'")]
    [InlineData("smtp: {host: h, from: f, password: secret}", "server.yaml:1", "passwordVariable")]
    [InlineData("webhooks: {secretVariable: UNSET}", "server.yaml:1", "not set")]
    [InlineData("webhooks: {secretFile: /nowhere}", "server.yaml:1", "cannot be read")]
    [InlineData("volumes: [data]", "server.yaml:1", "absolute")]
    [InlineData("logs: {limit: much}", "server.yaml:1", "10g")]
    [InlineData("timeouts: {default: 5}", "server.yaml:1", "30m")]
    [InlineData("fastlane: {network: bridge}", "server.yaml:1", "host")]
    public void What_is_wrong_is_named_with_its_place(string text, string place, string named)
    {
        var refusal = Assert.Throws<RefusalException>(() => Parse(text));
        Assert.StartsWith(place, refusal.Message);
        Assert.Contains(named, refusal.Message);
    }

    [Fact]
    public void Secrets_are_not_printed() =>
        Assert.DoesNotContain("value of", Parse("smtp: {host: h, from: f, user: u, passwordVariable: X}").Smtp!.ToString());

    private static ServerSettings Parse(string text) => ServerSettingsFile.Parse(text, "server.yaml", name => name == "UNSET" ? null : $"value of {name}");
}
