using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Jobs;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Schedules;

/// <summary><c>glovebox schedule trigger</c>.</summary>
internal static class TriggerCommand
{
    public static Verb Create(CommandContext context)
    {
        var (queue, id) = (new Queue(context), JobId.Argument());
        var json = Options.Json("the new execution");
        var verb = new Verb("trigger", "Run a scheduled job once now, beside its schedule; prints the execution's id") { Usage = "ID [--json]" };
        verb.Add(id);
        verb.Add(json);
        queue.AddTo(verb);
        verb.Act = async (parse, cancellation) =>
        {
            var execution = await queue.Of(parse).TriggerAsync(parse.GetRequiredValue(id), cancellation);
            if (parse.Has(json)) Json.Print(context.Screen, execution);
            else await context.Screen.Out.WriteLineAsync(execution.Id);
            return ExitCode.Success;
        };
        return verb;
    }
}
