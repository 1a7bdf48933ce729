using Glovebox.Api.Jobs;

namespace Glovebox.Cli.Jobs;

/// <summary>Waits for the end of a job.</summary>
internal static class JobWait
{
    /// <summary>Events wake; the look now and then is for those that came before we listened.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    public static async Task<Job> EndAsync(IJobs jobs, string id, TimeProvider clock, CancellationToken cancellation)
    {
        var job = await jobs.ShowAsync(id, cancellation);
        if (job.Status.IsFinal()) return job;
        using var listening = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await using var events = jobs.EventsAsync(null, null, job.Id, listening.Token).GetAsyncEnumerator(listening.Token);
        var next = events.MoveNextAsync().AsTask();
        try
        {
            while (true)
            {
                job = await jobs.ShowAsync(job.Id, cancellation);
                if (job.Status.IsFinal()) return job;
                await Task.WhenAny(next, Task.Delay(Look, clock, cancellation));
                cancellation.ThrowIfCancellationRequested();
                if (!next.IsCompleted) continue;
                await next;
                next = events.MoveNextAsync().AsTask();
            }
        }
        finally
        {
            await listening.CancelAsync();
            await Task.WhenAny(next);
        }
    }

    /// <summary>The job's as an exit code: that of its newest execution that did not succeed, else 0.</summary>
    public static async Task<int> CodeAsync(IJobs jobs, Job job, CancellationToken cancellation)
    {
        if (job.Status == JobState.Succeeded) return ExitCode.Success;
        var executions = await jobs.ListExecutionsAsync(new ExecutionFilter(job.Id, Limit: 100), cancellation);
        var code = executions.Items.Where(execution => !execution.Retried).Select(ExitCode.Of).FirstOrDefault(code => code != 0);
        return code != 0 ? code : job.Status == JobState.Cancelled ? ExitCode.Terminated : ExitCode.Differs;
    }
}
