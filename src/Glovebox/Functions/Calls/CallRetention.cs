using Glovebox.Functions.Stores;
using Glovebox.Jobs;

namespace Glovebox.Functions.Calls;

/// <summary>Forgets, once a minute, records of calls beyond what a function keeps, and those that are older than a week.</summary>
internal sealed class CallRetention(IFunctionStore functions, ICallStore calls, ResultFiles results, TimeProvider time, Action<string> warn)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1), Kept = TimeSpan.FromDays(7);

    public async Task RunAsync(CancellationToken cancellation)
    {
        var outages = new Outages("retention of calls", warn, time);
        while (true)
        {
            await outages.TryAsync(() => RoundAsync(cancellation), cancellation);
            await Task.Delay(Pause, time, cancellation);
        }
    }

    /// <returns>How many were forgotten.</returns>
    internal async Task<int> RoundAsync(CancellationToken cancellation)
    {
        var before = time.GetUtcNow() - Kept;
        var forgotten = 0;
        foreach (var function in await functions.ListAsync(cancellation))
        {
            var versions = await functions.ListVersionsAsync(function.Name, cancellation);
            var keep = versions.FirstOrDefault(version => version.Version == function.Version)?.Spec.KeepCalls;
            if (keep is { } most) forgotten += await calls.TrimAsync(function.Name, most, before, cancellation);
        }

        results.RemoveBefore(before);
        return forgotten;
    }
}
