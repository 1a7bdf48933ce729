using System.Text;
using Glovebox.Api.Jobs;

namespace Glovebox.Server.Fastlane;

/// <summary>A log inside JSON: bounded, and it says so where it ends early.</summary>
internal sealed class LogText(IJobs jobs)
{
    /// <param name="most">Bytes.</param>
    public async Task<string> ReadAsync(JobExecution execution, LogStream stream, int most, CancellationToken cancellation)
    {
        if ((stream == LogStream.Stderr ? execution.StderrBytes : execution.StdoutBytes) == 0 && execution.Status.IsFinal()) return "";
        using var bytes = new MemoryStream();
        for (long at = 0; bytes.Length <= most;)
        {
            var piece = await jobs.ReadLogAsync(execution.Id, stream, at, wait: false, cancellation);
            bytes.Write(piece.Bytes.Span);
            if (piece.Ended || piece.Position == at) return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
            at = piece.Position;
        }

        return $"{Encoding.UTF8.GetString(bytes.GetBuffer(), 0, most)}\n[the first {most} bytes; the rest: GET .../{(stream == LogStream.Stderr ? "stderr" : "stdout")}/]\n";
    }
}
