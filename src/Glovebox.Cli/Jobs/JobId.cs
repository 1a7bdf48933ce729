using System.CommandLine;
using Glovebox.Api;
using Glovebox.Api.Jobs;

namespace Glovebox.Cli.Jobs;

/// <summary>How verbs name a job, and which of its executions is meant.</summary>
internal static class JobId
{
    public static Argument<string> Argument() => new("ID") { Description = "Any unique part of a job's id, 4 or more characters" };

    /// <summary>A job's last execution, or the execution itself when the id is one's.</summary>
    /// <exception cref="RefusalException">NotFound.</exception>
    public static async Task<JobExecution> ExecutionAsync(IJobs jobs, string id, CancellationToken cancellation)
    {
        Job job;
        try
        {
            job = await jobs.ShowAsync(id, cancellation);
        }
        catch (RefusalException none) when (none.Kind == RefusalKind.NotFound)
        {
            return await jobs.ShowExecutionAsync(id, cancellation);
        }

        return await LastAsync(jobs, job.Id, cancellation)
            ?? throw RefusalException.NotFound($"job {job.Id} has no execution yet: its first comes at {job.Schedule?.NextAt ?? job.Spec.StartAt:u}");
    }

    public static async Task<JobExecution?> LastAsync(IJobs jobs, string job, CancellationToken cancellation) =>
        (await jobs.ListExecutionsAsync(new ExecutionFilter(job, Limit: 1), cancellation)).Items is [var last, ..] ? last : null;
}
