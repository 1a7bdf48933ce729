using System.Text.Json.Nodes;
using Glovebox.Api;
using Glovebox.Api.Jobs;
using Glovebox.Server.Executions;
using Glovebox.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Glovebox.Server.Fastlane;

/// <summary>One job, one execution, and what may be done with them.</summary>
internal sealed class FastlaneJobs(IJobs jobs, FastlaneFind find, Reach reach)
{
    private const int Shown = 20;

    /// <summary>Bytes of each stream that are shown inside JSON: of one execution, and of each in a list.</summary>
    private const int Log = 1 << 20, ListedLog = 1 << 16;

    private readonly LogText _logs = new(reach);

    public async Task ShowAsync(HttpContext http)
    {
        var (job, links) = (await find.JobAsync(http), new Links(http));
        var executions = new JsonArray();
        foreach (var execution in await find.LastAsync(job, Shown, http.RequestAborted))
            executions.Add(await ExecutionAsync(http, job, execution, [], links, ListedLog));
        await Reply.JsonAsync(http, new JsonObject
        {
            ["task"] = Task(job, links),
            ["job"] = new JsonObject
            {
                ["id"] = job.Id,
                ["createdAt"] = FastlaneWords.Time(job.CreatedAt),
                ["image"] = job.Spec.Image ?? job.Spec.Environment,
                ["command"] = FastlaneWords.Command(job.Spec.Command),
                ["lastModifiedAt"] = FastlaneWords.Time(job.ModifiedAt),
                ["taskId"] = job.Task,
                ["scheduled"] = job.Status == JobState.Scheduled,
                ["executionCount"] = job.Executions.Total,
                ["requestIPAddress"] = job.RequestAddress,
                ["metadata"] = FastlaneWords.Metadata(job.Spec),
                ["executions"] = executions,
            },
        });
    }

    public async Task ShowExecutionAsync(HttpContext http)
    {
        var (job, links) = (await find.JobAsync(http), new Links(http));
        var execution = (await find.ExecutionAsync(http, job))!;
        var deliveries = await jobs.ListDeliveriesAsync(execution.Id, http.RequestAborted);
        await Reply.JsonAsync(http, new JsonObject
        {
            ["task"] = Task(job, links),
            ["job"] = new JsonObject { ["id"] = job.Id, ["url"] = links.Job(job.Task, job.Id) },
            ["execution"] = await ExecutionAsync(http, job, execution, deliveries, links, Log),
        });
    }

    public async Task StopAsync(HttpContext http)
    {
        var job = await jobs.CancelAsync((await find.JobAsync(http)).Id, http.RequestAborted);
        await Reply.JsonAsync(http, FastlaneSubmit.Summary(http, job, await find.ExecutionAsync(http, job)));
    }

    public async Task RetryAsync(HttpContext http)
    {
        var job = await find.JobAsync(http);
        if (job.Schedule is not null) throw RefusalException.Bad("Can't retry a scheduled job.");
        if (await find.ExecutionAsync(http, job) is null) throw RefusalException.Bad("No execution yet to retry.");
        var execution = await jobs.RetryAsync(job.Id, http.RequestAborted);
        await Reply.JsonAsync(http, FastlaneSubmit.Summary(http, job, execution));
    }

    public async Task StopExecutionAsync(HttpContext http)
    {
        var (job, links) = (await find.JobAsync(http), new Links(http));
        var execution = await jobs.CancelExecutionAsync((await find.ExecutionAsync(http, job))!.Id, http.RequestAborted);
        await Reply.JsonAsync(http, new JsonObject
        {
            ["execution"] = new JsonObject { ["id"] = execution.Id, ["url"] = links.Execution(job.Task, job.Id, execution.Id) },
            ["job"] = new JsonObject { ["id"] = job.Id, ["url"] = links.Job(job.Task, job.Id) },
            ["task"] = Task(job, links),
        });
    }

    private static JsonObject Task(Job job, Links links) => new() { ["id"] = job.Task, ["url"] = links.Task(job.Task) };

    private async Task<JsonObject> ExecutionAsync(
        HttpContext http, Job job, JobExecution execution, IReadOnlyList<Delivery> deliveries, Links links, int most)
    {
        var (host, port) = DockerHost.Of(execution.Resource);
        var error = await _logs.ReadAsync(http, execution, LogStream.Stderr, most);
        return new JsonObject
        {
            ["executionId"] = execution.Id,
            ["createdAt"] = FastlaneWords.Time(execution.CreatedAt),
            ["requestIPAddress"] = execution.RequestAddress ?? job.RequestAddress,
            ["startedAt"] = FastlaneWords.Time(execution.StartedAt),
            ["finishedAt"] = FastlaneWords.Time(execution.FinishedAt),
            ["image"] = job.Spec.Image ?? job.Spec.Environment,
            ["command"] = FastlaneWords.Command(job.Spec.Command),
            ["metadata"] = new JsonObject
            {
                ["docker_host"] = host,
                ["docker_port"] = port,
                ["container_id"] = execution.Instance,
                ["webhookDispatch"] = new JsonArray([.. deliveries.Where(delivery => delivery.Kind == "webhook").Select(Dispatch)]),
            },
            ["status"] = FastlaneWords.Status(execution.Status),
            ["exitCode"] = execution.ExitCode,
            ["log"] = await _logs.ReadAsync(http, execution, LogStream.Stdout, most),
            // fastlane wrote its own complaints there too: a job that never started has no other place for them.
            ["error"] = execution.Error is null ? error : error.Length == 0 ? execution.Error : $"{error}\n{execution.Error}",
            ["url"] = links.Execution(job.Task, job.Id, execution.Id),
        };
    }

    private static JsonObject Dispatch(Delivery delivery) => new()
    {
        ["timestamp"] = FastlaneWords.Time(delivery.LastAt),
        ["url"] = delivery.Target,
        ["statusCode"] = delivery.LastCode,
        ["body"] = delivery.LastError,
    };
}
