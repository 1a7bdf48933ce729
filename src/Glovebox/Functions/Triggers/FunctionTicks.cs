using Glovebox.Api.Functions;
using Glovebox.Functions.Calls;
using Glovebox.Functions.Stores;
using Glovebox.Jobs;
using Glovebox.Jobs.Schedules;

namespace Glovebox.Functions.Triggers;

/// <summary>
/// Calls functions when their schedule says so. Each tick is one asynchronous call, whichever node comes first; ticks that passed while nobody served
/// are left out, but for the last.
/// </summary>
internal sealed class FunctionTicks(IFunctionStore functions, ITickStore ticks, string node, TimeProvider time, Action<string> warn)
{
    public async Task RunAsync(CancellationToken cancellation)
    {
        var outages = new Outages("schedules of functions", warn, time);
        using var signals = new SignalWait(functions.Listen, time);
        while (true)
        {
            await outages.TryAsync(() => RoundAsync(cancellation), cancellation);
            await signals.WaitAsync(await outages.TryAsync(() => ticks.NextAsync(cancellation), cancellation), cancellation);
        }
    }

    /// <returns>How many calls were accepted.</returns>
    internal async Task<int> RoundAsync(CancellationToken cancellation)
    {
        var fired = 0;
        var now = time.GetUtcNow();
        foreach (var (name, at) in await ticks.ListDueAsync(now, cancellation))
        {
            if (await functions.FindAsync(name, cancellation) is not { } function) continue;
            var versions = await functions.ListVersionsAsync(name, cancellation);
            var version = versions.First(version => version.Version == function.Version);
            var next = version.Spec.Cron is { } cron ? Cron.Parse(cron, version.Spec.TimeZone).Next(now) : null;
            var call = new Call
            {
                Id = CallId.New(now), Function = name, Version = function.Version, Status = CallStatus.Pending, Trigger = "schedule", CreatedAt = now,
            };
            if (await ticks.FireAsync(name, at, next, new WaitingCall(call, version.Machine ?? node, new CallInput("{}"u8.ToArray())), cancellation)) fired++;
        }

        return fired;
    }
}
