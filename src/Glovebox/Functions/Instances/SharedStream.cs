using System.Text;
using System.Threading.Channels;
using Glovebox.Functions.Frames;

namespace Glovebox.Functions.Instances;

/// <summary>A result in pieces from an instance that serves other calls meanwhile.</summary>
/// <param name="left">Until the call's deadline.</param>
internal sealed class SharedStream(ChannelReader<Frame> frames, Action forget, TimeSpan left, TimeProvider time) : IReplyStream
{
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Over => _over.Task;

    /// <exception cref="IOException">The code failed, or its time was over, behind the first piece: says why.</exception>
    public async IAsyncEnumerator<ReadOnlyMemory<byte>> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        using var deadline = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            while (await NextAsync(ending.Token, cancellationToken) is { } frame)
            {
                if (frame.Header.Kind == FrameKind.Failed) throw new IOException(Encoding.UTF8.GetString(frame.Meta.Span));
                if (frame.Header.Kind != FrameKind.Chunk) yield break;
                yield return frame.Body;
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
            throw new IOException(wish.IsCancellationRequested ? "It was cancelled." : "It was not done in time.", e);
        }
        catch (ChannelClosedException e)
        {
            throw new IOException("The function's reply was cut off: its instance ended.", e);
        }
    }
}
