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

    public FunctionNode(FunctionParts parts, IFunctionPool pool)
    {
        (_parts, _pool) = (parts, pool);
        Workshop = new Workshop(parts);
        Catalog = new Catalog(parts.Functions, Workshop.Plans, pool);
        _records = new CallRecords(parts.Calls, parts.Time, parts.Warn);
        _results = new ResultFiles(parts.Home);
        _accepted = new AsyncCalls(Catalog, pool, parts, _results);
        _ticks = new FunctionTicks(parts.Functions, parts.Ticks, parts.Node, parts.Time, parts.Warn);
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
        Task[] loops =
        [
            _accepted.RunAsync(ending.Token), _ticks.RunAsync(ending.Token), _records.RunAsync(ending.Token), retention.RunAsync(ending.Token),
            new CatalogNews(_parts, Catalog, Workshop.Secrets).RunAsync(ending.Token),
        ];
        await Task.WhenAny(loops);
        await ending.CancelAsync();
        await Task.WhenAll(loops);
    }

    /// <summary>Accepts a call: it is on disk when this returns.</summary>
    /// <param name="id">Of the call, so that the same request accepts it once; null for a new one.</param>
    public async Task<Call> SubmitAsync(string reference, CallInput input, string trigger, string? id, bool numbered, string? callback, CancellationToken cancellation)
    {
        var place = await PlaceAsync(reference, cancellation);
        var call = new Call
        {
            Id = id ?? Calls.NewId(), Function = place.Function, Version = place.Version, Status = CallStatus.Pending, Trigger = trigger, CreatedAt = _parts.Time.GetUtcNow(),
        };
        return await _parts.Calls.SubmitAsync(new WaitingCall(call, place.Machine ?? _parts.Node, input with { Callback = callback }), numbered, cancellation);
    }

    /// <summary>Where a call of this reference belongs.</summary>
    /// <exception cref="RefusalException">NotFound: there is no such function, alias or version.</exception>
    public async ValueTask<CallPlace> PlaceAsync(string reference, CancellationToken cancellation)
    {
        if (Catalog.Find(reference) is { } here) return new CallPlace(here.Plan.Function, here.Plan.Version, null);
        var version = await Catalog.VersionAsync(reference, cancellation);
        return new CallPlace(version.Function, version.Version, version.Machine == _parts.Node ? null : version.Machine);
    }

    /// <summary>Accepts a call that a job caused.</summary>
    public Task AcceptAsync(string function, string id, ReadOnlyMemory<byte> parameters, CancellationToken cancellation) =>
        SubmitAsync(function, new CallInput(parameters), "job", id, numbered: false, null, cancellation);

    /// <summary>The result of an accepted call that its record does not hold; null when there is no such.</summary>
    public byte[]? LargeResult(string call) => _results.Read(call);

    internal Call? Unwritten(string id) => _records.Find(id);

    internal Task FlushAsync() => _records.FlushAsync();

    internal Task ServeAsync(Function function, CancellationToken cancellation) => Catalog.LoadAsync(function, cancellation);

    internal Task CancelAsync(Call call, CancellationToken cancellation) => _accepted.CancelAsync(call, cancellation);

    internal FunctionStats Stats(string name)
    {
        var (tallies, pool) = (Catalog.TalliesOf(name), _pool.Count(name));
        var found = pool.Hits + pool.Misses;
        return new FunctionStats(
            name, tallies.Calls, tallies.Of(CallStatus.Done), tallies.Of(CallStatus.Failed), tallies.Of(CallStatus.TimedOut), tallies.Of(CallStatus.Cancelled),
            tallies.Refused, tallies.Cold, found == 0 ? null : (double)pool.Hits / found, tallies.Quantile(0.5), tallies.Quantile(0.99),
            pool.Starting, pool.Idle, pool.Busy, pool.Waiting);
    }

    public void Dispose()
    {
        _accepted.Dispose();
        Catalog.Dispose();
    }
}

/// <summary>The version that a call goes to, and the home that has its code.</summary>
/// <param name="Machine">Null for this one.</param>
public readonly record struct CallPlace(string Function, int Version, string? Machine)
{
    /// <summary>Names the version alone.</summary>
    public string Reference => $"{Function}@{Version}";
}
