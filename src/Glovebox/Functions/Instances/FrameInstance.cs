using System.Runtime.CompilerServices;
using Glovebox.Api.Functions;
using Glovebox.Execution;
using Glovebox.Functions.Frames;
using Glovebox.Functions.Pool;

namespace Glovebox.Functions.Instances;

/// <summary>An interpreter that serves one call after the other: one frame there, one back, by the task of whoever calls.</summary>
/// <param name="generic">Its code is not there yet.</param>
internal sealed class FrameInstance(string id, LiveBox box, FrameSocket socket, bool generic) : IWarmInstance
{
    /// <summary>A forked child that was to be killed is given so long before its parent goes with it.</summary>
    private static readonly TimeSpan KillWait = TimeSpan.FromSeconds(5);

    private FunctionPlan? _plan;
    private CallClock? _clock;
    private ITimer? _unkilled;
    private ulong _number;
    private bool _wantsMeta;
    private bool _broken;
    private volatile bool _sent;

    public string Id => id;

    public bool Usable => !_broken && !box.Ended.IsCompleted;

    public bool IsQuiet => !HasUnread();

    public Task Ended => box.Ended;

    public async Task LoadAsync(FunctionPlan plan, CancellationToken cancellation)
    {
        _plan = plan;
        if (generic) FillCode(plan);
        _clock = new CallClock(box.Time, plan.Timeout, Abort);
        _wantsMeta = await FrameBoxes.LoadAsync(box, socket, plan, cancellation);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<CallReply> CallAsync(CallRequest request, CallStart start, CancellationToken cancellation)
    {
        var (plan, clock, number) = (_plan!, _clock!, ++_number);
        var began = box.Time.GetTimestamp();
        _sent = false;
        clock.Begin(number, began);
        using var wish = cancellation.UnsafeRegister(static clock => ((CallClock)clock!).Cancel(), clock);
        try
        {
            await socket.CallAsync(number, request, _wantsMeta);
            _sent = true;
            var frame = await socket.ReadAsync(plan.ReplyLimitBytes);
            if (frame.Header.Call != number || !IsAnswer(frame.Header)) return Break(clock, number, "it wrote a reply to another call", start, began);
            if ((frame.Header.Flags & FrameFlags.Last) != FrameFlags.None) _broken = true;
            var run = box.Time.GetElapsedTime(began).TotalSeconds;
            if ((frame.Header.Flags & FrameFlags.Stream) != FrameFlags.None)
                return Replies.Of(frame, id, start, run) with { Stream = new StreamedReply(box, socket, clock, number, plan, () => _broken = true) };
            if (clock.TryFinish(number) && frame.Header.Kind != FrameKind.Killed) return Replies.Of(frame, id, start, run);
            return await EndAsync(clock, frame, start, began);
        }
        catch (FrameException failure)
        {
            _broken = true;
            if (!clock.TryFinish(number) && clock.Reason != EndReason.None) return EndedReply(clock, start, began);
            if (failure.Ended) return await box.FailAsync(failure.Message, id, start, Since(began));
            var (output, error) = box.Folder.ReadOutput();
            return Replies.Failed($"The function did not reply as it must: {failure.Message}. Its instance was replaced.", null, Replies.BadGateway,
                output, error, id, start, Since(began));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _broken = true;
        _clock?.Dispose();
        _unkilled?.Dispose();
        socket.Dispose();
        await box.DisposeAsync();
    }

    private void FillCode(FunctionPlan plan)
    {
        try
        {
            CodeMounts.Fill(plan.Code, box.Folder.Code);
        }
        catch (IOException e)
        {
            throw new StartException($"The code could not be brought into a waiting instance: {e.Message}");
        }
    }

    private static bool IsAnswer(FrameHeader header) => header.Kind is FrameKind.Reply or FrameKind.Failed or FrameKind.Killed;

    private CallReply Break(CallClock clock, ulong number, string what, CallStart start, long began)
    {
        _broken = true;
        clock.TryFinish(number);
        var (output, error) = box.Folder.ReadOutput();
        return Replies.Failed($"The function did not reply as it must: {what}. Its instance was replaced.", null, Replies.BadGateway,
            output, error, id, start, Since(began));
    }

    /// <summary>The forked child of a call whose time is over was asked to go: the parent says when it is gone, and serves on.</summary>
    private async ValueTask<CallReply> EndAsync(CallClock clock, Frame frame, CallStart start, long began)
    {
        while (frame.Header.Kind != FrameKind.Killed) frame = await socket.ReadAsync(_plan!.ReplyLimitBytes);
        _unkilled?.Dispose();
        return EndedReply(clock, start, began);
    }

    private CallReply EndedReply(CallClock clock, CallStart start, long began)
    {
        var (output, error) = box.Folder.ReadOutput();
        if (!_broken) box.Folder.ClearOutput();
        return Replies.Ended(clock.Reason, _plan!.Timeout, output, error, id, start, Since(began));
    }

    /// <summary>The call must end now: its child where it has one, else the whole instance.</summary>
    private void Abort()
    {
        if (_plan!.Isolation == Isolation.Fork && _sent)
        {
            _unkilled = box.Time.CreateTimer(_ => socket.Dispose(), null, KillWait, Timeout.InfiniteTimeSpan);
            _ = KillChildAsync(_number);
            return;
        }
        _broken = true;
        socket.Dispose();
    }

    private async Task KillChildAsync(ulong number)
    {
        try
        {
            await socket.SendAsync(new FrameHeader(FrameKind.Kill, number, 0, 0), default, default);
        }
        catch (FrameException)
        {
            // The instance has ended, which its reader sees too.
        }
    }

    private bool HasUnread()
    {
        try
        {
            return socket.HasUnread;
        }
        catch (Exception e) when (e is System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            return true;
        }
    }

    private double Since(long began) => box.Time.GetElapsedTime(began).TotalSeconds;
}
