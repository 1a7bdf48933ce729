using Glovebox.Api.Jobs;

namespace Glovebox.Server.Executions;

/// <summary>From a log to whoever reads it, piece by piece.</summary>
internal static class LogCopy
{
    /// <returns>Where it stopped, and whether that is the end of the log for good.</returns>
    public static async Task<(long Position, bool Ended)> CopyAsync(IJobs jobs, LogRequest log, Stream to, CancellationToken cancellation)
    {
        var at = log.Position;
        while (true)
        {
            var piece = await jobs.ReadLogAsync(log.Execution.Id, log.Stream, at, log.Follow, cancellation);
            if (!piece.Bytes.IsEmpty)
            {
                await to.WriteAsync(piece.Bytes, cancellation);
                await to.FlushAsync(cancellation);
            }

            // A piece may hold nothing of the stream that was asked for, and yet go on.
            var stands = piece.Position == at;
            at = piece.Position;
            if (piece.Ended) return (at, true);
            if (!log.Follow && stands) return (at, false);
        }
    }
}
