using System.CommandLine;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Runs;

/// <summary><c>glovebox runs wait</c>.</summary>
internal static class WaitCommand
{
    public static Verb Create(CommandContext context)
    {
        var id = RunId.Argument();
        var json = Options.Json("the record");
        var verb = new Verb("wait", "Wait until a run has ended; the exit code is the run's") { Usage = "ID [--json]" };
        verb.Add(id);
        verb.Add(json);
        verb.Act = async (parse, cancellation) =>
        {
            var run = await context.Features.Runs.WaitAsync(parse.GetRequiredValue(id), cancellation);
            if (parse.Has(json)) Json.Print(context.Screen, run);
            else RunSummary.Write(context.Screen, run);
            return ExitCode.Of(run);
        };
        return verb;
    }
}
