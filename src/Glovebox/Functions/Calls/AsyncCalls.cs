using System.Collections.Concurrent;
using System.Text.Json;
using Glovebox.Api;
using Glovebox.Api.Functions;
using Glovebox.Functions.Pool;
using Glovebox.Functions.Stores;
using Glovebox.Jobs;

namespace Glovebox.Functions.Calls;

/// <summary>
/// Accepted calls, from the store to their end in it. What this home took in an earlier life is taken again: a call whose server died meanwhile is
/// made again, and ends once in its record. Stopping puts back what runs.
/// </summary>
internal sealed class AsyncCalls(Catalog catalog, IFunctionPool pool, ICallStore store, ResultFiles results, string node, TimeProvider time, Action<string> warn)
{
    private const int MostAtOnce = 1024, MostOfFunction = 64, MostAttempts = 3;

    private readonly ConcurrentDictionary<string, int> _running = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, bool> _tasks = new();
    private TaskCompletionSource _heard = NewSource();

    /// <summary>Something was accepted.</summary>
    public void Wake() => Volatile.Read(ref _heard).TrySetResult();

    public async Task RunAsync(CancellationToken cancellation)
    {
        var outages = new Outages("asynchronous calls", warn, time);
        await outages.TryAsync(() => store.ReleaseAllAsync(node, cancellation), cancellation);
        try
        {
            while (true)
            {
                var heard = Volatile.Read(ref _heard);
                var full = _running.Where(pair => pair.Value >= MostOfFunction).Select(pair => pair.Key).ToArray();
                var room = MostAtOnce - _tasks.Count;
                var taken = room <= 0 ? [] : await outages.TryAsync(() => store.TakeAsync(node, Math.Min(room, MostOfFunction), full, cancellation), cancellation);
                foreach (var call in taken ?? []) Begin(call, cancellation);
                if (taken is not null and not { Count: 0 }) continue;
                await heard.Task.WaitAsync(cancellation);
                Interlocked.CompareExchange(ref _heard, NewSource(), heard);
            }
        }
        finally
        {
            await Task.WhenAll(_tasks.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Begin(WaitingCall call, CancellationToken stopping)
    {
        _running.AddOrUpdate(call.Call.Function, 1, static (_, count) => count + 1);
        var task = MakeAsync(call, stopping);
        _tasks[task] = true;
        _ = task.ContinueWith(
            ended =>
            {
                _tasks.TryRemove(ended, out _);
                _running.AddOrUpdate(call.Call.Function, 0, static (_, count) => count - 1);
                if (ended.Exception?.InnerException is { } broken and not OperationCanceledException) warn($"call {call.Call.Id}: {broken.Message}");
                Wake();
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task MakeAsync(WaitingCall waiting, CancellationToken stopping)
    {
        // Whoever takes must not be held up by whoever is called.
        await Task.Yield();
        var call = waiting.Call;
        var arrived = time.GetTimestamp();
        Served? served = null;
        CallReply reply;
        try
        {
            if (call.Attempts > MostAttempts) reply = Failed($"the server died {MostAttempts} times while it ran: it is not tried again");
            else
            {
                served = await catalog.FindAsync($"{call.Function}@{call.Version}", stopping);
                reply = await PatientlyAsync(served, waiting, stopping);
            }
        }
        catch (RefusalException refusal)
        {
            reply = Failed(refusal.Message);
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            // Accepted is accepted: whatever happens, the call ends in its record.
            warn($"call {call.Id}: {bug}");
            reply = Failed($"this is a bug in Glovebox: {bug.GetType().Name}. The server's log has more");
        }

        if (reply.Status == CallStatus.Cancelled && stopping.IsCancellationRequested)
        {
            await store.ReleaseAsync(call.Id, CancellationToken.None);
            return;
        }

        reply = await StreamedResults.WholeAsync(reply, stopping);
        served?.Tallies.Add(reply.Status, reply.Cold, time.GetElapsedTime(arrived).TotalSeconds);
        await FinishAsync(waiting, EndedCall.Describe(call, served, reply, reply.Body.Length, time.GetUtcNow()), reply);
    }

    private async Task<CallReply> PatientlyAsync(Served served, WaitingCall waiting, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                return await pool.CallAsync(served.Plan, new CallRequest(waiting.Call.Id, waiting.Input.ContentType, waiting.Input.Body), stopping);
            }
            catch (BusyException busy)
            {
                await Task.Delay(busy.RetryAfter, time, stopping);
            }
        }
    }

    private async Task FinishAsync(WaitingCall waiting, Call ended, CallReply reply)
    {
        if (reply.Status == CallStatus.Done && reply.Body.Length > 0 && ended.Result is null) results.Write(ended.Id, reply.Body);
        CallbackDelivery? told = null;
        if (waiting.Input.Callback is { } url)
        {
            var delivery = Guid.CreateVersion7(time.GetUtcNow()).ToString();
            told = new CallbackDelivery(
                delivery, url, JsonSerializer.Serialize(new CallbackBody("finishes", delivery, ended), FunctionsJson.Default.CallbackBody));
        }

        var outages = new Outages("asynchronous calls", warn, time);
        bool? done = null;
        while (done is null) done = await outages.TryAsync<bool?>(async () => await store.FinishAsync(ended, told, CancellationToken.None), CancellationToken.None);
    }

    private static CallReply Failed(string reason) => new() { Status = CallStatus.Failed, HttpStatus = 503, Error = reason };

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
