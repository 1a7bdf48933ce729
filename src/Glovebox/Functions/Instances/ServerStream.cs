using Glovebox.Api.Functions;
using Glovebox.Execution;
using Glovebox.Functions.Pool;

namespace Glovebox.Functions.Instances;

/// <summary>The body of a function's own server, which said no length: as it comes, up to the call's deadline.</summary>
/// <param name="ended">Gets the end, and gives it with what the server wrote to its output.</param>
internal sealed class ServerStream(HttpResponseMessage response, FunctionPlan plan, CancellationTokenSource deadline, Func<StreamEnd, StreamEnd> ended) : IReplyStream
{
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Over => _over.Task;

    public StreamEnd? End { get; private set; }

    public async IAsyncEnumerator<ReadOnlyMemory<byte>> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var (piece, total) = (new byte[64 * 1024], 0L);
        try
        {
            while (await NextAsync(piece, ending.Token, cancellationToken) is > 0 and var read)
            {
                total += read;
                if (total > plan.ReplyLimitBytes)
                    throw Finish(new StreamEnd(CallStatus.Failed, $"The result has more than {Words.Of(plan.ReplyLimitBytes)}, which are allowed")).Broken();
                yield return piece.AsMemory(0, read);
            }

            Finish(new StreamEnd(CallStatus.Done));
        }
        finally
        {
            if (End is null) ended(StreamEnd.Left);
            response.Dispose();
            deadline.Dispose();
            _over.TrySetResult();
        }
    }

    private async ValueTask<int> NextAsync(byte[] piece, CancellationToken ending, CancellationToken wish)
    {
        try
        {
            return await (await response.Content.ReadAsStreamAsync(ending)).ReadAsync(piece, ending);
        }
        catch (OperationCanceledException e)
        {
            throw Finish(wish.IsCancellationRequested ? StreamEnd.Cancelled : StreamEnd.TimeOver(plan.Timeout)).Broken(e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Finish(new StreamEnd(CallStatus.Failed, $"The function's server broke off its answer: {e.Message}")).Broken(e);
        }
    }

    private StreamEnd Finish(StreamEnd end) => End = ended(end);
}
