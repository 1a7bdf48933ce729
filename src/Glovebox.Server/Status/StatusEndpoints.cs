using System.Text.Json.Nodes;
using Glovebox.Api.Access;
using Glovebox.Api.Jobs;
using Glovebox.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Glovebox.Server.Status;

/// <summary>How things stand, and which resources may be used.</summary>
internal sealed class StatusEndpoints(IJobs jobs)
{
    public IEnumerable<Route> Routes() =>
    [
        new("GET", "/v1/status", TokenRole.Reader, "The queue, nodes and resources at a glance", StatusAsync) { Reply = typeof(QueueStatus) },
        new("POST", "/v1/resources/{name}/drain", TokenRole.Admin, "Keep a resource from getting new executions", DrainAsync) { Status = StatusCodes.Status204NoContent },
        new("POST", "/v1/resources/{name}/undrain", TokenRole.Admin, "Let it have them again", UndrainAsync) { Status = StatusCodes.Status204NoContent },
        new("GET", "/healthz", null, "200 when the store answers, else 503", HealthAsync),
    ];

    private async Task StatusAsync(HttpContext http) => await Reply.JsonAsync(http, await jobs.StatusAsync(http.RequestAborted), JobsJson.Default.QueueStatus);

    private Task DrainAsync(HttpContext http) => SetAsync(http, true);
    private Task UndrainAsync(HttpContext http) => SetAsync(http, false);

    private async Task SetAsync(HttpContext http, bool drained)
    {
        await jobs.SetDrainedAsync(new Ask(http).Part("name"), drained, http.RequestAborted);
        Reply.NoContent(http);
    }

    private async Task HealthAsync(HttpContext http)
    {
        await jobs.ListTasksAsync(new TaskFilter(Limit: 1), http.RequestAborted);
        await Reply.JsonAsync(http, new JsonObject { ["status"] = "ok" });
    }
}
