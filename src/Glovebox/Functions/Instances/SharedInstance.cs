using System.Collections.Concurrent;
using System.Threading.Channels;
using Glovebox.Execution;
using Glovebox.Functions.Frames;
using Glovebox.Functions.Pool;

namespace Glovebox.Functions.Instances;

/// <summary>
/// An interpreter that serves several calls at once over one connection: one loop reads, and each frame finds its call by number. A call whose
/// time is over cannot be taken out of it: the instance gets no more calls then, and goes when the others are done.
/// </summary>
internal sealed class SharedInstance(string id, LiveBox box, FrameSocket socket, bool generic) : IWarmInstance
{
    private readonly ConcurrentDictionary<ulong, Pending> _pending = new();
    private readonly SemaphoreSlim _sending = new(1);
    private FunctionPlan? _plan;
    private Task _reading = Task.CompletedTask;
    private ulong _number;
    private bool _wantsMeta;
    private volatile bool _broken;

    public string Id => id;

    public bool Usable => !_broken && !box.Ended.IsCompleted;

    public Task Ended => box.Ended;

    public async Task LoadAsync(FunctionPlan plan, CancellationToken cancellation)
    {
        _plan = plan;
        if (generic) CodeMounts.Fill(plan.Code, box.Folder.Code);
        _wantsMeta = await FrameBoxes.LoadAsync(box, socket, plan, cancellation);
        _reading = ReadAsync(plan);
    }

    public async ValueTask<CallReply> CallAsync(CallRequest request, CallStart start, CancellationToken cancellation)
    {
        var (plan, number, began) = (_plan!, Interlocked.Increment(ref _number), box.Time.GetTimestamp());
        var pending = new Pending();
        _pending[number] = pending;
        using var deadline = new CancellationTokenSource(plan.Timeout, box.Time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            if (_broken) throw new FrameException("its connection ended", ended: true);
            await SendAsync(number, request, ending.Token);
            var frame = await pending.First.Task.WaitAsync(ending.Token);
            var reply = Replies.Of(frame, id, start, Since(began));
            if ((frame.Header.Flags & FrameFlags.Stream) == FrameFlags.None) return reply;
            var left = plan.Timeout - box.Time.GetElapsedTime(began);
            var stream = new SharedStream(pending.Rest.Reader, () => _pending.TryRemove(number, out _), left, plan.Timeout, box.Time);
            return reply with { Stream = stream };
        }
        catch (OperationCanceledException)
        {
            _broken = true;
            var reason = deadline.IsCancellationRequested ? EndReason.Deadline : EndReason.Cancelled;
            return Replies.Ended(reason, plan.Timeout, default, default, id, start, Since(began));
        }
        catch (FrameException failure)
        {
            _broken = true;
            return failure.Ended
                ? await box.FailAsync(failure.Message, id, start, Since(began))
                : Replies.Failed($"The function did not reply as it must: {failure.Message}. Its instance was replaced.", null, Replies.BadGateway,
                    default, default, id, start, Since(began));
        }
        finally
        {
            if (!pending.Streaming) _pending.TryRemove(number, out _);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _broken = true;
        socket.Dispose();
        await _reading;
        await box.DisposeAsync();
        _sending.Dispose();
    }

    private async Task SendAsync(ulong number, CallRequest request, CancellationToken cancellation)
    {
        await _sending.WaitAsync(cancellation);
        try
        {
            await socket.CallAsync(number, request, _wantsMeta);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task ReadAsync(FunctionPlan plan)
    {
        FrameException end;
        try
        {
            while (true)
            {
                var frame = await socket.ReadAsync(plan.ReplyLimitBytes);
                if ((frame.Header.Flags & FrameFlags.Last) != FrameFlags.None) _broken = true;
                if (_pending.TryGetValue(frame.Header.Call, out var pending)) pending.Take(frame);
                // The answer to a call that was given up comes late; one to a call that never was is against the rules.
                else if (frame.Header.Call == 0 || frame.Header.Call > Volatile.Read(ref _number))
                    throw new FrameException("it wrote a reply to another call", ended: false);
            }
        }
        catch (FrameException e)
        {
            end = e;
        }
        _broken = true;
        foreach (var pending in _pending.Values) pending.Fail(end);
    }

    private double Since(long began) => box.Time.GetElapsedTime(began).TotalSeconds;

    private sealed class Pending
    {
        public TaskCompletionSource<Frame> First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public Channel<Frame> Rest { get; } = Channel.CreateUnbounded<Frame>();
        public bool Streaming { get; private set; }

        public void Take(Frame frame)
        {
            if (First.Task.IsCompleted)
            {
                Rest.Writer.TryWrite(frame);
                if (frame.Header.Kind is FrameKind.End or FrameKind.Failed) Rest.Writer.TryComplete();
                return;
            }
            Streaming = (frame.Header.Flags & FrameFlags.Stream) != FrameFlags.None;
            First.TrySetResult(frame);
        }

        public void Fail(FrameException end)
        {
            First.TrySetException(end);
            Rest.Writer.TryComplete(end);
        }
    }
}
