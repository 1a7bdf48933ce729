using Microsoft.AspNetCore.Http;

namespace Glovebox.Server.Fastlane;

/// <summary>Absolute URLs, as the caller reached us.</summary>
internal sealed class Links(HttpContext http)
{
    private readonly string _root = $"{http.Request.Scheme}://{http.Request.Host}";

    public string Task(string task) => $"{_root}/tasks/{Uri.EscapeDataString(task)}/";
    public string Job(string task, string job) => $"{Task(task)}jobs/{job}/";
    public string Execution(string task, string job, string execution) => $"{Job(task, job)}executions/{execution}/";
    public string Of(string path) => $"{_root}{path}";
    public string Socket(string path) => $"{(http.Request.IsHttps ? "wss" : "ws")}://{http.Request.Host}{path}";
}
