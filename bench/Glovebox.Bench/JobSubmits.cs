using System.Diagnostics;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Stores;
using Glovebox.Storage.Sql.Jobs;

namespace Glovebox.Bench;

/// <summary>Durable submits in process: each returns after its commit is on disk.</summary>
internal static class JobSubmits
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);

    public static Task TakeAsync(string repository)
    {
        Console.WriteLine("durable submits in process (budget: 10,000/s with 64 submitters on SQLite):");
        return JobStoreSites.EachAsync(async (name, stores) =>
        {
            foreach (var submitters in new[] { 1, 64 })
            {
                await RateAsync(stores, submitters, TimeSpan.FromSeconds(1));
                Console.WriteLine($"  {$"{name}, {submitters} submitter(s)",-44} {await RateAsync(stores, submitters, Duration),9:#,0} /s");
            }
        });
    }

    public static NewJob NewJob(int n, DateTimeOffset now)
    {
        var spec = new JobSpec
        {
            Image = "debian:" + (n % 100), Command = ["python3", "train.py", "--seed", n.ToString()], Key = null,
            Variables = new Dictionary<string, string> { ["SEED"] = n.ToString() },
            Metadata = new System.Text.Json.Nodes.JsonObject { ["name"] = "run " + n },
        };
        var job = new Job
        {
            Id = Guid.CreateVersion7(now).ToString(), Task = "task " + (n % 20), Status = JobState.Queued, Spec = spec, CreatedAt = now, ModifiedAt = now,
        };
        var execution = new JobExecution
        {
            Id = Guid.CreateVersion7(now).ToString(), JobId = job.Id, Task = job.Task, Status = ExecutionState.Queued, CreatedAt = now, AvailableAt = now,
        };
        return new NewJob(job, [new NewExecution(execution)], null, "", false);
    }

    private static async Task<double> RateAsync(JobStores stores, int submitters, TimeSpan duration)
    {
        var (count, clock) = (0, Stopwatch.StartNew());
        await Task.WhenAll(Enumerable.Range(0, submitters).Select(_ => Task.Run(async () =>
        {
            while (clock.Elapsed < duration)
                await stores.Jobs.SubmitAsync(NewJob(Interlocked.Increment(ref count), TimeProvider.System.GetUtcNow()), CancellationToken.None);
        })));
        return count / clock.Elapsed.TotalSeconds;
    }
}
