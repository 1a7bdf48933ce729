using System.Diagnostics;
using System.Text.Json.Nodes;
using Glovebox.Tests.EndToEnd.Harness;
using Glovebox.Tests.Jobs.Deliveries;

namespace Glovebox.Tests.EndToEnd.Serve;

/// <summary>Mail and webhooks, from the settings of the real server to whoever receives them.</summary>
public sealed class TellingTests : Place
{
    private const string Secret = "open sesame";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_end_is_told_by_mail_and_by_webhooks_that_the_documented_check_accepts()
    {
        await using var mails = new MailReceiver();
        await using var hooks = new WebhookReceiver();
        await using var served = await StartAsync(mails.Port);
        var id = await served.SubmitAsync("told", "echo no; exit 7", new()
        {
            ["metadata"] = new JsonObject { ["owner"] = "ann" },
            ["notify"] = new JsonObject { ["fails"] = new JsonArray("ann@example.org"), ["succeeds"] = new JsonArray("bob@example.org") },
            ["webhooks"] = new JsonObject
            {
                ["fails"] = Hook($"{hooks.Url}fails"), ["finishes"] = Hook($"{hooks.Url}finishes"), ["succeeds"] = Hook($"{hooks.Url}succeeds"),
            },
        });

        var mail = await mails.NextAsync(Cancellation);
        ReceivedCall[] calls = [await hooks.NextAsync(Cancellation), await hooks.NextAsync(Cancellation)];

        Assert.Contains("ann@example.org", mail.To, StringComparison.Ordinal);
        Assert.Contains("jobs@example.org", mail.From, StringComparison.Ordinal);
        Assert.Contains($"Subject: told: failed (job {id})", mail.Text.Replace("\n ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(["/fails", "/finishes"], calls.Select(call => call.Path).Order(StringComparer.Ordinal));
        foreach (var call in calls)
        {
            var body = JsonNode.Parse(call.Body)!;
            Assert.Equal((id, "failed", 7, "ann"), ((string)body["job"]!["id"]!, (string)body["execution"]!["status"]!, (int)body["execution"]!["exitCode"]!, (string)body["metadata"]!["owner"]!));
            Assert.Equal("yes", call.Headers["X-Mine"]);
            Assert.Equal("True", await CheckedAsync(Secret, call));
            Assert.Equal("False", await CheckedAsync("another", call));
        }

        var execution = (string)(await served.GetAsync($"/v1/jobs/{id}/executions"))["items"]![0]!["id"]!;
        JsonArray told;
        do told = (await served.GetAsync($"/v1/executions/{execution}/deliveries")).AsArray();
        while (told.Any(one => (string)one!["status"]! == "pending"));
        Assert.Equal(["delivered", "delivered", "delivered"], told.Select(one => (string)one!["status"]!));
    }

    [Fact]
    public async Task A_webhook_outlives_the_node_that_was_to_send_it()
    {
        await using var hooks = new WebhookReceiver(call => call == 0 ? 503 : 204);
        ReceivedCall before;
        await using (var first = await StartAsync())
        {
            var id = await first.SubmitAsync("told", "true", new() { ["webhooks"] = new JsonObject { ["succeeds"] = Hook(hooks.Url) } });
            before = await hooks.NextAsync(Cancellation);
            var execution = (string)(await first.GetAsync($"/v1/jobs/{id}/executions"))["items"]![0]!["id"]!;
            JsonNode told;
            do told = (await first.GetAsync($"/v1/executions/{execution}/deliveries"))[0]!;
            while ((int)told["attempts"]! == 0);
            Assert.Equal(("pending", 503), ((string)told["status"]!, (int)told["lastCode"]!));
            await first.KillAsync();
        }

        await using var second = await StartAsync();
        var after = await hooks.NextAsync(Cancellation);

        Assert.Equal((before.Headers["Glovebox-Delivery"], before.Body), (after.Headers["Glovebox-Delivery"], after.Body));
        Assert.Equal("True", await CheckedAsync(Secret, after));
    }

    private static JsonArray Hook(string url) => [new JsonObject { ["url"] = url, ["headers"] = new JsonObject { ["X-Mine"] = "yes" } }];

    private async Task<Served> StartAsync(int? mailPort = null)
    {
        var (settings, secret) = (Path.Combine(Elsewhere, "server.yaml"), Path.Combine(Elsewhere, "secret"));
        await File.WriteAllTextAsync(secret, Secret + "\n", Cancellation);
        var smtp = mailPort is { } port ? $"smtp: {{host: 127.0.0.1, port: {port}, from: jobs@example.org, starttls: false}}\n" : "";
        await File.WriteAllTextAsync(settings, $"{smtp}webhooks: {{secretFile: {secret}}}\n", Cancellation);
        return await Served.StartAsync(Glovebox, Project, "--config", settings);
    }

    /// <summary>What the check in docs/jobs.md says, run as a receiver would.</summary>
    private static async Task<string> CheckedAsync(string secret, ReceivedCall call)
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Product.Repository, "docs", "jobs.md"), Cancellation);
        var check = page.Split("```python\n")[1].Split("```")[0];
        var start = new ProcessStartInfo("python3", ["-c", $"{check}\nimport json, sys\ngiven = json.load(sys.stdin)\n"
            + "print(is_ours(given['secret'].encode(), given['headers'], given['body'].encode()))"])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        using var python = Process.Start(start)!;
        var headers = new JsonObject(call.Headers.Select(header => KeyValuePair.Create(header.Key, (JsonNode?)header.Value)));
        await python.StandardInput.WriteAsync(new JsonObject { ["secret"] = secret, ["headers"] = headers, ["body"] = call.Body }.ToJsonString());
        python.StandardInput.Close();
        var said = await python.StandardOutput.ReadToEndAsync(Cancellation);
        await python.WaitForExitAsync(Cancellation);
        return said.Trim();
    }
}
