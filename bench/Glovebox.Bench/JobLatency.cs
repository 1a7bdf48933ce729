using System.Diagnostics;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Backends.Native;

namespace Glovebox.Bench;

/// <summary>From the submit to the durable record of the start, on a node that has nothing else to do.</summary>
internal static class JobLatency
{
    private const int Rounds = 200;

    public static async Task TakeAsync(string repository)
    {
        Console.WriteLine("from submit to started on an idle node (budget: 20 ms for 99 of 100):");
        var folder = Directory.CreateTempSubdirectory("glovebox-bench-").FullName;
        try
        {
            await using var site = new NodeSite(folder, new NativeBackend(TimeProvider.System), 4, folder);
            await site.StartAsync();
            var (started, accepted) = (new Figures("submit to started"), new Figures("submit to accepted"));
            for (var round = -20; round < Rounds; round++)
            {
                var (whole, submit) = await OnceAsync(site);
                if (round < 0) continue;
                started.Add(whole);
                accepted.Add(submit);
            }

            accepted.Print(null);
            started.Print(null);
            Console.WriteLine($"  {"99 of 100",-44} {started.At(0.99),9:0.0} ms  ({(started.At(0.99) < 20 ? "budget kept" : "budget MISSED")})");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(TimeSpan Started, TimeSpan Accepted)> OnceAsync(NodeSite site)
    {
        using var news = new SemaphoreSlim(0);
        using var listening = site.Listen(() => news.Release());
        var clock = Stopwatch.StartNew();
        var submitted = await site.Jobs.SubmitAsync(
            "bench", new JobSpec { Environment = "host", Command = ["/bin/true"] }, new SubmitOptions(), CancellationToken.None);
        var (accepted, started) = (clock.Elapsed, TimeSpan.Zero);
        while (true)
        {
            var execution = await site.Jobs.ShowExecutionAsync(submitted.Execution!.Id, CancellationToken.None);
            if (started == TimeSpan.Zero && execution.Status >= ExecutionState.Running) started = clock.Elapsed;
            // The next one finds the node idle again.
            if (execution.Status > ExecutionState.Running) return (started, accepted);
            await news.WaitAsync();
        }
    }
}
