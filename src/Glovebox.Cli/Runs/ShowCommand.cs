using System.CommandLine;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Runs;

/// <summary><c>glovebox runs show</c>.</summary>
internal static class ShowCommand
{
    public static Verb Create(CommandContext context)
    {
        var id = RunId.Argument();
        var json = Options.Json("the record");
        var verb = new Verb("show", "Show everything recorded of a run") { Usage = "ID [--json]" };
        verb.Add(id);
        verb.Add(json);
        verb.Act = async (parse, cancellation) =>
        {
            var run = await context.Features.Runs.GetAsync(parse.GetRequiredValue(id), cancellation);
            if (parse.Has(json)) Json.Print(context.Screen, run);
            else RunCard.Write(context.Screen, run, context.Clock.GetUtcNow());
            return ExitCode.Success;
        };
        return verb;
    }
}
