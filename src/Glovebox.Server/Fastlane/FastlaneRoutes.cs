using Glovebox.Api.Access;
using Glovebox.Server.Executions;
using Glovebox.Server.Http;

namespace Glovebox.Server.Fastlane;

/// <summary>
/// The API of fastlane 2.2 at the root, as its clients use it (docs/fastlane.md). Routing takes each path with and without its trailing slash.
/// A summary here is the <c>operation</c> of an error.
/// </summary>
internal static class FastlaneRoutes
{
    private const string Job = "/tasks/{task}/jobs/{job}", Execution = $"{Job}/executions/{{execution}}";
    private const TokenRole Reader = TokenRole.Reader, Operator = TokenRole.Operator, Admin = TokenRole.Admin;

    public static IEnumerable<Route> All(ServerParts parts, CancellationToken stopping)
    {
        var find = new FastlaneFind(parts.Jobs);
        var reach = new Reach(parts);
        var submit = new FastlaneSubmit(parts);
        var tasks = new FastlaneTasks(parts.Jobs);
        var jobs = new FastlaneJobs(parts.Jobs, find, reach);
        var logs = new FastlaneLogs(find, reach);
        var live = new FastlaneLive(parts, find, reach, stopping);
        var state = new FastlaneState(parts);
        return
        [
            new("GET", "/", Reader, "healthcheck", state.HealthAsync),
            new("GET", "/healthcheck", Reader, "healthcheck", state.HealthAsync),
            new("GET", "/status", Reader, "status", state.StatusAsync),
            new("GET", "/tasks", Reader, "get_tasks", tasks.ListAsync),
            new("GET", "/search", Reader, "search_tasks", tasks.SearchAsync),
            new("GET", "/tasks/{task}", Reader, "get_task", tasks.ShowAsync),
            new("POST", "/tasks/{task}", Operator, "enqueue_job", submit.PostAsync),
            new("PUT", Job, Operator, "enqueue_job", submit.PutAsync),
            new("GET", Job, Reader, "get_job", jobs.ShowAsync),
            new("POST", $"{Job}/stop", Operator, "stop_job", jobs.StopAsync),
            new("POST", $"{Job}/retry", Operator, "retry_job", jobs.RetryAsync),
            new("GET", Execution, Reader, "get_job_execution", jobs.ShowExecutionAsync),
            new("POST", $"{Execution}/stop", Operator, "stop_job_execution", jobs.StopExecutionAsync),
            .. OfJobAndExecution("stdout", Reader, logs.StdoutAsync),
            .. OfJobAndExecution("stderr", Reader, logs.StderrAsync),
            .. OfJobAndExecution("logs", Reader, logs.BothAsync),
            .. OfJobAndExecution("stream", Reader, live.PageAsync),
            .. OfJobAndExecution("ws", Reader, live.SocketAsync),
            new("POST", "/docker-executor/blacklist", Admin, "add_to_blacklist", state.BlacklistAsync),
            new("PUT", "/docker-executor/blacklist", Admin, "add_to_blacklist", state.BlacklistAsync),
            new("DEL", "/docker-executor/blacklist", Admin, "remove_from_blacklist", state.WhitelistAsync),
            new("DELETE", "/docker-executor/blacklist", Admin, "remove_from_blacklist", state.WhitelistAsync),
        ];
    }

    private static IEnumerable<Route> OfJobAndExecution(string what, TokenRole needs, Microsoft.AspNetCore.Http.RequestDelegate handle) =>
        [new("GET", $"{Job}/{what}", needs, $"get_{what}", handle), new("GET", $"{Execution}/{what}", needs, $"get_{what}", handle)];
}
