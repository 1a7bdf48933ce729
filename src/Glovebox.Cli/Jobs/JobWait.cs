using Glovebox.Api.Jobs;

namespace Glovebox.Cli.Jobs;

/// <summary>Waits for the end of a job.</summary>
internal static class JobWait
{
    /// <summary>Events wake; the look now and then is for those that came before we listened.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    /// <summary>Tells how it ended, and why where it did not succeed.</summary>
    /// <returns>The job's as an exit code: that of its newest execution that did not succeed, else 0.</returns>
    /// <exception cref="OperationCanceledException">Whoever waits was sent away; they were told that the job goes on.</exception>
    public static async Task<int> TellAsync(IJobs jobs, string id, bool json, CommandContext context, CancellationToken cancellation)
    {
        var job = await EndAsync(jobs, id, context.Clock, cancellation);
        if (job.Status == JobState.Succeeded)
        {
            JobLine.Tell(context, job, json);
            return ExitCode.Success;
        }

        var executions = await jobs.ListExecutionsAsync(new ExecutionFilter(job.Id, Limit: 100), cancellation);
        var culprit = executions.Items.FirstOrDefault(execution => !execution.Retried && ExitCode.Of(execution) != ExitCode.Success);
        JobLine.Tell(context, job, json, culprit is null ? "" : JobCard.Why(culprit));
        return culprit is not null ? ExitCode.Of(culprit) : job.Status == JobState.Cancelled ? ExitCode.Terminated : ExitCode.Differs;
    }

    /// <summary>Ctrl-C ends the waiting and not the job: that must be said.</summary>
    public static async Task<T> AttendAsync<T>(string id, CommandContext context, Func<Task<T>> wait)
    {
        try
        {
            return await wait();
        }
        catch (OperationCanceledException)
        {
            context.Screen.Tell($"{context.Screen.ErrorStyle.Dim("glovebox:")} job {id} goes on; 'glovebox job cancel {id}' ends it\n");
            throw;
        }
    }

    private static async Task<Job> EndAsync(IJobs jobs, string id, TimeProvider clock, CancellationToken cancellation)
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
}
