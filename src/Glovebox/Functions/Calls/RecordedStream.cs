using System.Buffers;
using Glovebox.Api.Functions;
using Glovebox.Functions.Instances;

namespace Glovebox.Functions.Calls;

/// <summary>A result in pieces on its way to whoever called. When it has ended, however it ended, its call is remembered.</summary>
/// <param name="ended">Gets the end, how many bytes went out, and all of them where a record can hold them.</param>
internal sealed class RecordedStream(IAsyncEnumerable<ReadOnlyMemory<byte>> pieces, Action<StreamEnd, long, ReadOnlyMemory<byte>> ended) : IReplyStream
{
    public Task Over => (pieces as IReplyStream)?.Over ?? Task.CompletedTask;

    public StreamEnd? End { get; private set; }

    public async IAsyncEnumerator<ReadOnlyMemory<byte>> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        var (bytes, kept, whole) = (0L, new ArrayBufferWriter<byte>(), false);
        try
        {
            await foreach (var piece in pieces.WithCancellation(cancellationToken))
            {
                bytes += piece.Length;
                if (bytes <= EndedCall.MostResult) kept.Write(piece.Span);
                yield return piece;
            }

            whole = true;
        }
        finally
        {
            End = (pieces as IReplyStream)?.End ?? (whole ? new StreamEnd(CallStatus.Done) : StreamEnd.Left);
            ended(End, bytes, bytes <= EndedCall.MostResult ? kept.WrittenMemory : default);
        }
    }
}
