using Glovebox.Api;
using Glovebox.Api.Functions;
using Glovebox.Functions.Calls;
using Glovebox.Functions.Pool;
using Glovebox.Functions.Stores;
using Glovebox.Functions.Triggers;

namespace Glovebox.Functions;

/// <summary>The functions of a home, served by this process: what is called, what is accepted, and what is remembered.</summary>
public sealed class FunctionNode : IDisposable
{
    private readonly FunctionParts _parts;
    private readonly IFunctionPool _pool;
    private readonly CallRecords _records;
    private readonly ResultFiles _results;
    private readonly AsyncCalls _accepted;
    private readonly FunctionTicks _ticks;
    private readonly string _name;

    public FunctionNode(FunctionParts parts, IFunctionPool pool)
    {
        (_parts, _pool) = (parts, pool);
        _name = parts.Home.Root;
        Workshop = new Workshop(parts);
        Catalog = new Catalog(parts.Functions, Workshop.Plans, pool);
        _records = new CallRecords(parts.Calls, parts.Time, parts.Warn);
        _results = new ResultFiles(parts.Home);
        _accepted = new AsyncCalls(Catalog, pool, parts.Calls, _results, _name, parts.Time, parts.Warn);
        _ticks = new FunctionTicks(parts.Functions, parts.Ticks, _name, _accepted.Wake, parts.Time, parts.Warn);
        Calls = new FunctionCalls(Catalog, pool, _records, parts.Time);
        Thesis = new ThesisCalls(this, parts);
    }

    /// <summary>Calls that wait for their result.</summary>
    public FunctionCalls Calls { get; }

    /// <summary>Calls with numbers.</summary>
    public ThesisCalls Thesis { get; }

    internal Workshop Workshop { get; }
    internal Catalog Catalog { get; }

    /// <summary>Serves until it is cancelled; then puts back what was accepted and writes what is not written yet.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await Catalog.LoadAllAsync(_parts.Warn, cancellation);
        var retention = new CallRetention(_parts.Functions, _parts.Calls, _results, _parts.Time, _parts.Warn);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] loops = [_accepted.RunAsync(ending.Token), _ticks.RunAsync(ending.Token), _records.RunAsync(ending.Token), retention.RunAsync(ending.Token)];
        await Task.WhenAny(loops);
        await ending.CancelAsync();
        await Task.WhenAll(loops);
    }

    /// <summary>Accepts a call: it is on disk when this returns.</summary>
    /// <param name="id">Of the call, so that the same request accepts it once; null for a new one.</param>
    public async Task<Call> SubmitAsync(string reference, CallInput input, string trigger, string? id, bool numbered, string? callback, CancellationToken cancellation)
    {
        var served = await Calls.FindAsync(reference, cancellation);
        var now = _parts.Time.GetUtcNow();
        var call = new Call
        {
            Id = id ?? Calls.NewId(), Function = served.Plan.Function, Version = served.Plan.Version, Status = CallStatus.Pending, Trigger = trigger, CreatedAt = now,
        };
        var kept = await _parts.Calls.SubmitAsync(new WaitingCall(call, _name, input with { Callback = callback }), numbered, cancellation);
        _accepted.Wake();
        return kept;
    }

    /// <summary>Accepts a call that a job caused.</summary>
    public Task AcceptAsync(string function, string id, ReadOnlyMemory<byte> parameters, CancellationToken cancellation) =>
        SubmitAsync(function, new CallInput(parameters), "job", id, numbered: false, null, cancellation);

    /// <summary>The result of an accepted call that its record does not hold; null when there is no such.</summary>
    public byte[]? LargeResult(string call) => _results.Read(call);

    internal Call? Unwritten(string id) => _records.Find(id);

    internal Task FlushAsync() => _records.FlushAsync();

    internal async Task ServeAsync(Function function, CancellationToken cancellation)
    {
        await Catalog.LoadAsync(function, cancellation);
        _ticks.Wake();
    }

    internal FunctionStats Stats(string name)
    {
        var (tallies, pool) = (Catalog.TalliesOf(name), _pool.Count(name));
        var found = pool.Hits + pool.Misses;
        return new FunctionStats(
            name, tallies.Calls, tallies.Of(CallStatus.Done), tallies.Of(CallStatus.Failed), tallies.Of(CallStatus.TimedOut), tallies.Of(CallStatus.Cancelled),
            tallies.Refused, tallies.Cold, found == 0 ? null : (double)pool.Hits / found, tallies.Quantile(0.5), tallies.Quantile(0.99),
            pool.Starting, pool.Idle, pool.Busy, pool.Waiting);
    }

    public void Dispose() => Catalog.Dispose();
}
