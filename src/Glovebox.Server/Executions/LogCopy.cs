namespace Glovebox.Server.Executions;

/// <summary>From a log to whoever reads it, piece by piece.</summary>
internal static class LogCopy
{
    public static async Task CopyAsync(LogRequest log, Stream to, CancellationToken cancellation)
    {
        var at = log.Position;
        while (true)
        {
            var piece = await log.Source.ReadAsync(log.Stream, at, log.Follow, cancellation);
            if (!piece.Bytes.IsEmpty)
            {
                await to.WriteAsync(piece.Bytes, cancellation);
                await to.FlushAsync(cancellation);
            }

            // A piece may hold nothing of the stream that was asked for, and yet go on.
            var stands = piece.Position == at;
            at = piece.Position;
            if (piece.Ended || (!log.Follow && stands)) return;
        }
    }
}
