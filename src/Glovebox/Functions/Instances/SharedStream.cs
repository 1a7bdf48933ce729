using System.Threading.Channels;
using Glovebox.Api.Functions;
using Glovebox.Functions.Frames;

namespace Glovebox.Functions.Instances;

/// <summary>A result in pieces from an instance that serves other calls meanwhile.</summary>
/// <param name="left">Until the call's deadline.</param>
/// <param name="timeout">The whole time that the call has.</param>
internal sealed class SharedStream(ChannelReader<Frame> frames, Action forget, TimeSpan left, TimeSpan timeout, TimeProvider time) : IReplyStream
{
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Over => _over.Task;

    public StreamEnd? End { get; private set; }

    /// <exception cref="BrokenReplyException">The code failed, or its time was over, behind the first piece: says why.</exception>
    public async IAsyncEnumerator<ReadOnlyMemory<byte>> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        using var deadline = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            while (await NextAsync(ending.Token, cancellationToken) is { } frame)
            {
                if (frame.Header.Kind == FrameKind.Chunk)
                {
                    yield return frame.Body;
                    continue;
                }

                End = StreamEnd.Of(frame);
                if (End.Status != CallStatus.Done) throw End.Broken();
                yield break;
            }
        }
        finally
        {
            forget();
            _over.TrySetResult();
        }
    }

    private async ValueTask<Frame?> NextAsync(CancellationToken ending, CancellationToken wish)
    {
        try
        {
            return await frames.ReadAsync(ending);
        }
        catch (OperationCanceledException e)
        {
            End = wish.IsCancellationRequested ? StreamEnd.Cancelled : StreamEnd.TimeOver(timeout);
            throw End.Broken(e);
        }
        catch (ChannelClosedException e)
        {
            End = new StreamEnd(CallStatus.Failed, "The function's reply was cut off: its instance ended.");
            throw End.Broken(e);
        }
    }
}
