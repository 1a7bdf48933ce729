using Glovebox.Api;
using Glovebox.Api.Functions;
using Glovebox.Functions.Pool;

namespace Glovebox.Functions.Calls;

/// <summary>The way of a call that waits for its result: reference to plan to pool, and its record behind. No store is asked in between.</summary>
public sealed class FunctionCalls
{
    private readonly Catalog _catalog;
    private readonly IFunctionPool _pool;
    private readonly CallRecords _records;
    private readonly TimeProvider _time;

    internal FunctionCalls(Catalog catalog, IFunctionPool pool, CallRecords records, TimeProvider time) =>
        (_catalog, _pool, _records, _time) = (catalog, pool, records, time);

    /// <exception cref="RefusalException">There is no such function, alias or version.</exception>
    public ValueTask<Served> FindAsync(string reference, CancellationToken cancellation) =>
        _catalog.Find(reference) is { } known ? new(known) : new(_catalog.FindAsync(reference, cancellation));

    public string NewId() => CallId.New(_time.GetUtcNow());

    /// <summary>Calls, and remembers it. A streamed result is counted by whoever sends it on.</summary>
    /// <exception cref="BusyException">Too many wait.</exception>
    public async ValueTask<CallReply> CallAsync(Served served, CallRequest request, CancellationToken cancellation)
    {
        var arrivedAt = _time.GetUtcNow();
        var arrived = _time.GetTimestamp();
        CallReply reply;
        try
        {
            reply = await _pool.CallAsync(served.Plan, request, cancellation);
        }
        catch (BusyException)
        {
            served.Tallies.Refuse();
            throw;
        }

        served.Tallies.Add(reply.Status, reply.Cold, _time.GetElapsedTime(arrived).TotalSeconds);
        _records.Add(EndedCall.Of(request.Id, served, reply, reply.Body.Length, arrivedAt, _time.GetUtcNow()));
        return reply;
    }
}
