using System.Text.Json;
using Glovebox.Api;
using Glovebox.Api.Access;
using Glovebox.Api.Jobs;
using Glovebox.Server.Http;
using Glovebox.Spelling;
using Microsoft.AspNetCore.Http;

namespace Glovebox.Server.Tasks;

/// <summary><c>/v1/tasks</c>.</summary>
internal sealed class TaskEndpoints(IJobs jobs)
{
    public IEnumerable<Route> Routes() =>
    [
        new("GET", "/v1/tasks", TokenRole.Reader, "List tasks by name", ListAsync)
        {
            Reply = typeof(Page<JobTask>), Query = [new("q", "string", "part of the name, letter case ignored"), Parameters.Cursor, Parameters.Limit],
        },
        new("GET", "/v1/tasks/{task}", TokenRole.Reader, "Show a task; its ETag is its version", ShowAsync) { Reply = typeof(JobTask) },
        new("PUT", "/v1/tasks/{task}", TokenRole.Admin, "Set what holds for a task, and make it if need be", DefineAsync)
        {
            Body = typeof(TaskDefinition), Reply = typeof(JobTask),
            Headers =
            [
                new("If-Match", "string", "refused (412) unless the task has this ETag"), new("If-None-Match", "string", "'*': refused (412) when the task exists"),
            ],
        },
    ];

    private async Task ListAsync(HttpContext http)
    {
        var ask = new Ask(http);
        var page = await jobs.ListTasksAsync(new TaskFilter(ask.Text("q"), ask.Text("cursor"), ask.Limit()), http.RequestAborted);
        await Reply.JsonAsync(http, page, JobsJson.Default.PageJobTask);
    }

    private async Task ShowAsync(HttpContext http) => await AnswerAsync(http, await jobs.ShowTaskAsync(new Ask(http).Part("task"), http.RequestAborted));

    private async Task DefineAsync(HttpContext http)
    {
        var version = Version(http.Request);
        var definition = Definition(await Body.ReadJsonAsync(http));
        await AnswerAsync(http, await jobs.DefineTaskAsync(new Ask(http).Part("task"), definition, version, http.RequestAborted));
    }

    private static async Task AnswerAsync(HttpContext http, JobTask task)
    {
        Reply.Tag(http, task.Version);
        await Reply.JsonAsync(http, task, JobsJson.Default.JobTask);
    }

    /// <summary>0 for a task that must not be there.</summary>
    private static long? Version(HttpRequest request) => request.Headers.IfNoneMatch.ToString() == "*" ? 0 : EntityTag.Wanted(request);

    /// <summary>A definition is whole: what it leaves out is at its default afterwards.</summary>
    private static TaskDefinition Definition(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object) throw RefusalException.Bad("the body must be a JSON object");
        string[] known = ["concurrency", "paused", "keepFinished", "keepSeconds"];
        foreach (var member in document.RootElement.EnumerateObject())
            if (!known.Contains(member.Name)) throw RefusalException.Bad($"a task has no field '{member.Name}'{Nearest.Hint(member.Name, known)}. Its fields are: {string.Join(", ", known)}");
        try
        {
            return document.RootElement.Deserialize(JobsJson.Default.TaskDefinition)!;
        }
        catch (JsonException wrong)
        {
            throw RefusalException.Bad($"{wrong.Path?.TrimStart('$', '.')}: of the wrong kind. concurrency and keepFinished are whole numbers, paused is true or false, keepSeconds a number");
        }
    }
}
