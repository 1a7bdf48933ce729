using System.Runtime.CompilerServices;
using Glovebox.Api;
using Glovebox.Api.Functions;
using Glovebox.Execution;
using Glovebox.Functions.Instances;
using Glovebox.Functions.Runners;
using Glovebox.Home;

namespace Glovebox.Functions.Pool;

/// <summary>The instances of one node: who serves which call. What starts and ends them is <see cref="Staff"/>.</summary>
public sealed class FunctionPool : IFunctionPool
{
    private readonly TimeProvider _time;
    private readonly Staff _staff;
    private readonly InstanceFolders? _folders;

    /// <param name="backend">Makes the boxes; it must isolate.</param>
    public FunctionPool(IBackend backend, GloveboxHome home, TimeProvider time, PoolSettings? settings = null)
    {
        _time = time;
        _folders = new InstanceFolders(home);
        var maker = new BoxMaker(backend, _folders, new RunnerPrograms(home), time);
        _staff = new Staff(maker, time, settings ?? PoolSettings.Default, cancellation => _folders.SweepAsync(backend, cancellation));
    }

    internal FunctionPool(IInstanceMaker maker, TimeProvider time, PoolSettings settings)
    {
        _time = time;
        _staff = new Staff(maker, time, settings, static _ => Task.CompletedTask);
    }

    public ValueTask<CallReply> CallAsync(FunctionPlan plan, CallRequest request, CancellationToken cancellation) =>
        CallAsync(plan, request, again: false, cancellation);

    public void Keep(IReadOnlyList<FunctionPlan> plans) => _staff.Keep(plans);

    public Task ReadyAsync(FunctionPlan plan, CancellationToken cancellation) => _staff.ReadyAsync(plan, cancellation);

    public PoolCounts Count(string function) => _staff.Count(function);

    public async ValueTask DisposeAsync()
    {
        await _staff.DisposeAsync();
        _folders?.Dispose();
    }

    /// <param name="again">An instance of the version was found talking out of turn when it was to have this call.</param>
    private ValueTask<CallReply> CallAsync(FunctionPlan plan, CallRequest request, bool again, CancellationToken cancellation)
    {
        var arrived = _time.GetTimestamp();
        var member = _staff.Admit(plan, arrived, out var waiter, out var crew);
        return member is not null
            ? ServeAsync(member, request, new CallStart(Cold: false, 0, 0), again, cancellation)
            : WaitAsync(crew, waiter!, request, again, cancellation);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<CallReply> ServeAsync(Member member, CallRequest request, CallStart start, bool again, CancellationToken cancellation)
    {
        // Once: code that always does it would be started anew for ever.
        if (!again && !member.Instance.IsQuiet)
        {
            _staff.Reject(member);
            return await CallAsync(member.Crew.Plan, request, again: true, cancellation);
        }
        CallReply? reply = null;
        try
        {
            reply = await member.Instance.CallAsync(request, start, cancellation);
            return reply;
        }
        finally
        {
            if (reply?.Stream is IReplyStream stream) _ = ReleaseAfterAsync(stream, member);
            else _staff.Release(member, reply?.Timings.Run, start.Cold);
        }
    }

    private async Task ReleaseAfterAsync(IReplyStream stream, Member member)
    {
        await stream.Over.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _staff.Release(member, run: null, cold: false);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<CallReply> WaitAsync(Crew crew, Waiter waiter, CallRequest request, bool again, CancellationToken cancellation)
    {
        Grant grant;
        using (cancellation.UnsafeRegister(_ => _staff.Abandon(crew, waiter), null)) grant = await waiter.Granted;
        var waited = _time.GetElapsedTime(waiter.Arrived).TotalSeconds;
        if (grant.Member is null) return NotServed(grant.Failure, waited);
        var starting = grant.Cold ? Math.Min(_time.GetElapsedTime(grant.Member.StartBegan).TotalSeconds, waited) : 0;
        return await ServeAsync(grant.Member, request, new CallStart(grant.Cold, waited - starting, starting), again, cancellation);
    }

    private static CallReply NotServed(StartException? failure, double waited) => new()
    {
        Status = failure is null ? CallStatus.Cancelled : CallStatus.Failed,
        HttpStatus = Replies.Unavailable,
        Error = failure?.Message ?? "It was cancelled before an instance had it.",
        Traceback = failure?.Traceback,
        Output = failure?.Output ?? default,
        ErrorOutput = failure?.ErrorOutput ?? default,
        Timings = new CallTimings(waited, 0, 0, 0, 0),
    };
}
