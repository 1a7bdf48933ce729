using Glovebox.Api;
using Glovebox.Api.Functions;
using Glovebox.Api.Jobs;
using Glovebox.Functions.Bundles;
using Glovebox.Functions.Calls;
using Glovebox.Functions.Deploying;
using Glovebox.Functions.Pool;
using Glovebox.Functions.Stores;
using Glovebox.Spelling;

namespace Glovebox.Functions;

/// <summary>Runtimes, functions and calls over a store; with a <see cref="FunctionNode"/> they are also served.</summary>
public sealed class FunctionsFeature : IFunctions
{
    private const int LongestCallback = 2000;

    private readonly FunctionParts _parts;
    private readonly FunctionNode? _node;
    private readonly Workshop _workshop;

    /// <param name="node">Null in a process that serves nothing: it deploys and lists, and calls nothing.</param>
    public FunctionsFeature(FunctionParts parts, FunctionNode? node) => (_parts, _node, _workshop) = (parts, node, node?.Workshop ?? new Workshop(parts));

    private IFunctionStore Store => _parts.Functions;

    public Task<FunctionRuntime> CreateRuntimeAsync(string name, RuntimeSpec spec, CancellationToken cancellation) =>
        _workshop.Runtimes.CreateAsync(name, spec, cancellation);

    public Task<IReadOnlyList<FunctionRuntime>> ListRuntimesAsync(CancellationToken cancellation) => Store.ListRuntimesAsync(cancellation);

    public async Task<FunctionRuntime> ShowRuntimeAsync(string name, CancellationToken cancellation) =>
        await Store.FindRuntimeAsync(name, null, cancellation) ?? throw await _workshop.Runtimes.UnknownAsync(name, cancellation);

    public async Task RemoveRuntimeAsync(string name, CancellationToken cancellation)
    {
        await ShowRuntimeAsync(name, cancellation);
        if (await Store.RemoveRuntimeAsync(name, cancellation) is { Count: > 0 } users)
            throw RefusalException.Conflict($"runtime '{name}' has functions: {string.Join(", ", users)}. Remove them first, or deploy them on another runtime");
    }

    public async Task<Deployment> DeployAsync(string name, FunctionSpec spec, Stream bundle, string file, CancellationToken cancellation)
    {
        var deployed = await _workshop.Deployer.DeployAsync(name, spec, bundle, file, _node is null ? (_, _) => Task.CompletedTask : _node.Catalog.AdmitAsync, cancellation);
        await ServeAsync(deployed.Function, cancellation);
        return deployed;
    }

    public Task<IReadOnlyList<Function>> ListAsync(CancellationToken cancellation) => Store.ListAsync(cancellation);

    public Task<Function> ShowAsync(string name, CancellationToken cancellation) => Store.GetAsync(name, cancellation);

    public async Task<IReadOnlyList<FunctionVersion>> VersionsAsync(string name, CancellationToken cancellation)
    {
        await ShowAsync(name, cancellation);
        return await Store.ListVersionsAsync(name, cancellation);
    }

    public async Task RemoveAsync(string name, CancellationToken cancellation)
    {
        await ShowAsync(name, cancellation);
        await Store.RemoveAsync(name, cancellation);
        _workshop.Secrets.Remove(name);
        _node?.Catalog.Remove(name);
    }

    public async Task RemoveVersionAsync(string name, int version, CancellationToken cancellation)
    {
        var function = await ShowAsync(name, cancellation);
        (await Store.ListVersionsAsync(name, cancellation)).Get(name, $"{version}");
        await Store.RemoveVersionAsync(name, version, cancellation);
        _workshop.Secrets.Remove(name, version);
        await ServeAsync(function, cancellation);
    }

    public async Task<Function> RollbackAsync(string name, int? version, CancellationToken cancellation)
    {
        var function = await ShowAsync(name, cancellation);
        var versions = await Store.ListVersionsAsync(name, cancellation);
        var wanted = version is { } exact
            ? versions.Get(name, $"{exact}")
            : versions.FirstOrDefault(one => one.Version < function.Version)
                ?? throw RefusalException.Conflict($"function '{name}': there is no version before {function.Version}");
        var switched = await Store.SwitchAsync(name, wanted.Version, _workshop.Deployer.NextTick(wanted.Spec), _parts.Time.GetUtcNow(), cancellation);
        return await ServeAsync(switched ?? throw RefusalException.Conflict($"function '{name}' was removed meanwhile"), cancellation);
    }

    public async Task<Function> SetAliasAsync(string name, FunctionAlias alias, CancellationToken cancellation)
    {
        Names.Check("alias", alias.Name);
        if (alias.Targets is not { Count: > 0 and <= 20 }) throw RefusalException.Bad($"alias '{alias.Name}': give 1 to 20 versions, such as prod=3 or prod=3:90,4:10");
        if (alias.Targets.Any(target => target.Weight is < 1 or > 1000)) throw RefusalException.Bad($"alias '{alias.Name}': a weight is 1 to 1000");
        await ShowAsync(name, cancellation);
        var function = await Store.SetAliasAsync(name, alias, cancellation);
        return await ServeAsync(function ?? throw RefusalException.Conflict($"function '{name}' was removed meanwhile"), cancellation);
    }

    public async Task<Function> RemoveAliasAsync(string name, string alias, CancellationToken cancellation)
    {
        var function = await ShowAsync(name, cancellation);
        var names = function.Aliases.Select(one => one.Name).ToList();
        if (!names.Contains(alias)) throw RefusalException.NotFound($"function '{name}' has no alias '{alias}'{Nearest.Hint(alias, names)}");
        var changed = await Store.RemoveAliasAsync(name, alias, cancellation);
        return await ServeAsync(changed ?? throw RefusalException.Conflict($"function '{name}' was removed meanwhile"), cancellation);
    }

    public async Task<FunctionStats> StatsAsync(string name, CancellationToken cancellation)
    {
        await ShowAsync(name, cancellation);
        return Node.Stats(name);
    }

    public async Task<CallOutput> CallAsync(string reference, CallInput input, CancellationToken cancellation)
    {
        var calls = Node.Calls;
        var served = await calls.FindAsync(reference, cancellation);
        var id = calls.NewId();
        try
        {
            var reply = await StreamedResults.WholeAsync(await calls.CallAsync(served, new CallRequest(id, input.ContentType, input.Body), cancellation), cancellation);
            return new CallOutput(id, reply.Status, reply.HttpStatus, reply.ContentType, reply.Body, reply.Error);
        }
        catch (BusyException busy)
        {
            throw RefusalException.Unable(busy.Message);
        }
    }

    public Task<Call> SubmitAsync(string reference, CallInput input, CancellationToken cancellation) =>
        Node.SubmitAsync(reference, input, "async", null, numbered: false, Checked(input), cancellation);

    public async Task<Page<Call>> ListCallsAsync(CallFilter filter, CancellationToken cancellation)
    {
        if (filter.Limit is < 1 or > 1000) throw RefusalException.Bad($"limit {filter.Limit}: give 1 to 1000");
        if (filter.Function is { } name) await ShowAsync(name, cancellation);
        if (_node is not null) await _node.FlushAsync();
        return await _parts.Calls.ListAsync(filter, cancellation);
    }

    public async Task<Call> ShowCallAsync(string id, CancellationToken cancellation) =>
        _node?.Unwritten(id) ?? await _parts.Calls.FindAsync(id, cancellation)
        ?? throw RefusalException.NotFound($"no call '{id}': it never was, or its record was forgotten (a function keeps its last ones, a week at most)");

    public async Task<Call> CancelCallAsync(string id, CancellationToken cancellation)
    {
        var call = await ShowCallAsync(id, cancellation);
        if (call.Status <= CallStatus.Running)
        {
            await Node.CancelAsync(call, cancellation);
            call = await ShowCallAsync(id, cancellation);
        }

        return call.Status == CallStatus.Cancelled ? call : throw RefusalException.Conflict($"call {id} has ended: it is {WireWords.Of(call.Status)}");
    }

    private FunctionNode Node => _node
        ?? throw RefusalException.Conflict("no server runs here, and functions are called in one: start 'glovebox serve', or name another with --server");

    private async Task<Function> ServeAsync(Function function, CancellationToken cancellation)
    {
        if (_node is not null) await _node.ServeAsync(function, cancellation);
        return function;
    }

    private static string? Checked(CallInput input)
    {
        if (input.Callback is not { } url) return null;
        return url.Length <= LongestCallback && Uri.TryCreate(url, UriKind.Absolute, out var whole) && whole.Scheme is "http" or "https"
            ? url
            : throw RefusalException.Bad($"callback '{(url.Length > 100 ? url[..100] : url)}' is not an http or https URL");
    }
}
