using System.Buffers;
using Glovebox.Api.Functions;
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
                if (whole.WrittenCount + piece.Length > Most) return Broken(reply, $"its result is larger than {Most >> 20} MiB");
                whole.Write(piece.Span);
            }
        }
        catch (IOException broken)
        {
            return Broken(reply, broken.Message);
        }

        return reply with { Stream = null, Body = whole.WrittenMemory };
    }

    private static CallReply Broken(CallReply reply, string reason) =>
        reply with { Stream = null, Body = default, Status = CallStatus.Failed, HttpStatus = 502, Error = reason };
}
