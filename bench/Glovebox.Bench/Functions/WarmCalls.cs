using System.Diagnostics;

namespace Glovebox.Bench.Functions;

/// <summary>Calls of functions that are there already, through the whole product and through what is beside it, round by round in turn.</summary>
internal static class WarmCalls
{
    public const string Body = "{\"hello\":\"world\"}";
    private const int Interpreters = 2, Rounds = 7;
    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(1.5);
    private static readonly int[] Connections = [1, 16];

    /// <summary>One instance after the other serves many calls.</summary>
    public static async Task ReuseAsync(string repository, string folder)
    {
        Console.WriteLine($"warm calls, Python echo, {Interpreters} interpreters (budgets: 0.8 of the floor's rate with 16 connections, 1.3 x its p50 with one):");
        using var floor = await FloorAsync(folder, "reuse");
        using var product = await Product.StartAsync(repository, folder);
        product.DeployEcho("echo", "--min", $"{Interpreters}", "--max", $"{Interpreters}");
        using var uwsgi = Uwsgi.Missing.Length == 0 ? await Uwsgi.StartAsync(folder, Interpreters, Body) : null;
        if (uwsgi is null) Console.WriteLine($"  nginx with uWSGI: not installed here (Debian: {Uwsgi.Missing})");
        List<Target> targets = [new("bare Kestrel (floor)", floor.Url, floor.Pids), new("glovebox serve", product.Calls("echo"), product.Server.Pids)];
        if (uwsgi is not null) targets.Add(new(uwsgi.Name, uwsgi.Url, uwsgi.Pids));
        await CompareAsync(targets);
    }

    /// <summary>A child of a loaded interpreter for each call.</summary>
    public static async Task ForkAsync(string repository, string folder)
    {
        Console.WriteLine($"the same with a forked child for each call (budget: p50 of 2 ms with one connection):");
        using var floor = await FloorAsync(folder, "fork");
        using var product = await Product.StartAsync(repository, folder);
        product.DeployEcho("echo", "--isolation", "fork", "--min", $"{Interpreters}", "--max", $"{Interpreters}");
        await CompareAsync(
        [
            new("bare Kestrel, Python that forks (floor)", floor.Url, floor.Pids), new("glovebox serve, fork", product.Calls("echo"), product.Server.Pids),
        ]);
    }

    /// <summary>A new box for each call; below it is what crun alone can start.</summary>
    public static async Task FreshAsync(string repository, string folder, string bundle)
    {
        Console.WriteLine("the same with a new box for each call, beside bare `crun run` of the interpreter:");
        using var product = await Product.StartAsync(repository, folder);
        product.DeployEcho("echo", "--isolation", "fresh", "--max", "4");
        foreach (var connections in Connections)
        {
            var (floors, ours) = (new List<LoadResult>(), new List<LoadResult>());
            for (var round = -1; round < 3; round++)
            {
                var bare = await CrunAsync(bundle, connections == 1 ? 1 : Environment.ProcessorCount, TimeSpan.FromSeconds(3), round);
                var one = await Load.TakeAsync(product.Calls("echo"), connections, TimeSpan.FromSeconds(3), Body, product.Server.Pids);
                if (round < 0) continue;
                floors.Add(bare);
                ours.Add(one);
            }
            var floor = LoadResult.Median(floors);
            Print($"{(connections == 1 ? "one" : "two")} crun run at once", floor, null);
            Print($"{connections} connections, glovebox serve, fresh", LoadResult.Median(ours), floor);
        }
    }

    /// <summary>One address alone: another server of functions.</summary>
    public static async Task OneAsync(Uri url)
    {
        Console.WriteLine($"calls of {url}:");
        await CompareAsync([new(url.Host, url, [])]);
    }

    private static Task<Listener> FloorAsync(string folder, string kind) =>
        Listener.StartAsync("floor", new ProcessStartInfo(Environment.ProcessPath!, [FloorServer.Word, folder, kind, $"{Interpreters}"]));

    private static async Task CompareAsync(IReadOnlyList<Target> targets)
    {
        foreach (var connections in Connections)
        {
            var results = targets.Select(_ => new List<LoadResult>()).ToList();
            for (var round = -2; round < Rounds; round++)
            {
                for (var i = 0; i < targets.Count; i++)
                {
                    var result = await Load.TakeAsync(targets[i].Url, connections, RoundTime, Body, targets[i].Pids);
                    if (round >= 0) results[i].Add(result);
                }
            }
            var floor = LoadResult.Median(results[0]);
            for (var i = 0; i < targets.Count; i++)
                Print($"{connections} connection{(connections == 1 ? "" : "s")}, {targets[i].Name}", LoadResult.Median(results[i]), i == 0 ? null : floor);
        }
    }

    private static async Task<LoadResult> CrunAsync(string bundle, int atOnce, TimeSpan time, int round)
    {
        var (clock, number, times) = (Stopwatch.StartNew(), 0, new List<double>());
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(() =>
        {
            while (clock.Elapsed < time)
            {
                var name = $"bench-fresh-{Environment.ProcessId}-{atOnce}-{round + 1}-{Interlocked.Increment(ref number)}";
                var taken = Command.Time(Path.GetTempPath(), "crun", "--cgroup-manager=disabled", "run", "--bundle", bundle, name);
                lock (times) times.Add(taken.TotalMicroseconds);
            }
        })));
        var sorted = times.Order().ToList();
        return new LoadResult(sorted.Count / clock.Elapsed.TotalSeconds, sorted[sorted.Count / 2], sorted[(int)(sorted.Count * 0.99)], 0, 0);
    }

    private static void Print(string name, LoadResult result, LoadResult? floor)
    {
        var ratio = floor is null ? "" : $"  {result.Rate / floor.Rate:0.00} of the rate, {result.Middle / floor.Middle:0.00} x p50";
        var cpu = result.Cpu > 0 ? $"  {result.Cpu,4:0} + {result.LoadCpu:0} us of processor a call" : "";
        Console.WriteLine($"  {name,-48} {result.Rate,8:0}/s  p50 {result.Middle,7:0} us  p99 {result.Late,7:0} us{cpu}{ratio}");
    }

    private sealed record Target(string Name, Uri Url, IReadOnlyList<int> Pids);
}
