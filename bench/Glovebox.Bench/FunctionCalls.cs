using Glovebox.Bench.Functions;

namespace Glovebox.Bench;

/// <summary>
/// Calls of functions: warm, forked, fresh, cold, preloaded; deploys; and what idle ones cost. GLOVEBOX_BENCH_URL names one address, and
/// <c>functions-warm</c> loads that alone.
/// </summary>
internal static class FunctionCalls
{
    public static async Task WarmAsync(string repository)
    {
        if (Environment.GetEnvironmentVariable("GLOVEBOX_BENCH_URL") is { Length: > 0 } url) await WarmCalls.OneAsync(new Uri(url));
        else await InFolderAsync(folder => WarmCalls.ReuseAsync(repository, folder));
    }

    public static Task ForkAsync(string repository) => InFolderAsync(folder => WarmCalls.ForkAsync(repository, folder));

    public static Task StartsAsync(string repository) => InFolderAsync(async folder =>
    {
        await using var site = new PoolSite(folder, most: 16);
        var bundle = await FirstCalls.BundleAsync(site, folder);
        await FirstCalls.TakeAsync(site, folder, bundle);
        await IdleCost.MemoryAsync(site);
        await WarmCalls.FreshAsync(repository, folder, bundle);
    });

    public static Task IdleAsync(string repository) => InFolderAsync(async folder =>
    {
        await IdleCost.DeploysAsync(repository, Directory.CreateDirectory(Path.Combine(folder, "deploys")).FullName);
        await IdleCost.ProcessorAsync(repository, folder);
    });

    private static async Task InFolderAsync(Func<string, Task> take)
    {
        var folder = Directory.CreateTempSubdirectory("gbb-").FullName;
        try
        {
            await take(folder);
            Console.WriteLine($"  (load average at the end: {Machine.Load})");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
