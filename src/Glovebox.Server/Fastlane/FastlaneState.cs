using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Glovebox.Api;
using Glovebox.Api.Jobs;
using Glovebox.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Glovebox.Server.Fastlane;

/// <summary>The state of the whole, and the blacklist, which is our drain.</summary>
internal sealed class FastlaneState(ServerParts parts)
{
    private const int Shown = 100;

    /// <summary>One store does the work of Redis and of Mongo here, so both say how it is.</summary>
    public async Task HealthAsync(HttpContext http)
    {
        var error = await StoreErrorAsync(http.RequestAborted);
        var (well, errors) = (error is null, new JsonArray());
        if (error is not null)
            foreach (var source in (string[])["redis", "mongo"]) errors.Add(new JsonObject { ["source"] = source, ["message"] = error });
        var status = well ? StatusCodes.Status200OK : StatusCodes.Status500InternalServerError;
        await Reply.JsonAsync(http, new JsonObject { ["redis"] = well, ["mongo"] = well, ["errors"] = errors }, status);
    }

    private async Task<string?> StoreErrorAsync(CancellationToken cancellation)
    {
        try
        {
            await parts.Jobs.ListTasksAsync(new TaskFilter(Limit: 1), cancellation);
            return null;
        }
        catch (RefusalException refusal)
        {
            return refusal.Message;
        }
    }

    public async Task StatusAsync(HttpContext http)
    {
        var links = new Links(http);
        var status = await parts.Jobs.StatusAsync(http.RequestAborted);
        var running = await parts.Jobs.ListExecutionsAsync(new ExecutionFilter(Status: "running", Limit: Shown), http.RequestAborted);
        var scheduled = await ScheduledAsync(http.RequestAborted);
        await Reply.JsonAsync(http, new JsonObject
        {
            ["hosts"] = new JsonArray([.. status.Resources.Select(Host)]),
            ["containers"] = new JsonObject { ["running"] = new JsonArray([.. running.Items.Select(Container)]) },
            ["queues"] = new JsonObject
            {
                ["jobs"] = Length(status.Queued),
                ["monitor"] = Length(0),
                ["webhooks"] = Length(status.PendingDeliveries),
                ["notify"] = Length(0),
                ["scheduled"] = new JsonObject
                {
                    ["length"] = status.Delayed + status.Schedules,
                    ["nextTimeStamp"] = status.NextDueAt?.ToUnixTimeSeconds(),
                    ["nextHumanReadableDate"] = status.NextDueAt?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                },
            },
            ["tasks"] = new JsonObject { ["count"] = status.Tasks },
            ["jobs"] = new JsonObject
            {
                ["count"] = status.Jobs,
                ["scheduled"] = new JsonArray([.. scheduled.Select(job => Scheduled(job, links))]),
            },
            ["fastlane"] = new JsonObject { ["version"] = parts.Version, ["executor"] = "glovebox" },
        });
    }

    /// <summary>What waits for its time, and every live schedule, whether a tick of it runs just now or not.</summary>
    private async Task<IEnumerable<Job>> ScheduledAsync(CancellationToken cancellation)
    {
        var waiting = await parts.Jobs.ListAsync(new JobFilter(Status: JobState.Scheduled, Limit: Shown), cancellation);
        var live = await parts.Jobs.ListAsync(
            new JobFilter(Scheduled: true, Query: "status=scheduled or status=queued or status=running", Limit: Shown), cancellation);
        return waiting.Items.Concat(live.Items).DistinctBy(job => job.Id).OrderByDescending(job => job.CreatedAt).Take(Shown);
    }

    public Task BlacklistAsync(HttpContext http) => SetAsync(http, true);
    public Task WhitelistAsync(HttpContext http) => SetAsync(http, false);

    private async Task SetAsync(HttpContext http, bool drained)
    {
        var named = HostOf(await Body.ReadAsync(http));
        var resources = (await parts.Jobs.StatusAsync(http.RequestAborted)).Resources;
        await parts.Jobs.SetDrainedAsync(DockerHost.Find(named, resources), drained, http.RequestAborted);
        http.Response.ContentType = "text/plain";
    }

    private static string HostOf(ReadOnlyMemory<byte> json)
    {
        if (json.IsEmpty) throw RefusalException.Bad("the body is empty: send {\"host\": \"HOST:PORT\"}");
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("host", out var host) && host.ValueKind == JsonValueKind.String
            && host.GetString() is { Length: > 0 } name
            ? name
            : throw RefusalException.Bad("host: give the name of a resource, such as {\"host\": \"10.0.0.5:2375\"}");
    }

    private static JsonObject Host(ResourceStatus resource)
    {
        var (host, port) = DockerHost.Of(resource.Name);
        return new JsonObject
        {
            ["host"] = host,
            ["port"] = port,
            ["available"] = resource.Available,
            ["blacklisted"] = resource.Drained,
            ["circuit"] = resource.Circuit,
            ["error"] = resource.Error,
        };
    }

    private static JsonObject Container(JobExecution execution)
    {
        var (host, port) = DockerHost.Of(execution.Resource);
        return new JsonObject { ["host"] = host, ["port"] = port, ["id"] = execution.Instance };
    }

    private static JsonObject Scheduled(Job job, Links links) => new()
    {
        ["id"] = job.Id,
        ["createdAt"] = FastlaneWords.Time(job.CreatedAt),
        ["lastModifiedAt"] = FastlaneWords.Time(job.ModifiedAt),
        ["image"] = job.Spec.Image ?? job.Spec.Environment,
        ["command"] = FastlaneWords.Command(job.Spec.Command),
        ["metadata"] = FastlaneWords.Metadata(job.Spec),
        ["nextScheduledAt"] = FastlaneWords.Time(job.Schedule?.NextAt ?? job.Spec.StartAt),
        ["url"] = links.Job(job.Task, job.Id),
        ["stopUrl"] = $"{links.Job(job.Task, job.Id)}stop/",
        ["task"] = new JsonObject { ["id"] = job.Task, ["url"] = links.Task(job.Task) },
    };

    private static JsonObject Length(long length) => new() { ["length"] = length };
}
