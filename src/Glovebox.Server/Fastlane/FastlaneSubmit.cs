using System.Text.Json.Nodes;
using Glovebox.Api;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Specs;
using Glovebox.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Glovebox.Server.Fastlane;

/// <summary>Jobs as fastlane's clients post them.</summary>
internal sealed class FastlaneSubmit(ServerParts parts)
{
    public Task PostAsync(HttpContext http) =>
        AcceptAsync(http, new SubmitOptions(Key(http), RequestAddress: Caller.Address(http)));

    public Task PutAsync(HttpContext http)
    {
        var text = (string)http.GetRouteValue("job")!;
        return Guid.TryParseExact(text, "D", out var id)
            ? AcceptAsync(http, new SubmitOptions(Id: id.ToString(), Replace: true, RequestAddress: Caller.Address(http)))
            : throw RefusalException.Bad($"The job_id '{text}' must be a valid UUID4.");
    }

    /// <summary>Its clients post with any content type, or none.</summary>
    private async Task AcceptAsync(HttpContext http, SubmitOptions options)
    {
        var task = FastlaneFind.Task(http);
        var spec = FastlaneSpecReader.Read(await Body.ReadAsync(http), parts.Clock.GetUtcNow()) with { Network = parts.FastlaneNetwork };
        var submitted = await parts.Jobs.SubmitAsync(task, spec, options, http.RequestAborted);
        await Reply.JsonAsync(http, Summary(http, submitted.Job, submitted.Job.Spec is { StartAt: null, StartIn: null, Cron: null } ? submitted.Execution : null));
    }

    public static JsonObject Summary(HttpContext http, Job job, JobExecution? execution)
    {
        var links = new Links(http);
        return new JsonObject
        {
            ["taskId"] = job.Task,
            ["jobId"] = job.Id,
            ["executionId"] = execution?.Id,
            ["executionUrl"] = execution is null ? null : links.Execution(job.Task, job.Id, execution.Id),
            ["queueJobId"] = execution?.Id ?? job.Id,
            ["jobUrl"] = links.Job(job.Task, job.Id),
            ["taskUrl"] = links.Task(job.Task),
        };
    }

    private static string? Key(HttpContext http) => http.Request.Headers["Idempotency-Key"].ToString() is { Length: > 0 } key ? key : null;
}
