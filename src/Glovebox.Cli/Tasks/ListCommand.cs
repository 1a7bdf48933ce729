using System.CommandLine;
using Glovebox.Api.Jobs;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Jobs;
using Glovebox.Cli.Output;
using Glovebox.Cli.Values;

namespace Glovebox.Cli.Tasks;

/// <summary><c>glovebox task ls</c>.</summary>
internal static class ListCommand
{
    private const int Page = 1000;

    public static Verb Create(CommandContext context)
    {
        var queue = new Queue(context);
        var text = Options.Text("--grep", null, "TEXT", "Only tasks with this in their name");
        var limit = Options.Text("--limit", "-n", "N", "At most so many (default: 50)");
        var json = Options.Json("the tasks");
        var verb = new Verb("ls", "List tasks by name");
        foreach (var option in new Option[] { text, limit, json }) verb.Add(option);
        queue.AddTo(verb);
        verb.Act = async (parse, cancellation) =>
        {
            var most = parse.GetValue(limit) is { } number ? Numbers.Whole("--limit", number, 1) : 50;
            var tasks = await AllAsync(queue.Of(parse), parse.GetValue(text), most, cancellation);
            if (parse.Has(json)) Json.Print<IReadOnlyList<JobTask>>(context.Screen, tasks);
            else TaskTable.Write(context.Screen, tasks);
            return ExitCode.Success;
        };
        return verb;
    }

    private static async Task<List<JobTask>> AllAsync(IJobs queue, string? text, int most, CancellationToken cancellation)
    {
        var tasks = new List<JobTask>();
        string? cursor = null;
        do
        {
            var page = await queue.ListTasksAsync(new TaskFilter(text, cursor, Math.Min(Page, most - tasks.Count)), cancellation);
            tasks.AddRange(page.Items);
            cursor = page.Next;
        }
        while (cursor is not null && tasks.Count < most);
        return tasks;
    }
}
