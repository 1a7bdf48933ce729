using System.CommandLine;
using Glovebox.Api;
using Glovebox.Api.Jobs;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Jobs;
using Glovebox.Cli.Output;
using Glovebox.Cli.Values;

namespace Glovebox.Cli.Tasks;

/// <summary><c>glovebox task set</c>.</summary>
internal static class SetCommand
{
    private const string Unbounded = "none";

    public static Verb Create(CommandContext context)
    {
        var (queue, name) = (new Queue(context), TasksNoun.Name());
        var concurrency = Options.Text("--concurrency", null, "N|none", "How many of its executions may run at once, over all nodes");
        var finished = Options.Text("--keep-finished", null, "N|none", "How many finished jobs are kept, newest first");
        var keep = Options.Text("--keep", null, "TIME|none", "How long finished jobs are kept: 30d");
        var json = Options.Json("the task");
        var verb = new Verb("set", "Set what holds for every job of a task; what is not named stays")
        {
            Usage = "NAME [options]",
            Examples = [("glovebox task set nightly --concurrency 2 --keep-finished 100", "Two at a time; the last hundred jobs are kept")],
        };
        verb.Add(name);
        foreach (var option in new Option[] { concurrency, finished, keep, json }) verb.Add(option);
        queue.AddTo(verb);
        verb.Act = async (parse, cancellation) =>
        {
            if (parse.GetValue(concurrency) is null && parse.GetValue(finished) is null && parse.GetValue(keep) is null)
                throw RefusalException.Bad("nothing to set: give --concurrency, --keep-finished or --keep");
            var task = await TasksNoun.ChangeAsync(queue.Of(parse), parse.GetRequiredValue(name), old => old with
            {
                Concurrency = Number("--concurrency", parse.GetValue(concurrency), 1, old.Concurrency),
                KeepFinished = Number("--keep-finished", parse.GetValue(finished), 0, old.KeepFinished),
                KeepSeconds = parse.GetValue(keep) switch { null => old.KeepSeconds, Unbounded => null, var time => Durations.Parse("--keep", time).TotalSeconds },
            }, cancellation);
            if (parse.Has(json)) Json.Print(context.Screen, task);
            else TaskTable.Write(context.Screen, [task]);
            return ExitCode.Success;
        };
        return verb;
    }

    private static int? Number(string option, string? text, int least, int? old) => text switch
    {
        null => old,
        Unbounded => null,
        _ => Numbers.Whole(option, text, least),
    };
}
