using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Glovebox.Tests.Conformance.Stores;
using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Serve;

/// <summary>The shared database goes away for a time, and comes back.</summary>
public sealed class PostgresOutageTests : Place
{
    private static readonly int Seconds = Environment.GetEnvironmentVariable("GLOVEBOX_TEST_LONG") is not null ? 30 : 10;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_runs_goes_on_and_is_recorded_once_and_submits_are_refused_meanwhile(bool silent)
    {
        await using var cluster = await PostgresCluster.StartOwnAsync();
        await using var nodes = new Nodes(Elsewhere, cluster.Connection("jobs") + ";Password=hunter2;Timeout=2;Command Timeout=2", executions: 1);
        await nodes.StartAsync(0);
        await nodes.StartAsync(1);
        var jobs = new List<string>();
        foreach (var name in new[] { "one", "two" })
            jobs.Add(await nodes.SubmitAsync(
                0, "outage", $"echo $GLOVEBOX_JOB_ID >> /marks/ran; exec 9> /marks/{name}; flock 9; echo > /marks/{name}.held; sleep {Seconds}"));
        await nodes.AppearsAsync("one.held");
        await nodes.AppearsAsync("two.held");
        var places = new List<int>();
        foreach (var job in jobs) places.Add(nodes.Of(Assert.Single(await nodes.ExecutionsAsync(job))));

        await (silent ? cluster.HoldAsync() : cluster.CrashAsync());
        foreach (var number in nodes.Living)
        {
            using var reply = await nodes[number].Http.PostAsJsonAsync(
                "/v1/tasks/outage/jobs", new JsonObject { ["environment"] = "host", ["command"] = new JsonArray("true") },
                TestContext.Current.CancellationToken);
            var problem = JsonNode.Parse(await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
            Assert.Equal(HttpStatusCode.ServiceUnavailable, reply.StatusCode);
            Assert.Equal("application/problem+json", reply.Content.Headers.ContentType!.MediaType);
            Assert.Contains($"{cluster.Folder}/data:5432/postgres", (string?)problem["detail"], StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", problem.ToJsonString(), StringComparison.Ordinal);
        }

        // The outage outlasts the work.
        await nodes.FreeAsync("one");
        await nodes.FreeAsync("two");
        await (silent ? cluster.GoAsync() : cluster.BeginAsync());
        var after = await UntilItServesAsync(nodes);
        await nodes[1].WaitAsync(after);
        foreach (var job in jobs) await nodes[1].WaitAsync(job);

        Assert.Equal(jobs.Order(StringComparer.Ordinal), nodes.Marked("ran"));
        for (var i = 0; i < jobs.Count; i++)
        {
            var execution = Assert.Single(await nodes.ExecutionsAsync(jobs[i]));
            Assert.Equal(("succeeded", 1, places[i]), ((string?)execution["status"], (int)execution["attempt"]!, nodes.Of(execution)));
            // Measured by the box's own keeper, not by when the record could be made.
            Assert.InRange((double)execution["durationSeconds"]!, Seconds - 1, Seconds + 8);
        }
        foreach (var number in nodes.Living) Assert.DoesNotContain("hunter2", nodes[number].Said, StringComparison.Ordinal);
    }

    /// <summary>Submits with one idempotency key until it is taken, as a client does that is told to come again.</summary>
    private static async Task<string> UntilItServesAsync(Nodes nodes)
    {
        while (true)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/tasks/outage/jobs")
            {
                Headers = { { "Idempotency-Key", "after" } },
                Content = JsonContent.Create(new JsonObject { ["environment"] = "host", ["command"] = new JsonArray("true") }),
            };
            using var reply = await nodes[1].Http.SendAsync(request, TestContext.Current.CancellationToken);
            var text = await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            if (reply.IsSuccessStatusCode) return (string)JsonNode.Parse(text)!["job"]!["id"]!;
            Assert.Equal(HttpStatusCode.ServiceUnavailable, reply.StatusCode);
        }
    }
}
