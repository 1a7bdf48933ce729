using System.Text;
using Glovebox.Api.Functions;
using Glovebox.Functions.Pool;

namespace Glovebox.Server.Tests.Functions;

/// <summary>A pool without boxes: calls are answered as the test says.</summary>
internal sealed class FakePool : IFunctionPool
{
    /// <summary>Answers every call; by default with its own parameters.</summary>
    public Func<FunctionPlan, CallRequest, CancellationToken, Task<CallReply>> Answer { get; set; } =
        (_, request, _) => Task.FromResult(Done(Encoding.UTF8.GetString(request.Body.Span)));

    /// <summary>Calls that it was asked for.</summary>
    public List<CallRequest> Calls { get; } = [];

    public static CallReply Done(string json) => new() { Status = CallStatus.Done, HttpStatus = 200, Body = Encoding.UTF8.GetBytes(json), Instance = "i1" };

    public async ValueTask<CallReply> CallAsync(FunctionPlan plan, CallRequest request, CancellationToken cancellation)
    {
        // Headers may be the connection's own, and are not to be looked at when the call is over.
        var headers = request.Headers?.ToDictionary(StringComparer.OrdinalIgnoreCase);
        lock (Calls) Calls.Add(request with { Headers = headers });
        return await Answer(plan, request, cancellation);
    }

    public void Keep(IReadOnlyList<FunctionPlan> plans)
    {
        // Nothing is made ready.
    }

    public Task ReadyAsync(FunctionPlan plan, CancellationToken cancellation) => Task.CompletedTask;

    public PoolCounts Count(string function) => new(0, 1, 0, 0, Calls.Count, 0);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
