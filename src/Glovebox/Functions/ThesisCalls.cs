using Glovebox.Api.Functions;
using Glovebox.Functions.Stores;

namespace Glovebox.Functions;

/// <summary>Calls as the thesis's platform had them: asynchronous, known by numbers from 1 on, with their parameters.</summary>
public sealed class ThesisCalls
{
    private readonly FunctionNode _node;
    private readonly ICallStore _store;

    internal ThesisCalls(FunctionNode node, FunctionParts parts) => (_node, _store) = (node, parts.Calls);

    public Task<Call> InvokeAsync(string function, ReadOnlyMemory<byte> parameters, CancellationToken cancellation) =>
        _node.SubmitAsync(function, new CallInput(parameters), "thesis", null, numbered: true, null, cancellation);

    public Task<IReadOnlyList<(Call Call, CallInput Input)>> ListAsync(CancellationToken cancellation) => _store.ListNumberedAsync(cancellation);

    public async Task<(Call Call, CallInput? Input)?> FindAsync(long number, CancellationToken cancellation) =>
        await _store.FindByNumberAsync(number, cancellation) is { } call ? (call, await _store.ParametersAsync(call.Id, cancellation)) : null;
}
