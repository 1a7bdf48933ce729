using System.Diagnostics;
using Glovebox.Api.Functions;

namespace Glovebox.Bench.Functions;

/// <summary>The first call of a function, by what was prepared, beside bare <c>crun run</c> of the same interpreter.</summary>
internal static class FirstCalls
{
    private const int Starts = 30;

    /// <summary>A bundle for crun that runs the interpreter and ends.</summary>
    public static async Task<string> BundleAsync(PoolSite site, string folder)
    {
        var bundle = await ColdExecution.BundleAsync(site.Backend, folder, site.Root);
        var configuration = Path.Combine(bundle, "config.json");
        await File.WriteAllTextAsync(
            configuration, (await File.ReadAllTextAsync(configuration)).Replace("\"/bin/true\"", "\"/usr/bin/python3\",\"-c\",\"import json\""));
        return bundle;
    }

    public static async Task TakeAsync(PoolSite site, string folder, string bundle)
    {
        Console.WriteLine("first calls (budget: 2 x `crun run` of the interpreter where nothing is prepared):");
        var python = new Figures("python3 -c 'import json', without a box");
        var floor = new Figures("crun run of the interpreter, bare");
        var cold = new Figures("first call, nothing prepared");
        var generic = new Figures("first call, runtime preloaded");
        var loaded = new Figures("first call, function preloaded");
        for (var i = -3; i < Starts; i++)
        {
            var alone = Command.Time(folder, "/usr/bin/python3", "-c", "import json");
            var bare = Command.Time(folder, "crun", "--cgroup-manager=disabled", "run", "--bundle", bundle, $"bench-python-{Environment.ProcessId}-{i + 3}");
            var none = await FirstAsync(site, Preload.None);
            var runtime = await FirstAsync(site, Preload.Runtime);
            var function = await FirstAsync(site, Preload.Function);
            if (i < 0) continue;
            python.Add(alone);
            floor.Add(bare);
            cold.Add(none);
            generic.Add(runtime);
            loaded.Add(function);
        }
        python.Print(null);
        floor.Print(null);
        cold.Print(floor, 2);
        generic.Print(floor);
        loaded.Print(floor);
        site.Pool.Keep([]);
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
}
