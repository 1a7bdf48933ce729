using Glovebox.Api.Functions;
using Glovebox.Execution;
using Glovebox.Functions.Frames;
using Glovebox.Functions.Pool;

namespace Glovebox.Functions.Instances;

/// <summary>
/// A result that comes in pieces. The instance is busy until the last one; who stops reading before that ends the instance. The call's deadline
/// holds to the end.
/// </summary>
/// <param name="broken">Called when the instance cannot be used again.</param>
internal sealed class StreamedReply(LiveBox box, FrameSocket socket, CallClock clock, ulong number, FunctionPlan plan, Action broken)
    : IReplyStream
{
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the instance is free of the call, or broken.</summary>
    public Task Over => Task.WhenAny(_over.Task, box.Ended);

    public StreamEnd? End { get; private set; }

    /// <exception cref="BrokenReplyException">The code failed, or its time was over, behind the first piece: says why.</exception>
    public async IAsyncEnumerator<ReadOnlyMemory<byte>> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        var whole = false;
        await using var wish = cancellationToken.UnsafeRegister(static clock => ((CallClock)clock!).Cancel(), clock);
        try
        {
            while (true)
            {
                var frame = await NextAsync();
                if (frame.Header.Kind == FrameKind.Chunk)
                {
                    yield return frame.Body;
                    continue;
                }
                whole = clock.TryFinish(number) && frame.Header.Kind is FrameKind.End or FrameKind.Failed && frame.Header.Call == number;
                End = whole ? StreamEnd.Of(frame) : new StreamEnd(CallStatus.Failed, "The function's reply was cut off: it wrote something else in the middle of it.");
                if (End.Status != CallStatus.Done) throw End.Broken();
                yield break;
            }
        }
        finally
        {
            if (!whole)
            {
                clock.TryFinish(number);
                broken();
            }
            _over.TrySetResult();
        }
    }

    private async ValueTask<Frame> NextAsync()
    {
        try
        {
            return await socket.ReadAsync(plan.ReplyLimitBytes);
        }
        catch (FrameException failure)
        {
            End = clock.Reason switch
            {
                EndReason.Deadline => StreamEnd.TimeOver(plan.Timeout),
                EndReason.Cancelled => StreamEnd.Cancelled,
                _ => new StreamEnd(CallStatus.Failed, await box.DescribeEndAsync(failure.Message)),
            };
            throw End.Broken(failure);
        }
    }
}
