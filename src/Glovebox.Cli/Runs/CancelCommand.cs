using System.CommandLine;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Runs;

/// <summary><c>glovebox runs cancel</c>.</summary>
internal static class CancelCommand
{
    public static Verb Create(CommandContext context)
    {
        var id = RunId.Argument();
        var json = Options.Json("the record");
        var verb = new Verb("cancel", "End a running run: TERM, then after its grace KILL") { Usage = "ID [--json]" };
        verb.Add(id);
        verb.Add(json);
        verb.Act = async (parse, cancellation) =>
        {
            var run = await context.Features.Runs.CancelAsync(parse.GetRequiredValue(id), cancellation);
            if (parse.Has(json)) Json.Print(context.Screen, run);
            else RunSummary.Write(context.Screen, run);
            return ExitCode.Success;
        };
        return verb;
    }
}
