using System.Text;
using Glovebox.Api;
using Glovebox.Api.Jobs;
using Glovebox.Server.Executions;
using Microsoft.AspNetCore.Http;

namespace Glovebox.Server.Fastlane;

/// <summary>A log inside JSON: bounded, and it says so where it ends early.</summary>
internal sealed class LogText(Reach reach)
{
    /// <param name="most">Bytes.</param>
    public async Task<string> ReadAsync(HttpContext http, JobExecution execution, LogStream stream, int most)
    {
        if ((stream == LogStream.Stderr ? execution.StderrBytes : execution.StdoutBytes) == 0 && execution.Status.IsFinal()) return "";
        try
        {
            return await ReadAsync(await reach.OfAsync(http, execution.Id, http.RequestAborted), execution, stream, most, http.RequestAborted);
        }
        catch (RefusalException refusal)
        {
            // The rest of the record is worth showing though its log is on a machine that is away.
            return $"[{refusal.Message}]\n";
        }
    }

    private static async Task<string> ReadAsync(IJobs jobs, JobExecution execution, LogStream stream, int most, CancellationToken cancellation)
    {
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
