using Glovebox.Api;
using Glovebox.Api.Access;
using Glovebox.Api.Jobs;
using Glovebox.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Glovebox.Server.Schedules;

/// <summary><c>/v1/schedules</c>: jobs with a cron expression, by their ids.</summary>
internal sealed class ScheduleEndpoints(IJobs jobs)
{
    private const string One = "/v1/schedules/{id}";

    public IEnumerable<Route> Routes() =>
    [
        new("GET", "/v1/schedules", TokenRole.Reader, "List jobs with a schedule", ListAsync)
        {
            Reply = typeof(Page<Job>), Query = [Parameters.Task, Parameters.Cursor, Parameters.Limit],
        },
        new("GET", "/v1/schedules/preview", TokenRole.Reader, "The next times of an expression", PreviewAsync)
        {
            Reply = typeof(IReadOnlyList<DateTimeOffset>),
            Query =
            [
                new("cron", "string", "five fields, six with seconds first, or @hourly and its kind"), new("timeZone", "string", "IANA name (default UTC)"),
                new("from", "string", "after this RFC 3339 time (default now)"), new("count", "integer", "1 to 1000 (default 10)"),
            ],
        },
        new("POST", $"{One}/pause", TokenRole.Operator, "Handle no tick until it is resumed", PauseAsync) { Reply = typeof(Job) },
        new("POST", $"{One}/resume", TokenRole.Operator, "Go on; the catch-up policy says what becomes of missed ticks", ResumeAsync) { Reply = typeof(Job) },
        new("POST", $"{One}/trigger", TokenRole.Operator, "Add one execution now, beside the schedule", TriggerAsync)
        {
            Reply = typeof(JobExecution), Status = StatusCodes.Status201Created,
        },
    ];

    private async Task ListAsync(HttpContext http)
    {
        var ask = new Ask(http);
        var filter = new JobFilter(ask.Text("task"), Scheduled: true, Cursor: ask.Text("cursor"), Limit: ask.Limit());
        await Reply.JsonAsync(http, await jobs.ListAsync(filter, http.RequestAborted), JobsJson.Default.PageJob);
    }

    private Task PreviewAsync(HttpContext http)
    {
        var ask = new Ask(http);
        var cron = ask.Text("cron") ?? throw RefusalException.Bad("cron: give an expression, such as cron=0+9+*+*+1-5");
        DateTimeOffset? from = null;
        if (ask.Text("from") is { } text)
            from = DateTimeOffset.TryParse(text, out var time) ? time : throw RefusalException.Bad($"from '{text}': not an RFC 3339 time, such as 2026-03-01T12:00:00Z");
        var times = jobs.Preview(cron, ask.Text("timeZone"), from, (int)(ask.Whole("count", 1, 1000) ?? 10));
        return Reply.JsonAsync(http, times, JobsJson.Default.IReadOnlyListDateTimeOffset);
    }

    private async Task PauseAsync(HttpContext http) => await Reply.JsonAsync(http, await jobs.PauseAsync(Id(http), http.RequestAborted), JobsJson.Default.Job);
    private async Task ResumeAsync(HttpContext http) => await Reply.JsonAsync(http, await jobs.ResumeAsync(Id(http), http.RequestAborted), JobsJson.Default.Job);

    private async Task TriggerAsync(HttpContext http)
    {
        var execution = await jobs.TriggerAsync(Id(http), http.RequestAborted);
        http.Response.Headers.Location = $"/v1/executions/{execution.Id}";
        await Reply.JsonAsync(http, execution, JobsJson.Default.JobExecution, StatusCodes.Status201Created);
    }

    private static string Id(HttpContext http) => new Ask(http).Part("id");
}
