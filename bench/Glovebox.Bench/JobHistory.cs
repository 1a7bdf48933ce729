using System.Diagnostics;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Jobs;
using Glovebox.Jobs.Stores;
using Glovebox.Query;
using Glovebox.Storage.Sql.Jobs;

namespace Glovebox.Bench;

/// <summary>Lists, searches and counts with many finished jobs, and what it costs to bring them there.</summary>
internal static class JobHistory
{
    private const int Jobs = 100_000;
    private const int Rounds = 7;

    private static readonly string[] Searches =
        ["task='task 7'", "image='debian:42'", "status=failed", "command~'seed 99999'", "metadata.name='run 77'", "createdAt<2000-01-01", "executions.failed>0"];

    public static Task TakeAsync(string repository)
    {
        Console.WriteLine($"with {Jobs:#,0} finished jobs (budget: list, search and counts in 100 ms):");
        return JobStoreSites.EachAsync(async (name, stores) =>
        {
            await FillAsync(name, stores);
            await TimeAsync($"{name}, list", () => stores.Jobs.ListJobsAsync(new JobFilter(), null, CancellationToken.None));
            await TimeAsync($"{name}, list of a task's failed", () => stores.Jobs.ListJobsAsync(new JobFilter("task 3", JobState.Failed), null, CancellationToken.None));
            await TimeAsync($"{name}, tasks", () => stores.Jobs.ListTasksAsync(new TaskFilter(), CancellationToken.None));
            await TimeAsync($"{name}, counts", () => stores.Jobs.CountAsync(TimeProvider.System.GetUtcNow(), CancellationToken.None));
            foreach (var search in Searches)
            {
                var condition = ConditionParser.Parse(search, JobFields.Catalog);
                await TimeAsync($"{name}, {search}", () => stores.Jobs.ListJobsAsync(new JobFilter(), condition, CancellationToken.None));
            }
        });
    }

    private static async Task FillAsync(string name, JobStores stores)
    {
        var made = 0;
        await PrintAsync($"{name}, submits by 64", () => CrowdAsync(async () =>
        {
            int n;
            while ((n = Interlocked.Increment(ref made)) <= Jobs)
                await stores.Jobs.SubmitAsync(JobSubmits.NewJob(n, TimeProvider.System.GetUtcNow()), CancellationToken.None);
        }));
        var held = new System.Collections.Concurrent.ConcurrentQueue<ClaimedExecution>();
        await PrintAsync($"{name}, claims by 1, 200 at a time", async () =>
        {
            while (held.Count < Jobs)
                foreach (var one in await stores.Queue.ClaimAsync(new Claim("n", 200, [], TimeProvider.System.GetUtcNow()), CancellationToken.None)) held.Enqueue(one);
        });
        await PrintAsync($"{name}, ends by 64", () => CrowdAsync(async () =>
        {
            while (held.TryDequeue(out var one))
            {
                var (now, failed) = (TimeProvider.System.GetUtcNow(), one.Execution.Id.GetHashCode(StringComparison.Ordinal) % 50 == 0);
                await stores.Queue.FinishAsync(
                    new ExecutionFinish(
                        one.Key, failed ? ExecutionState.Failed : ExecutionState.Succeeded, failed ? FailureClass.ExitCode : null, failed ? 1 : 0, null, now, now, 1,
                        null, 0, 0, false, [], null),
                    CancellationToken.None);
            }
        }));
    }

    private static Task CrowdAsync(Func<Task> work) => Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(work)));

    private static async Task PrintAsync(string name, Func<Task> work)
    {
        var clock = Stopwatch.StartNew();
        await work();
        Console.WriteLine($"  {name,-44} {Jobs / clock.Elapsed.TotalSeconds,9:#,0} /s");
    }

    private static async Task TimeAsync(string name, Func<Task> work)
    {
        var figures = new Figures(name);
        for (var round = -2; round < Rounds; round++)
        {
            var clock = Stopwatch.StartNew();
            await work();
            if (round >= 0) figures.Add(clock.Elapsed);
        }

        figures.Print(null);
    }
}
