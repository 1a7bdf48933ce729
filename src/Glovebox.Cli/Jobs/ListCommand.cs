using System.CommandLine;
using Glovebox.Api.Jobs;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;
using Glovebox.Cli.Values;

namespace Glovebox.Cli.Jobs;

/// <summary><c>glovebox job ls</c>.</summary>
internal static class ListCommand
{
    public static Verb Create(CommandContext context)
    {
        var queue = new Queue(context);
        var task = Options.Text("--task", null, "TASK", "Only of this task");
        var status = Options.Text("--status", null, "STATUS", $"Only jobs that are {StateWords.JobStates}");
        var where = Options.Text("--where", null, "CONDITION", "Only jobs for which this holds: 'metadata.owner=ann and priority>0'");
        var limit = Options.Text("--limit", "-n", "N", "At most so many (default: 50)");
        var json = Options.Json("the jobs");
        var verb = new Verb("ls", "List jobs, newest first")
        {
            Examples = [("glovebox job ls --status failed --task nightly", "What went wrong"), ("glovebox job ls --where 'metadata.owner~ann' -n 5", "Somebody's")],
        };
        foreach (var option in new Option[] { task, status, where, limit, json }) verb.Add(option);
        queue.AddTo(verb);
        verb.Act = async (parse, cancellation) =>
        {
            var most = parse.GetValue(limit) is { } text ? Numbers.Whole("--limit", text, 1) : 50;
            var state = parse.GetValue(status) is { } word ? StateWords.ParseJobState("--status", word) : (JobState?)null;
            var jobs = await AllAsync(queue.Of(parse), new JobFilter(parse.GetValue(task), state, parse.GetValue(where)), most, cancellation);
            if (parse.Has(json)) Json.Print<IReadOnlyList<Job>>(context.Screen, jobs);
            else JobTable.Write(context.Screen, jobs, context.Clock.GetUtcNow());
            return ExitCode.Success;
        };
        return verb;
    }

    /// <summary>Page by page, up to <paramref name="most"/>.</summary>
    public static async Task<List<Job>> AllAsync(IJobs queue, JobFilter filter, int most, CancellationToken cancellation)
    {
        const int Page = 1000;
        var jobs = new List<Job>();
        do
        {
            var page = await queue.ListAsync(filter with { Limit = Math.Min(Page, most - jobs.Count) }, cancellation);
            jobs.AddRange(page.Items);
            filter = filter with { Cursor = page.Next };
        }
        while (filter.Cursor is not null && jobs.Count < most);
        return jobs;
    }
}
