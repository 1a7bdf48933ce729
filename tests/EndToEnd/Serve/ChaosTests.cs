using System.Text.Json.Nodes;
using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Serve;

/// <summary><c>kill -9</c> of the serving process, again and again, with jobs in flight.</summary>
public sealed class ChaosTests : Place
{
    private static readonly bool Long = Environment.GetEnvironmentVariable("GLOVEBOX_TEST_LONG") is not null;

    [Fact]
    public async Task Every_job_ends_exactly_once_however_often_the_node_is_killed()
    {
        var (jobs, kills) = Long ? (1000, 20) : (40, 4);
        var marks = Directory.CreateDirectory(Path.Combine(Elsewhere, "marks")).FullName;
        var settings = Path.Combine(Elsewhere, "server.yaml");
        await File.WriteAllTextAsync(settings, $"volumes: [{marks}]\n", TestContext.Current.CancellationToken);
        var volume = new JsonArray(new JsonObject { ["source"] = marks, ["target"] = "/marks" });
        var served = await StartAsync();
        try
        {
            // One write of one line each: whoever ran twice is in the file twice.
            var ids = new List<string>();
            for (var i = 0; i < jobs; i++)
                ids.Add(await served.SubmitAsync("chaos", "echo $GLOVEBOX_JOB_ID >> /marks/ran; sleep 0.1; echo done", new() { ["volumes"] = volume.DeepClone() }));

            for (var kill = 1; kill <= kills; kill++)
            {
                await ProgressAsync(served, jobs * kill / (kills + 1));
                await served.KillAsync();
                await served.DisposeAsync();
                served = await StartAsync();
            }
            await ProgressAsync(served, jobs);

            var ran = await File.ReadAllLinesAsync(Path.Combine(marks, "ran"), TestContext.Current.CancellationToken);
            Assert.Equal(ids.Order(StringComparer.Ordinal), ran.Order(StringComparer.Ordinal));
            foreach (var id in ids)
            {
                var job = await served.GetAsync($"/v1/jobs/{id}");
                var execution = Assert.Single((await served.GetAsync($"/v1/jobs/{id}/executions"))["items"]!.AsArray())!;
                Assert.Equal(("succeeded", "succeeded", 0), ((string?)job["status"], (string?)execution["status"], (int)execution["exitCode"]!));
                Assert.Equal("done\n", await served.Http.GetStringAsync($"/v1/executions/{execution["id"]}/log", TestContext.Current.CancellationToken));
            }
        }
        finally
        {
            await served.DisposeAsync();
        }

        Task<Served> StartAsync() => Served.StartAsync(Glovebox, Project, "--executions", "8", "--config", settings);
    }

    /// <summary>Hears the events from the first on until so many jobs have ended.</summary>
    private static async Task ProgressAsync(Served served, int finished)
    {
        using var reply = await served.Http.GetAsync("/v1/events?after=0", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var lines = new StreamReader(await reply.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        var seen = 0;
        while (seen < finished && await lines.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            if (line.StartsWith("event:", StringComparison.Ordinal) && line.Contains("job.finished", StringComparison.Ordinal)) seen++;
        if (seen < finished) throw new InvalidOperationException($"the events ended after {seen} of {finished} jobs\n{served.Said}");
    }
}
