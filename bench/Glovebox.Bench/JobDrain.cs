using System.Diagnostics;
using System.Globalization;
using Glovebox.Api.Jobs;
using Glovebox.Backends.Native;
using Glovebox.Backends.Oci;
using Glovebox.Execution;

namespace Glovebox.Bench;

/// <summary>Many short jobs through store, node and backend, beside a bare loop that keeps as many <c>crun run</c> going.</summary>
internal static class JobDrain
{
    private const int Slots = 4;
    private const int Rounds = 3;
    private const int Boxes = 200;
    private const int Warm = 1500;
    private const int Processes = 3000;

    public static async Task TakeAsync(string repository)
    {
        Console.WriteLine($"drain of {Boxes} one-box jobs of /bin/true, {Slots} at a time (budget: 0.8 x a loop of bare crun run):");
        var folder = Directory.CreateTempSubdirectory("glovebox-bench-").FullName;
        try
        {
            using var oci = new OciBackend(TimeProvider.System, Slots);
            var root = ColdExecution.Skeleton(folder);
            var bundle = await ColdExecution.BundleAsync(oci, folder, root);
            await CrunAsync(folder, bundle, 20);
            await OursAsync(Path.Combine(folder, "warm"), oci, root, Slots, Warm, "bench"); // Until nothing is compiled any more, as in a server that has run for a while.
            var (bare, ours) = (new List<double>(), new List<double>());
            var (bareCost, cost) = (new List<(double?, double)>(), new List<(double?, double)>());
            for (var round = 0; round < Rounds; round++)
            {
                bareCost.Add(await Processor.EachAsync(Boxes, async () => bare.Add(await CrunAsync(folder, bundle, Boxes))));
                var home = Path.Combine(folder, "boxes" + round.ToString(CultureInfo.InvariantCulture));
                cost.Add(await Processor.EachAsync(Boxes, async () => ours.Add(await OursAsync(home, oci, root, Slots, Boxes, "bench"))));
            }

            var (floor, rate) = (Middle(bare), Middle(ours));
            Print("bare crun run, " + Slots + " at a time", floor, Middle(bareCost), "");
            Print("jobs, boxes", rate, Middle(cost), $"{rate / floor,6:0.00} x bare  ({(rate >= 0.8 * floor ? "budget kept" : "budget MISSED")})");
            var native = new NativeBackend(TimeProvider.System);
            foreach (var slots in new[] { Slots, 64 })
            {
                var home = Path.Combine(folder, "native" + slots.ToString(CultureInfo.InvariantCulture));
                var plain = 0.0;
                var each = await Processor.EachAsync(Processes, async () => plain = await OursAsync(home, native, root, slots, Processes, "host"));
                Print($"jobs, plain processes, {slots} slots", plain, each, "");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Jobs a second, from the node's start to the last end on record.</summary>
    public static async Task<double> OursAsync(string home, IBackend backend, string root, int slots, int jobs, string environment)
    {
        Directory.CreateDirectory(home);
        await using var site = new NodeSite(home, backend, slots, root);
        await site.SubmitAsync(jobs, new JobSpec { Environment = environment, Command = ["/bin/true"] });
        var clock = Stopwatch.StartNew();
        await site.StartAsync();
        await site.DrainedAsync(jobs);
        return jobs / clock.Elapsed.TotalSeconds;
    }

    private static async Task<double> CrunAsync(string folder, string bundle, int boxes)
    {
        var begun = 0;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Slots).Select(_ => Task.Factory.StartNew(
            () =>
            {
                int n;
                while ((n = Interlocked.Increment(ref begun)) <= boxes)
                {
                    Command.Time(
                        folder, "crun", "--cgroup-manager=disabled", "run", "--bundle", bundle,
                        string.Create(CultureInfo.InvariantCulture, $"drain-{Environment.ProcessId}-{n}"));
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        return boxes / clock.Elapsed.TotalSeconds;
    }

    public static T Middle<T>(List<T> rates) => rates.Order().ElementAt(rates.Count / 2);

    private static void Print(string name, double rate, (double?, double) each, string more) =>
        Console.WriteLine($"  {name,-44} {rate,9:#,0.0} /s  {Processor.Text(each)}  {more}");
}
