using System.Collections.Concurrent;
using System.Text.Json;
using Glovebox.Api;
using Glovebox.Api.Functions;
using Glovebox.Files;
using Glovebox.Functions.Pool;
using Glovebox.Functions.Stores;
using Glovebox.Jobs;

namespace Glovebox.Functions.Calls;

/// <summary>
/// Accepted calls, from the store to their end in it. What this home took in an earlier life is taken again: a call whose server died meanwhile is
/// made again, and ends once in its record. Stopping puts back what runs.
/// </summary>
internal sealed class AsyncCalls(Catalog catalog, IFunctionPool pool, FunctionParts parts, ResultFiles results) : IDisposable
{
    private const int MostAtOnce = 1024, MostOfFunction = 64, MostAttempts = 3;

    private readonly ICallStore _store = parts.Calls;
    private readonly TimeProvider _time = parts.Time;
    private readonly ConcurrentDictionary<string, int> _running = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Making> _makings = new(StringComparer.Ordinal);

    // Held from the taking of calls until they are among the makings: who cancels one finds it there, or still in the store.
    private readonly SemaphoreSlim _taking = new(1);
    private readonly SignalWait _signals = new(parts.Calls.Listen, parts.Time);

    public async Task RunAsync(CancellationToken cancellation)
    {
        var outages = new Outages("asynchronous calls", parts.Warn, _time);
        using var alive = await AdoptAsync(outages, cancellation);
        try
        {
            while (true)
            {
                if (await outages.TryAsync<int?>(async () => await TakeAsync(cancellation), cancellation) != 0) continue;
                await _signals.WaitAsync(null, cancellation);
            }
        }
        finally
        {
            await Task.WhenAll(_makings.Values.Select(making => making.Ended));
        }
    }

    /// <summary>Ends an accepted call, with its record, unless it has ended. What another home makes goes on there, and its result is dropped.</summary>
    public async Task CancelAsync(Call call, CancellationToken cancellation)
    {
        Making? making;
        await _taking.WaitAsync(cancellation);
        try
        {
            if (!_makings.TryGetValue(call.Id, out making))
            {
                var input = await _store.ParametersAsync(call.Id, cancellation);
                await FinishAsync(call, input?.Callback, Cancelled("It was cancelled before an instance had it."), null);
                return;
            }
        }
        finally
        {
            _taking.Release();
        }

        making.Cancel();
        await making.Ended.WaitAsync(cancellation);
    }

    public void Dispose()
    {
        _signals.Dispose();
        _taking.Dispose();
    }

    /// <summary>Puts back what died with the last process on this home, unless another lives on it.</summary>
    private async Task<FileLock> AdoptAsync(Outages outages, CancellationToken cancellation)
    {
        Directory.CreateDirectory(parts.Home.Locks);
        var path = Path.Combine(parts.Home.Locks, "calls");
        using (var alone = FileLock.TryAcquire(path))
        {
            int? released = alone is null ? 0 : null;
            while (released is null) released = await outages.TryAsync<int?>(async () => await _store.ReleaseAllAsync(parts.Node, cancellation), cancellation);
        }

        return await FileLock.AcquireAsync(path, _time, cancellation, shared: true);
    }

    /// <returns>How many.</returns>
    private async Task<int> TakeAsync(CancellationToken cancellation)
    {
        var full = _running.Where(pair => pair.Value >= MostOfFunction).Select(pair => pair.Key).ToArray();
        var room = MostAtOnce - _makings.Count;
        if (room <= 0) return 0;
        await _taking.WaitAsync(cancellation);
        try
        {
            var taken = await _store.TakeAsync(parts.Node, Math.Min(room, MostOfFunction), full, cancellation);
            foreach (var call in taken) Begin(call, cancellation);
            return taken.Count;
        }
        finally
        {
            _taking.Release();
        }
    }

    private void Begin(WaitingCall waiting, CancellationToken stopping)
    {
        var (id, function) = (waiting.Call.Id, waiting.Call.Function);
        var making = _makings[id] = new Making(stopping);
        _running.AddOrUpdate(function, 1, static (_, count) => count + 1);
        _ = MakeAsync(waiting, making, stopping).ContinueWith(
            ended =>
            {
                _makings.TryRemove(id, out _);
                _running.AddOrUpdate(function, 0, static (_, count) => count - 1);
                if (ended.Exception?.InnerException is { } broken) parts.Warn($"call {id}: {broken.Message}");
                making.Dispose();
                _signals.Wake();
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task MakeAsync(WaitingCall waiting, Making making, CancellationToken stopping)
    {
        // Whoever takes must not be held up by whoever is called.
        await Task.Yield();
        var call = waiting.Call;
        var arrived = _time.GetTimestamp();
        Served? served = null;
        CallReply reply;
        try
        {
            if (call.Attempts > MostAttempts) reply = Failed($"the server died {MostAttempts} times while it ran: it is not tried again");
            else
            {
                served = await catalog.FindAsync($"{call.Function}@{call.Version}", making.Ending);
                reply = await StreamedResults.WholeAsync(await PatientlyAsync(served, waiting, making.Ending), making.Ending);
            }
        }
        catch (RefusalException refusal)
        {
            reply = Failed(refusal.Message);
        }
        catch (OperationCanceledException)
        {
            reply = Cancelled("It was cancelled before an instance had it.");
        }
        catch (Exception bug)
        {
            // Accepted is accepted: whatever happens, the call ends in its record.
            parts.Warn($"call {call.Id}: {bug}");
            reply = Failed($"this is a bug in Glovebox: {bug.GetType().Name}. The server's log has more");
        }

        if (reply.Status == CallStatus.Cancelled && stopping.IsCancellationRequested && !making.IsUnwanted)
        {
            await _store.ReleaseAsync(call.Id, CancellationToken.None);
            return;
        }

        served?.Tallies.Add(reply.Status, reply.Cold, _time.GetElapsedTime(arrived).TotalSeconds);
        await FinishAsync(call, waiting.Input.Callback, reply, served);
    }

    private async Task<CallReply> PatientlyAsync(Served served, WaitingCall waiting, CancellationToken ending)
    {
        while (true)
        {
            try
            {
                return await pool.CallAsync(served.Plan, new CallRequest(waiting.Call.Id, waiting.Input.ContentType, waiting.Input.Body), ending);
            }
            catch (BusyException busy)
            {
                await Task.Delay(busy.RetryAfter, _time, ending);
            }
        }
    }

    private async Task FinishAsync(Call call, string? callback, CallReply reply, Served? served)
    {
        var now = _time.GetUtcNow();
        var ended = EndedCall.Describe(call, served, reply, reply.Body.Length, now);
        if (reply.Status == CallStatus.Done && reply.Body.Length > 0 && ended.Result is null) results.Write(ended.Id, reply.Body);
        CallbackDelivery? told = null;
        if (callback is { } url)
        {
            var delivery = Guid.CreateVersion7(now).ToString();
            told = new CallbackDelivery(
                delivery, url, JsonSerializer.Serialize(new CallbackBody("finishes", delivery, ended), FunctionsJson.Default.CallbackBody));
        }

        var outages = new Outages("asynchronous calls", parts.Warn, _time);
        bool? done = null;
        while (done is null) done = await outages.TryAsync<bool?>(async () => await _store.FinishAsync(ended, told, CancellationToken.None), CancellationToken.None);
    }

    private static CallReply Failed(string reason) => new() { Status = CallStatus.Failed, HttpStatus = 503, Error = reason };

    private static CallReply Cancelled(string reason) => new() { Status = CallStatus.Cancelled, HttpStatus = 503, Error = reason };
}
