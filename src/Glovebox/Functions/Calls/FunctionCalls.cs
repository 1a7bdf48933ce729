using Glovebox.Api;
using Glovebox.Api.Functions;
using Glovebox.Functions.Instances;
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

    /// <summary>Null: it is not served here, or not yet.</summary>
    public Served? Find(string reference) => _catalog.Find(reference);

    /// <exception cref="RefusalException">There is no such function, alias or version, or it cannot be served here.</exception>
    public ValueTask<Served> FindAsync(string reference, CancellationToken cancellation) =>
        _catalog.Find(reference) is { } known ? new(known) : new(_catalog.FindAsync(reference, cancellation));

    public string NewId() => CallId.New(_time.GetUtcNow());

    /// <summary>Calls, and remembers it: one with a result in pieces when the last of them was read.</summary>
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

        if (reply.Stream is not null) return Follow(served, request.Id, reply, arrivedAt, arrived);
        served.Tallies.Add(reply.Status, reply.Cold, _time.GetElapsedTime(arrived).TotalSeconds);
        _records.Add(EndedCall.Of(request.Id, served, reply, reply.Body.Length, arrivedAt, _time.GetUtcNow()));
        return reply;
    }

    private CallReply Follow(Served served, string id, CallReply reply, DateTimeOffset arrivedAt, long arrived)
    {
        return reply with { Stream = new RecordedStream(reply.Stream!, Ended) };

        void Ended(StreamEnd end, long bytes, ReadOnlyMemory<byte> body)
        {
            var (seconds, spent) = (_time.GetElapsedTime(arrived).TotalSeconds, reply.Timings);
            var whole = end.Complete(reply, body) with { Timings = spent with { Run = seconds - spent.Queue - spent.Instance } };
            served.Tallies.Add(whole.Status, whole.Cold, seconds);
            _records.Add(EndedCall.Of(id, served, whole, bytes, arrivedAt, _time.GetUtcNow()));
        }
    }
}
