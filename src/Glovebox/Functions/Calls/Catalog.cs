using System.Collections.Concurrent;
using System.Text.Json;
using Glovebox.Api;
using Glovebox.Api.Functions;
using Glovebox.Functions.Deploying;
using Glovebox.Functions.Pool;
using Glovebox.Functions.Stores;
using Glovebox.Spelling;

namespace Glovebox.Functions.Calls;

/// <summary>
/// What this node serves: references to plans. It is read without a lock and without the store; what is deployed, switched or removed loads the
/// function anew. A version that cannot be served here says why to whoever calls it.
/// </summary>
internal sealed class Catalog(IFunctionStore store, PlanMaker plans, IFunctionPool pool) : IDisposable
{
    private readonly ConcurrentDictionary<string, CallRoute<Served>> _routes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Tallies> _tallies = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<Served>> _kept = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _broken = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _loaded = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _changing = new(1);

    public Tallies TalliesOf(string function) => _tallies.GetOrAdd(function, static _ => new Tallies());

    /// <summary>Null: not known yet; ask <see cref="FindAsync"/>.</summary>
    public Served? Find(string reference) => _routes.TryGetValue(reference, out var route) ? route.Pick() : null;

    /// <summary>Functions that were loaded, whether they can be served or not.</summary>
    public IEnumerable<string> Names => _loaded.Keys;

    /// <summary>What is served is what this says.</summary>
    public bool IsLoaded(Function function) => _loaded.GetValueOrDefault(function.Name) == StateOf(function);

    /// <exception cref="RefusalException">There is no such function, alias or version, or it cannot be served.</exception>
    public async Task<Served> FindAsync(string reference, CancellationToken cancellation)
    {
        if (Find(reference) is { } known) return known;
        var function = await store.GetAsync(NameOf(reference), cancellation);
        await LoadAsync(function, cancellation);
        if (Find(reference) is { } found) return found;
        var version = await VersionAsync(reference, cancellation);
        // A version that no name leads to is served from a box when it is called, and none waits for it.
        return reference.Contains('@')
            ? await OldAsync(version, reference, cancellation)
            : throw RefusalException.Unable(_broken.GetValueOrDefault(function.Name) ?? $"function '{function.Name}' cannot be served now");
    }

    /// <summary>The version that a reference leads to, one of them by weight, as the store has it.</summary>
    /// <exception cref="RefusalException">There is no such function, alias or version.</exception>
    public async Task<FunctionVersion> VersionAsync(string reference, CancellationToken cancellation)
    {
        var function = await store.GetAsync(NameOf(reference), cancellation);
        var (name, versions) = (function.Name, await store.ListVersionsAsync(function.Name, cancellation));
        if (reference == name) return versions.First(one => one.Version == function.Version);
        var word = reference[(name.Length + 1)..];
        if (reference[name.Length] == '@') return versions.Get(name, word);
        var aliases = function.Aliases.Select(one => one.Name).ToList();
        var alias = function.Aliases.FirstOrDefault(one => one.Name == word)
            ?? throw RefusalException.NotFound($"function '{name}' has no alias '{word}'{Nearest.Hint(word, aliases)}. It has: {List(aliases)}");
        var wanted = new CallRoute<int>([.. alias.Targets.Select(target => (target.Version, target.Weight))]).Pick();
        return versions.First(one => one.Version == wanted);
    }

    /// <summary>Everything that there is; functions whose environment is gone are told of, and the others served.</summary>
    public async Task LoadAllAsync(Action<string> warn, CancellationToken cancellation)
    {
        foreach (var function in await store.ListAsync(cancellation))
        {
            await LoadAsync(function, cancellation);
            if (_broken.TryGetValue(function.Name, out var reason)) warn(reason);
        }
    }

    /// <summary>Serves a function as the store has it now. Calls that are under way end where they are.</summary>
    public async Task LoadAsync(Function function, CancellationToken cancellation)
    {
        await _changing.WaitAsync(cancellation);
        try
        {
            _broken.TryRemove(function.Name, out _);
            var versions = (await store.ListVersionsAsync(function.Name, cancellation)).ToDictionary(version => version.Version);
            var served = new Dictionary<int, Served>();
            foreach (var number in function.Aliases.SelectMany(alias => alias.Targets).Select(target => target.Version).Prepend(function.Version).Distinct())
            {
                if (await MakeAsync(versions[number], cancellation) is { } one) served[number] = one;
            }

            var routes = new Dictionary<string, CallRoute<Served>>(StringComparer.Ordinal);
            if (served.TryGetValue(function.Version, out var present)) routes[function.Name] = new CallRoute<Served>([(present, 1)]);
            foreach (var (number, one) in served) routes[$"{function.Name}@{number}"] = new CallRoute<Served>([(one, 1)]);
            foreach (var alias in function.Aliases)
                if (alias.Targets.All(target => served.ContainsKey(target.Version)))
                    routes[$"{function.Name}:{alias.Name}"] = new CallRoute<Served>([.. alias.Targets.Select(target => (served[target.Version], target.Weight))]);
            Replace(function.Name, routes, [.. served.Values]);
            _loaded[function.Name] = StateOf(function);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Has the pool start a version beside those that it serves, and waits until it could.</summary>
    /// <exception cref="RefusalException">It does not start; nothing has changed then.</exception>
    public async Task AdmitAsync(FunctionPlan plan, CancellationToken cancellation)
    {
        if (plan is { Min: 0, Preload: Preload.None or Preload.Runtime }) return;
        Keep(plan);
        try
        {
            await pool.ReadyAsync(plan, cancellation);
        }
        catch
        {
            Keep();
            throw;
        }
    }

    public void Remove(string function)
    {
        Replace(function, [], null);
        _loaded.TryRemove(function, out _);
    }

    public void Dispose() => _changing.Dispose();

    private async Task<Served> OldAsync(FunctionVersion version, string reference, CancellationToken cancellation)
    {
        var plan = await plans.MakeAsync(version, cancellation) with { Min = 0, Preload = Preload.None };
        var served = new Served(plan, version.Spec, TalliesOf(version.Function));
        lock (_kept) _kept[version.Function] = [.. _kept.GetValueOrDefault(version.Function) ?? [], served];
        _routes[reference] = new CallRoute<Served>([(served, 1)]);
        Keep();
        return served;
    }

    private async Task<Served?> MakeAsync(FunctionVersion version, CancellationToken cancellation)
    {
        try
        {
            return new Served(await plans.MakeAsync(version, cancellation), version.Spec, TalliesOf(version.Function));
        }
        catch (RefusalException refusal)
        {
            _broken[version.Function] = refusal.Message;
            return null;
        }
    }

    private void Replace(string function, Dictionary<string, CallRoute<Served>> routes, IReadOnlyList<Served>? served)
    {
        foreach (var (reference, route) in routes) _routes[reference] = route;
        foreach (var reference in _routes.Keys)
            if (NameOf(reference) == function && !routes.ContainsKey(reference)) _routes.TryRemove(reference, out _);
        lock (_kept)
        {
            if (served is null) _kept.Remove(function);
            else _kept[function] = served;
        }

        Keep();
    }

    private void Keep(FunctionPlan? also = null)
    {
        lock (_kept)
        {
            var all = _kept.Values.SelectMany(served => served).Select(served => served.Plan);
            pool.Keep([.. also is null ? all : all.Append(also)]);
        }
    }

    // All but the next tick of its schedule, which changes without the function.
    private static string StateOf(Function function) => JsonSerializer.Serialize(function with { NextAt = null }, FunctionsJson.Default.Function);

    private static string NameOf(string reference) => reference.Split(':', '@')[0];

    private static string List(IEnumerable<string> names) => names.ToList() is { Count: > 0 } some ? string.Join(", ", some) : "none";
}
