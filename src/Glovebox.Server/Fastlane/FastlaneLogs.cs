using Glovebox.Api;
using Glovebox.Api.Jobs;
using Glovebox.Server.Executions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Glovebox.Server.Fastlane;

/// <summary>What was printed so far (fastlane: nothing before the end), as bytes, of any size.</summary>
internal sealed class FastlaneLogs(FastlaneFind find, Reach reach)
{
    private static readonly byte[] Separator = "\n-=-\n"u8.ToArray();

    public Task StdoutAsync(HttpContext http) => WriteAsync(http, LogStream.Stdout);
    public Task StderrAsync(HttpContext http) => WriteAsync(http, LogStream.Stderr);
    public Task BothAsync(HttpContext http) => WriteAsync(http, LogStream.Stdout, LogStream.Stderr);

    private async Task WriteAsync(HttpContext http, params LogStream[] streams)
    {
        var job = await find.JobAsync(http);
        var execution = await find.ExecutionAsync(http, job) ?? throw RefusalException.Bad("No executions found in job with specified arguments.");
        // "None" is how fastlane says that there is no code yet.
        http.Response.Headers["Fastlane-Exit-Code"] = execution.ExitCode?.ToString() ?? "None";
        http.Response.ContentType = "text/plain; charset=utf-8";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        var source = await LogSource.OpenAsync(http, reach, execution.Id, http.RequestAborted);
        foreach (var stream in streams)
        {
            if (stream != streams[0]) await http.Response.Body.WriteAsync(Separator, http.RequestAborted);
            await LogCopy.CopyAsync(new LogRequest(source, execution, stream), http.Response.Body, http.RequestAborted);
        }
    }
}
