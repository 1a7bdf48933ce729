using System.Diagnostics;
using Glovebox.Api.Functions;
using Glovebox.Bench.Functions;
using Glovebox.Functions.Pool;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Glovebox.Bench;

/// <summary>Calls of functions: warm behind a web server beside the bare one, forked, fresh, cold, preloaded, and what idle ones cost.</summary>
internal static class FunctionCalls
{
    private const string Body = "{\"hello\":\"world\"}";
    private const int Interpreters = 2, Rounds = 7, Starts = 30;
    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(1.5);

    public static async Task TakeAsync(string repository)
    {
        if (Environment.GetEnvironmentVariable("GLOVEBOX_BENCH_URL") is { Length: > 0 } url)
        {
            Console.WriteLine($"calls of {url}:");
            foreach (var connections in (int[])[1, 16]) Print($"{connections} connections", Median(await RoundsAsync(new Uri(url), connections)), null);
            return;
        }
        var folder = Directory.CreateTempSubdirectory("gbb-").FullName;
        try
        {
            await WarmAsync(Directory.CreateDirectory(Path.Combine(folder, "warm")).FullName);
            await using var site = new PoolSite(folder, most: 16);
            await IsolatedAsync(site, Isolation.Fork);
            await IsolatedAsync(site, Isolation.Fresh);
            await StartsAsync(site, folder);
            await MemoryAsync(site);
            await IdleAsync(site);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task WarmAsync(string folder)
    {
        Console.WriteLine("warm calls, Python echo, two interpreters (budgets: 0.8 of the floor's rate with 16 connections, 1.3 x its latency with one):");
        using var floor = new FloorServer(folder, Interpreters);
        await using var site = new PoolSite(folder, most: 16);
        var plan = site.Echo() with { Min = Interpreters, Max = Interpreters };
        site.Pool.Keep([plan]);
        await site.Pool.ReadyAsync(plan, CancellationToken.None);
        await using var bare = await ServeAsync(async body => await floor.CallAsync(body));
        await using var pooled = await ServeAsync(async body => (await site.Pool.CallAsync(plan, new CallRequest("c", "", body), CancellationToken.None)).Body);
        foreach (var connections in (int[])[1, 16])
        {
            var (floors, pools) = (new List<LoadResult>(), new List<LoadResult>());
            for (var round = -2; round < Rounds; round++)
            {
                var one = await Load.TakeAsync(new Uri(bare.Urls.First()), connections, RoundTime, Body);
                var other = await Load.TakeAsync(new Uri(pooled.Urls.First()), connections, RoundTime, Body);
                if (round < 0) continue;
                floors.Add(one);
                pools.Add(other);
            }
            var ground = Median(floors);
            Print($"{connections} connections, bare Kestrel (floor)", ground, null);
            Print($"{connections} connections, the pool", Median(pools), ground);
        }
    }

    private static async Task<WebApplication> ServeAsync(Func<ReadOnlyMemory<byte>, Task<ReadOnlyMemory<byte>>> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(async context =>
        {
            var length = (int)context.Request.ContentLength!.Value;
            var body = new byte[length];
            await context.Request.Body.ReadExactlyAsync(body);
            var result = await answer(body);
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = result.Length;
            await context.Response.BodyWriter.WriteAsync(result);
        });
        await app.StartAsync();
        return app;
    }

    private static async Task IsolatedAsync(PoolSite site, Isolation isolation)
    {
        var figures = new Figures($"a call with '{(isolation == Isolation.Fork ? "fork" : "fresh")}' isolation, one after the other");
        var plan = site.Echo() with { Isolation = isolation, Min = 1, Max = isolation == Isolation.Fork ? 1 : 4 };
        site.Pool.Keep([plan]);
        for (var i = -5; i < 200; i++)
        {
            if (isolation == Isolation.Fresh) await site.Pool.ReadyAsync(plan, CancellationToken.None);
            var clock = Stopwatch.StartNew();
            await site.CallAsync(plan);
            if (i >= 0) figures.Add(clock.Elapsed);
        }
        figures.Print(null);
        site.Pool.Keep([]);
    }

    private static async Task StartsAsync(PoolSite site, string folder)
    {
        var bundle = await ColdExecution.BundleAsync(site.Backend, folder, site.Root);
        var configuration = Path.Combine(bundle, "config.json");
        await File.WriteAllTextAsync(configuration, (await File.ReadAllTextAsync(configuration)).Replace("\"/bin/true\"", "\"/usr/bin/python3\",\"-c\",\"pass\""));
        var floor = new Figures("crun run of the interpreter, bare");
        var cold = new Figures("first call, nothing prepared");
        var generic = new Figures("first call, runtime preloaded");
        var loaded = new Figures("first call, function preloaded");
        for (var i = -3; i < Starts; i++)
        {
            var bare = Command.Time(folder, "crun", "--cgroup-manager=disabled", "run", "--bundle", bundle, $"bench-python-{Environment.ProcessId}-{i + 3}");
            var none = await FirstAsync(site, Preload.None);
            var runtime = await FirstAsync(site, Preload.Runtime);
            var function = await FirstAsync(site, Preload.Function);
            if (i < 0) continue;
            floor.Add(bare);
            cold.Add(none);
            generic.Add(runtime);
            loaded.Add(function);
        }
        floor.Print(null);
        cold.Print(floor, 2);
        generic.Print(floor);
        loaded.Print(floor);
    }

    private static async Task<TimeSpan> FirstAsync(PoolSite site, Preload preload)
    {
        var plan = site.Echo() with { Preload = preload };
        site.Pool.Keep([plan]);
        await site.Pool.ReadyAsync(plan, CancellationToken.None);
        var clock = Stopwatch.StartNew();
        await site.CallAsync(plan);
        return clock.Elapsed;
    }

    private static async Task MemoryAsync(PoolSite site)
    {
        var before = Load.Tree(Environment.ProcessId).ToHashSet();
        var plan = site.Echo() with { Min = 4, Max = 4 };
        site.Pool.Keep([plan]);
        await site.Pool.ReadyAsync(plan, CancellationToken.None);
        var ours = Load.Tree(Environment.ProcessId).Where(pid => !before.Contains(pid)).Sum(PrivateKilobytes) / 4.0;
        var plain = Enumerable.Range(0, 4).Select(_ => Process.Start("/usr/bin/python3", ["-c", "import json, time; time.sleep(600)"])).ToList();
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
        var bare = plain.Average(process => PrivateKilobytes(process.Id));
        foreach (var process in plain) process.Kill();
        Console.WriteLine($"  an idle instance: {ours / 1024:0.0} MB private (with crun and init), a bare interpreter with json {bare / 1024:0.0} MB");
        site.Pool.Keep([]);
    }

    private static long PrivateKilobytes(int pid)
    {
        try
        {
            return File.ReadLines($"/proc/{pid}/smaps_rollup").Where(line => line.StartsWith("Private_", StringComparison.Ordinal))
                .Sum(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]));
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static async Task IdleAsync(PoolSite site)
    {
        var plans = Enumerable.Range(0, 500).Select(_ => site.Echo() with { Preload = Preload.Auto }).ToList();
        site.Pool.Keep(plans);
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
        var cpu = Load.CpuOfTree();
        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System);
        Console.WriteLine($"  500 functions deployed and idle: {(Load.CpuOfTree() - cpu) / 5 * 100:0.0} % of a processor");
    }

    private static async Task<List<LoadResult>> RoundsAsync(Uri url, int connections)
    {
        var results = new List<LoadResult>();
        for (var round = -2; round < Rounds; round++)
        {
            var result = await Load.TakeAsync(url, connections, RoundTime, Body);
            if (round >= 0) results.Add(result);
        }
        return results;
    }

    private static LoadResult Median(List<LoadResult> results) => new(
        Middle(results, result => result.Rate), Middle(results, result => result.Middle), Middle(results, result => result.Late), Middle(results, result => result.Cpu));

    private static double Middle(List<LoadResult> results, Func<LoadResult, double> of) => results.Select(of).Order().ElementAt(results.Count / 2);

    private static void Print(string name, LoadResult result, LoadResult? floor)
    {
        var ratio = floor is null ? "" : $"  {result.Rate / floor.Rate:0.00} of the rate, {result.Middle / floor.Middle:0.00} x p50, {result.Cpu / floor.Cpu:0.00} x processor";
        Console.WriteLine($"  {name,-44} {result.Rate,8:0}/s  p50 {result.Middle,6:0} us  p99 {result.Late,6:0} us  {result.Cpu,5:0} us of processor a call{ratio}");
    }
}
