using System.Buffers;
using Glovebox.Api.Functions;
using Glovebox.Functions.Instances;
using Glovebox.Functions.Pool;

namespace Glovebox.Functions.Calls;

/// <summary>Results that come piece by piece, for those who want them whole.</summary>
internal static class StreamedResults
{
    private const int Most = 32 << 20;

    public static async Task<CallReply> WholeAsync(CallReply reply, CancellationToken cancellation)
    {
        if (reply.Stream is not { } stream) return reply;
        var whole = new ArrayBufferWriter<byte>();
        try
        {
            await foreach (var piece in stream.WithCancellation(cancellation))
            {
                if (whole.WrittenCount + piece.Length > Most) return new StreamEnd(CallStatus.Failed, $"Its result is larger than {Most >> 20} MiB.").Complete(reply, default);
                whole.Write(piece.Span);
            }
        }
        catch (BrokenReplyException broken)
        {
            return ((stream as IReplyStream)?.End ?? new StreamEnd(broken.Status, broken.Message)).Complete(reply, default);
        }

        return ((stream as IReplyStream)?.End ?? new StreamEnd(CallStatus.Done)).Complete(reply, whole.WrittenMemory);
    }
}
