using System.CommandLine;
using Glovebox.Api;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;
using Glovebox.Cli.Runs;

namespace Glovebox.Cli.Experiments;

/// <summary><c>glovebox runs best</c>.</summary>
internal static class BestCommand
{
    public static Verb Create(CommandContext context)
    {
        var metric = new Argument<string>("METRIC") { Description = "A metric's name" };
        var selection = new SelectionOptions();
        var lowest = Options.Flag("--min", null, "The lowest is best");
        var highest = Options.Flag("--max", null, "The highest is best (default)");
        var json = Options.Json("the run's record");
        var verb = new Verb("best", "Show the succeeded run with the best value of a metric")
        {
            Usage = "METRIC [ID...] [--min|--max] [options]",
            Examples =
            [
                ("glovebox runs best loss --min --where 'tag=night'", "The best of last night"),
                ("glovebox rerun $(glovebox runs best accuracy --json | jq -r .id)", "Once more"),
            ],
        };
        verb.Add(metric);
        selection.AddTo(verb);
        foreach (var option in new Option[] { lowest, highest, json }) verb.Add(option);
        verb.Act = async (parse, cancellation) =>
        {
            if (parse.Has(lowest) && parse.Has(highest)) throw RefusalException.Bad("--min and --max exclude each other");
            var run = await context.Features.Experiments.BestAsync(
                parse.GetRequiredValue(metric), parse.Has(lowest), selection.Read(parse, context, unsaid: null), cancellation);
            if (parse.Has(json)) Json.Print(context.Screen, run);
            else RunCard.Write(context.Screen, run, context.Clock.GetUtcNow());
            return ExitCode.Success;
        };
        return verb;
    }
}
