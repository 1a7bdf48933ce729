using System.CommandLine;
using Glovebox.Api;
using Glovebox.Api.Experiments;
using Glovebox.Cli.CommandLine;

namespace Glovebox.Cli.Experiments;

/// <summary><c>glovebox runs compare</c>.</summary>
internal static class CompareCommand
{
    private const int Unsaid = 20;

    public static Verb Create(CommandContext context)
    {
        var selection = new SelectionOptions();
        var sort = Options.Text("--sort", null, "COLUMN", "Sort by it: metrics highest first, else lowest first; COLUMN:asc, COLUMN:desc");
        var changed = Options.Flag("--only-changed", null, "Leave out columns that are the same in every run");
        var format = Options.Text("--format", null, "table|csv|json|markdown", "How to print (default: table)");
        var json = Options.Json("the runs");
        var verb = new Verb("compare", "Put runs side by side: parameters, configuration, metrics")
        {
            Usage = "[ID...] [options]",
            Examples =
            [
                ("glovebox runs compare --last 10 --sort metrics.accuracy --only-changed", "The best of the last ten, and what made it so"),
                ("glovebox runs compare --where 'tag=night' --format csv > night.csv", "For a spreadsheet"),
            ],
        };
        selection.AddTo(verb);
        foreach (var option in new Option[] { sort, changed, format, json }) verb.Add(option);
        verb.Act = async (parse, cancellation) =>
        {
            var wanted = parse.Has(json) ? "json" : parse.GetValue(format) ?? "table";
            if (wanted is not ("table" or "csv" or "json" or "markdown"))
                throw RefusalException.Bad($"--format '{wanted}': give table, csv, json or markdown");
            var request = new CompareRequest(selection.Read(parse, context, Unsaid), parse.GetValue(sort), parse.Has(changed));
            ComparisonText.Write(context.Screen, await context.Features.Experiments.CompareAsync(request, cancellation), wanted);
            return ExitCode.Success;
        };
        return verb;
    }
}
