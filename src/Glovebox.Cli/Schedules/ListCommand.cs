using System.CommandLine;
using Glovebox.Api.Jobs;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Jobs;
using Glovebox.Cli.Output;
using Glovebox.Cli.Values;

namespace Glovebox.Cli.Schedules;

/// <summary><c>glovebox schedule ls</c>.</summary>
internal static class ListCommand
{
    public static Verb Create(CommandContext context)
    {
        var queue = new Queue(context);
        var task = Options.Text("--task", null, "TASK", "Only of this task");
        var limit = Options.Text("--limit", "-n", "N", "At most so many (default: 50)");
        var json = Options.Json("the jobs");
        var verb = new Verb("ls", "List jobs with a schedule") { Usage = "[--task TASK] [-n N] [--json]" };
        foreach (var option in new Option[] { task, limit, json }) verb.Add(option);
        queue.AddTo(verb);
        verb.Act = async (parse, cancellation) =>
        {
            var most = parse.GetValue(limit) is { } text ? Numbers.Whole("--limit", text, 1) : 50;
            var jobs = await Jobs.ListCommand.AllAsync(queue.Of(parse), new JobFilter(parse.GetValue(task), Scheduled: true), most, cancellation);
            if (parse.Has(json)) Json.Print<IReadOnlyList<Job>>(context.Screen, jobs);
            else ScheduleTable.Write(context.Screen, jobs);
            return ExitCode.Success;
        };
        return verb;
    }
}
