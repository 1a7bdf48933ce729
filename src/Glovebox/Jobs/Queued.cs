using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;

namespace Glovebox.Jobs;

/// <summary>Executions that are about to wait.</summary>
internal static class Queued
{
    /// <summary>The first attempt at a job, to start at once; whoever asks says what is different.</summary>
    public static JobExecution Of(Job job, DateTimeOffset now) => new()
    {
        Id = JobIds.New(now),
        JobId = job.Id,
        Task = job.Task,
        Status = ExecutionState.Queued,
        Priority = job.Spec.Priority,
        CreatedAt = now,
        AvailableAt = now,
        RequestAddress = job.RequestAddress,
    };
}
