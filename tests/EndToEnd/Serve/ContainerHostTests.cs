using System.Net;
using System.Text.Json.Nodes;
using Glovebox.Backends.Docker;
using Glovebox.Tests.Conformance.Docker;
using Glovebox.Tests.Conformance.Stores;
using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Serve;

/// <summary>Jobs that run in containers of Docker and Podman hosts, through the real server and real engines.</summary>
public sealed class ContainerHostTests(Engines engines) : Place
{
    [Theory]
    [InlineData("docker")]
    [InlineData("podman")]
    public async Task A_job_with_an_engines_image_runs_there(string engine)
    {
        var host = await engines.StartAsync(engine);
        await using var served = await StartAsync([host]);
        var id = await SubmitAsync(served, "printf 'a\\377'; echo err >&2; pwd; exit 3");

        var job = await served.WaitAsync(id);
        var execution = await ExecutionAsync(served, id);

        Assert.Equal(("failed", "exit_code", 3), ((string?)job["status"], (string?)execution["failureClass"], (int?)execution["exitCode"]));
        Assert.Equal((host.Address, TestEngine.Image), ((string?)execution["resource"], (string?)execution["image"]));
        Assert.Equal([.. Bytes("a"), 0xff, .. Bytes("/\n")], await LogAsync(served, execution, "stdout"));
        Assert.Equal(Bytes("err\n"), await LogAsync(served, execution, "stderr"));
    }

    [Fact]
    public async Task What_image_names_is_looked_for_in_Glovebox_first()
    {
        await using var served = await StartAsync([await engines.StartAsync("podman")]);
        var id = await SubmitAsync(served, "true", "host");
        await served.WaitAsync(id);
        var execution = await ExecutionAsync(served, id);
        Assert.Equal(("succeeded", "local"), ((string?)execution["status"], (string?)execution["resource"]));
    }

    [Fact]
    public async Task Fastlanes_API_takes_an_engines_image()
    {
        await using var served = await StartAsync([await engines.StartAsync("podman")]);
        var submitted = await served.PostAsync("/tasks/dock/", new JsonObject { ["image"] = TestEngine.Image, ["command"] = "sh -c 'echo fast; exit 2'" });
        var id = (string)submitted["jobId"]!;
        await served.WaitAsync(id);
        Assert.Equal(2, (int?)(await ExecutionAsync(served, id))["exitCode"]);
        Assert.Equal("fast\n", await served.Http.GetStringAsync($"/tasks/dock/jobs/{id}/stdout/", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_host_never_has_more_at_once_than_it_may()
    {
        await using var served = await StartAsync([await engines.StartAsync("podman")], maxRunning: 1);
        var ids = new List<string>();
        for (var i = 0; i < 6; i++) ids.Add(await SubmitAsync(served, "sleep 0.3"));
        var times = new List<(DateTimeOffset From, DateTimeOffset To)>();
        foreach (var id in ids)
        {
            Assert.Equal("succeeded", (string?)(await served.WaitAsync(id))["status"]);
            var execution = await ExecutionAsync(served, id);
            times.Add(((DateTimeOffset)execution["startedAt"]!, (DateTimeOffset)execution["finishedAt"]!));
        }
        times.Sort();
        foreach (var (before, after) in times.Zip(times.Skip(1))) Assert.True(before.To <= after.From, $"one ran until {before.To:O}, the next from {after.From:O}");
    }

    [Fact]
    public async Task Work_goes_where_least_runs_and_not_where_it_is_drained()
    {
        TestEngine[] hosts = [await engines.StartAsync("docker"), await engines.StartAsync("podman")];
        await using var served = await StartAsync(hosts);
        var used = new List<string?>();
        // An engine that has just started may not answer in time when it is first asked: then the other one gets both.
        for (var attempt = 0; attempt < 4 && used.Distinct().Count() < 2; attempt++)
        {
            string[] pair = [await SubmitAsync(served, "sleep 3"), await SubmitAsync(served, "sleep 3")];
            foreach (var id in pair) await served.WaitAsync(id);
            used = [(string?)(await ExecutionAsync(served, pair[0]))["resource"], (string?)(await ExecutionAsync(served, pair[1]))["resource"]];
        }
        Assert.Equal(hosts.Select(host => host.Address).Order(StringComparer.Ordinal), used.Order(StringComparer.Ordinal));

        await SetAsync(served, hosts[0], "drain");
        Assert.True((bool)(await ResourceAsync(served, hosts[0]))["drained"]!);
        var id1 = await SubmitAsync(served, "true");
        await served.WaitAsync(id1);
        Assert.Equal(hosts[1].Address, (string?)(await ExecutionAsync(served, id1))["resource"]);

        await SetAsync(served, hosts[0], "undrain");
        await SetAsync(served, hosts[1], "drain");
        var id2 = await SubmitAsync(served, "true");
        await served.WaitAsync(id2);
        Assert.Equal(hosts[0].Address, (string?)(await ExecutionAsync(served, id2))["resource"]);
    }

    [Fact]
    public async Task The_work_of_a_host_that_is_gone_goes_to_another()
    {
        var stays = await engines.StartAsync("podman");
        await using var goes = await TestEngine.StartAsync("podman");
        await using var served = await StartAsync([goes, stays]);
        var first = await SubmitAsync(served, "true");
        await served.WaitAsync(first);
        Assert.Equal(goes.Address, (string?)(await ExecutionAsync(served, first))["resource"]);

        await goes.EndAsync();
        for (var i = 0; i < 4; i++)
        {
            var id = await SubmitAsync(served, "true");
            Assert.Equal("succeeded", (string?)(await served.WaitAsync(id))["status"]);
            Assert.Equal(stays.Address, (string?)(await ExecutionAsync(served, id))["resource"]);
        }
        var resource = await ResourceAsync(served, goes);
        Assert.Equal("open", (string?)resource["circuit"]);
        Assert.Contains(goes.Address, (string?)resource["error"]);
    }

    [Theory]
    [InlineData("docker")]
    [InlineData("podman")]
    public async Task Killed_it_leaves_its_containers_to_the_next(string engine)
    {
        var host = await engines.StartAsync(engine);
        string id;
        await using (var first = await StartAsync([host]))
        {
            id = await SubmitAsync(first, "seq 1 1000; sleep 3; seq 1001 2000; exit 4");
            await JobTests.StartedAsync(first, id);
            await first.KillAsync();
        }
        await using var second = await StartAsync([host]);
        await second.WaitAsync(id);
        var execution = await ExecutionAsync(second, id);
        Assert.Equal(4, (int?)execution["exitCode"]);
        Assert.Equal(Bytes(string.Concat(Enumerable.Range(1, 2000).Select(i => i + "\n"))), await LogAsync(second, execution, "stdout"));
    }

    /// <summary>Two servers on one store and one engine; the first one's machine never comes back.</summary>
    [Fact]
    public async Task A_container_does_not_outlive_the_record_of_its_loss()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var host = await engines.StartAsync("podman");
        var store = "postgres:" + (await PostgresCluster.GetAsync()).Connection($"e{Guid.NewGuid():N}");
        string id;
        await using (var first = await StartAsync([host], store: store))
        {
            id = await SubmitAsync(first, "sleep 600");
            await JobTests.StartedAsync(first, id);
            await first.KillAsync();
        }
        Glovebox = new Product(Path.Combine(Elsewhere, "another-home"));
        await using var second = await StartAsync([host], store: store);
        Assert.Equal("lost", (string?)(await second.WaitAsync(id))["status"]);
        var execution = await ExecutionAsync(second, id);
        using var backend = new DockerBackend(new DockerHost { Address = host.Address }, TimeProvider.System);
        while ((await backend.ListAsync(cancellation)).Any(container => container.Id == $"job-{execution["id"]}")) await Task.Yield();
    }

    private async Task<Served> StartAsync(TestEngine[] hosts, int? maxRunning = null, string store = "sqlite")
    {
        var settings = Path.Combine(Elsewhere, "server.yaml");
        await File.WriteAllTextAsync(settings, $"""
            resources:
              - name: engines
                match: ^dock
                hosts: [{string.Join(", ", hosts.Select(host => host.Address))}]
                {(maxRunning is null ? "" : $"maxRunning: {maxRunning}")}
            """, TestContext.Current.CancellationToken);
        return await Served.StartAsync(Glovebox, Project, "--executions", "4", "--config", settings, "--store", store);
    }

    private static Task<string> SubmitAsync(Served served, string line, string? image = null) =>
        served.SubmitAsync("dock", line, new JsonObject { ["environment"] = null, ["image"] = image ?? TestEngine.Image });

    private static async Task<JsonNode> ExecutionAsync(Served served, string job) =>
        Assert.Single((await served.GetAsync($"/v1/jobs/{job}/executions"))["items"]!.AsArray())!;

    private static Task<byte[]> LogAsync(Served served, JsonNode execution, string stream) =>
        served.Http.GetByteArrayAsync($"/v1/executions/{execution["id"]}/log?stream={stream}", TestContext.Current.CancellationToken);

    private static async Task<JsonNode> ResourceAsync(Served served, TestEngine host) =>
        (await served.GetAsync("/v1/status"))["resources"]!.AsArray().Single(resource => (string?)resource!["name"] == host.Address)!;

    private static async Task SetAsync(Served served, TestEngine host, string what)
    {
        using var reply = await served.Http.PostAsync(
            $"/v1/resources/{Uri.EscapeDataString(host.Address)}/{what}", content: null, TestContext.Current.CancellationToken);
        Assert.True(reply.StatusCode == HttpStatusCode.NoContent, await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
