using System.Diagnostics;

namespace Glovebox.Bench.Functions;

/// <summary>What functions cost that nobody calls, and what their deploys cost.</summary>
internal static class IdleCost
{
    private const int Instances = 4, Functions = 500, Deploys = 11;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20), Settled = TimeSpan.FromSeconds(3), Watched = TimeSpan.FromSeconds(10);

    public static async Task MemoryAsync(PoolSite site)
    {
        var before = Machine.Tree(Environment.ProcessId).ToHashSet();
        var plan = site.Echo() with { Min = Instances, Max = Instances };
        site.Pool.Keep([plan]);
        // A version is ready when the first of its instances is.
        while (site.Pool.Count(plan.Function).Idle < Instances) await Task.Delay(Look, TimeProvider.System);
        var boxes = Machine.Tree(Environment.ProcessId).Where(pid => !before.Contains(pid)).ToList();
        var plain = Enumerable.Range(0, Instances).Select(_ => Process.Start("/usr/bin/python3", ["-c", "import json, time; time.sleep(600)"])).ToList();
        await Task.Delay(Settled, TimeProvider.System);
        var ours = boxes.Sum(Machine.PrivateKilobytes) / 1024.0 / Instances;
        var bare = plain.Average(process => Machine.PrivateKilobytes(process.Id)) / 1024;
        foreach (var process in plain) process.Kill();
        var parts = boxes.GroupBy(pid => File.ReadAllText($"/proc/{pid}/comm").Trim())
            .Select(one => $"{one.Key} {one.Sum(Machine.PrivateKilobytes) / 1024.0 / Instances:0.0}");
        Console.WriteLine($"memory of an idle instance that nothing else uses: {ours:0.0} MB ({string.Join(", ", parts)})");
        Console.WriteLine($"  a bare interpreter with json: {bare:0.0} MB");
        site.Pool.Keep([]);
    }

    public static async Task ProcessorAsync(string repository, string folder)
    {
        using var product = await Product.StartAsync(repository, folder);
        var alone = await IdleAsync(product);
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < Functions; i++) await product.PostAsync($"f{i}");
        var deployed = clock.Elapsed;
        var many = await IdleAsync(product);
        Console.WriteLine(
            $"processor of an idle server: {alone:0.00} % without functions, {many:0.00} % with {Functions}; "
            + $"a deploy by HTTP took {deployed.TotalMilliseconds / Functions:0} ms");
    }

    public static async Task DeploysAsync(string repository, string folder)
    {
        Console.WriteLine("deploys by the command line, start of the program included (budget: with the same requirements under a second):");
        using var product = await Product.StartAsync(repository, folder);
        product.Run("runtime", "create", "slow", "--env", "host", "--dependencies", "sleep 2; date > made");
        var first = new Figures("with requirements that take 2 s to install");
        var same = new Figures("the same requirements, other code");
        var none = new Figures("no requirements");
        first.Add(product.Deploy("needy", "slow", Code(0), "something==1\n"));
        for (var i = 1; i < Deploys; i++)
        {
            same.Add(product.Deploy("needy", "slow", Code(i), "something==1\n"));
            none.Add(product.Deploy("plain", "py", Code(i), null));
        }
        first.Print(null);
        same.Print(null);
        none.Print(null);
    }

    private static string Code(int number) => $"def handle(params):\n    return {number}\n";

    private static async Task<double> IdleAsync(Product product)
    {
        await Task.Delay(Settled, TimeProvider.System);
        var before = product.Server.Pids.Sum(Machine.CpuOfTree);
        await Task.Delay(Watched, TimeProvider.System);
        return (product.Server.Pids.Sum(Machine.CpuOfTree) - before) / Watched.TotalSeconds * 100;
    }
}
