using Glovebox.Api;
using Glovebox.Api.Jobs;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Glovebox.Server.Fastlane;

/// <summary>What a path names: whole ids, of that task and that job.</summary>
internal sealed class FastlaneFind(IJobs jobs)
{
    public static string Task(HttpContext http) => (string)http.GetRouteValue("task")!;

    public async Task<Job> JobAsync(HttpContext http)
    {
        var (task, id) = (Task(http), (string)http.GetRouteValue("job")!);
        if (Guid.TryParseExact(id, "D", out _))
        {
            var job = await jobs.ShowAsync(id.ToLowerInvariant(), http.RequestAborted);
            if (job.Task == task && job.Id.Equals(id, StringComparison.OrdinalIgnoreCase)) return job;
        }

        throw RefusalException.NotFound($"Job '{id}' was not found in task '{task}'.");
    }

    /// <summary>The execution in the path, or the job's last one; null when the job has none yet.</summary>
    public async Task<JobExecution?> ExecutionAsync(HttpContext http, Job job) => http.GetRouteValue("execution") is string id
        ? await ExecutionAsync(job, id, http.RequestAborted)
        : (await LastAsync(job, 1, http.RequestAborted)) is [var last, ..] ? last : null;

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<JobExecution>> LastAsync(Job job, int count, CancellationToken cancellation) =>
        (await jobs.ListExecutionsAsync(new ExecutionFilter(job.Id, Limit: count), cancellation)).Items;

    private async Task<JobExecution> ExecutionAsync(Job job, string id, CancellationToken cancellation)
    {
        if (Guid.TryParseExact(id, "D", out _))
        {
            var execution = await jobs.ShowExecutionAsync(id.ToLowerInvariant(), cancellation);
            if (execution.JobId == job.Id) return execution;
        }

        throw RefusalException.NotFound($"Execution '{id}' was not found in job '{job.Id}'.");
    }
}
