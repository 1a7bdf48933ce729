using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Glovebox.Api;
using Glovebox.Api.Jobs;
using Glovebox.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Glovebox.Server.Fastlane;

/// <summary>Tasks in numbered pages; the search finds any part of a name, not whole words alone.</summary>
internal sealed class FastlaneTasks(IJobs jobs)
{
    private const int PerPage = 10, Block = 1000;

    public Task ListAsync(HttpContext http) => PageAsync(http, null, "/tasks/?");

    public Task SearchAsync(HttpContext http)
    {
        var query = http.Request.Query["query"].ToString();
        return query.Length > 0
            ? PageAsync(http, query, $"/search/?query={Uri.EscapeDataString(query)}&")
            : throw RefusalException.Bad("Must supply at least one query parameter: 'query'.");
    }

    private async Task PageAsync(HttpContext http, string? text, string path)
    {
        var page = Number(http.Request.Query["page"].ToString());
        var (links, items, total) = (new Links(http), new JsonArray(), 0L);
        await foreach (var task in AllAsync(text, http.RequestAborted))
        {
            if (total / PerPage == page - 1) items.Add(Item(task, links));
            total++;
        }

        var pages = (total + PerPage - 1) / PerPage;
        var (next, previous) = (page < pages, page > 1);
        await Reply.JsonAsync(http, new JsonObject
        {
            ["items"] = items,
            ["total"] = total,
            ["page"] = page,
            ["pages"] = pages,
            ["perPage"] = PerPage,
            ["hasNext"] = next,
            ["hasPrev"] = previous,
            ["nextUrl"] = next ? links.Of($"{path}page={page + 1}") : null,
            ["prevUrl"] = previous ? links.Of($"{path}page={page - 1}") : null,
        });
    }

    /// <summary>All jobs of a task: written as they are read, however many there are.</summary>
    public async Task ShowAsync(HttpContext http)
    {
        var task = await jobs.ShowTaskAsync(FastlaneFind.Task(http), http.RequestAborted);
        var links = new Links(http);
        http.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(http.Response.BodyWriter, Reply.Readable);
        writer.WriteStartObject();
        writer.WriteString("taskId", task.Name);
        writer.WriteStartArray("jobs");
        for (string? cursor = null; ;)
        {
            var page = await jobs.ListAsync(new JobFilter(task.Name, Cursor: cursor, Limit: Block), http.RequestAborted);
            foreach (var job in page.Items) Write(writer, job, links);
            await writer.FlushAsync(http.RequestAborted);
            await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
            if ((cursor = page.Next) is null) break;
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, Job job, Links links)
    {
        writer.WriteStartObject();
        writer.WriteString("id", job.Id);
        writer.WriteString("createdAt", FastlaneWords.Time(job.CreatedAt));
        writer.WriteString("url", links.Job(job.Task, job.Id));
        writer.WriteEndObject();
    }

    private static JsonObject Item(JobTask task, Links links) => new()
    {
        ["taskId"] = task.Name,
        ["createdAt"] = FastlaneWords.Time(task.CreatedAt),
        ["lastModifiedAt"] = FastlaneWords.Time(task.ModifiedAt),
        ["url"] = links.Task(task.Name),
        ["jobsCount"] = task.Jobs,
    };

    private async IAsyncEnumerable<JobTask> AllAsync(
        string? text, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        for (string? cursor = null; ;)
        {
            var page = await jobs.ListTasksAsync(new TaskFilter(text, cursor, Block), cancellation);
            foreach (var task in page.Items) yield return task;
            if ((cursor = page.Next) is null) yield break;
        }
    }

    private static int Number(string text)
    {
        if (text.Length == 0) return 1;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var page) && page > 0) return page;
        throw RefusalException.Bad($"Tasks pagination page param should be a positive integer, not '{text}'.");
    }
}
