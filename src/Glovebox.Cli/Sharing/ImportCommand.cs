using System.CommandLine;
using Glovebox.Api;
using Glovebox.Api.Sharing;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Sharing;

/// <summary><c>glovebox import</c>.</summary>
internal static class ImportCommand
{
    public static Verb Create(CommandContext context)
    {
        var file = new Argument<string?>("FILE") { Arity = ArgumentArity.ZeroOrOne, Description = "What 'glovebox export' wrote" };
        var datmo = Options.Text("--datmo", null, "DIR", "Bring over the runs of a datmo project instead");
        var mlflow = Options.Text("--mlflow", null, "DIR", "Bring over the runs of MLflow's file store (mlruns) instead");
        var dryRun = Options.Flag("--dry-run", null, "With --datmo and --mlflow: say what would come, and bring nothing");
        var json = Options.Json("what came");
        var quiet = Options.Quiet();
        var verb = new Verb("import", "Take in an exported run, or another tool's history")
        {
            Usage = "FILE | --datmo DIR | --mlflow DIR  [--dry-run] [--json]",
            Notes = "What is here already does not come twice. A damaged entry of a history is named and left out; the exit code is 1 then.",
            Examples = [("glovebox import iris.glovebox", "Then: glovebox rerun ID --verify"), ("glovebox import --mlflow mlruns", "MLflow's runs")],
        };
        verb.Add(file);
        foreach (var option in new Option[] { datmo, mlflow, dryRun, json, quiet }) verb.Add(option);
        verb.Act = async (parse, cancellation) =>
        {
            var (path, tools) = (parse.GetValue(file), new[] { ("datmo", parse.GetValue(datmo)), ("mlflow", parse.GetValue(mlflow)) });
            var given = tools.Where(tool => tool.Item2 is not null).ToList();
            if ((path is null ? 0 : 1) + given.Count != 1) throw RefusalException.Bad("name one of FILE, --datmo DIR and --mlflow DIR");
            if (given is [var (tool, directory)])
            {
                var request = new HistoryRequest(tool, Path.GetFullPath(directory!, context.Directory), context.Directory, parse.Has(dryRun));
                var history = await BuildDisplay.ShowAsync(
                    context, parse.Has(quiet), progress => context.Features.Sharing.ImportHistoryAsync(request, progress, cancellation));
                return Report(context, history, parse.Has(json), parse.Has(quiet));
            }
            if (parse.Has(dryRun)) throw RefusalException.Bad("--dry-run goes with --datmo and --mlflow");
            var report = await BuildDisplay.ShowAsync(context, parse.Has(quiet), progress =>
                context.Features.Sharing.ImportAsync(Path.GetFullPath(path!, context.Directory), progress, cancellation));
            if (parse.Has(json)) Json.Print(context.Screen, report);
            else ReportText.Write(context.Screen, report, parse.Has(quiet));
            return ExitCode.Success;
        };
        return verb;
    }

    private static int Report(CommandContext context, HistoryReport report, bool json, bool quiet)
    {
        var screen = context.Screen;
        if (json) Json.Print(screen, report);
        else ReportText.WriteRecords(screen, report.Records);
        foreach (var entry in report.Skipped) screen.Complain($"left out: {Printable.Line(entry.Entry)}: {Printable.Line(entry.Reason)}");
        var fresh = report.Records.Count(record => record.New);
        if (!quiet)
            screen.Tell($"{screen.ErrorStyle.Dim("glovebox:")} {Units.Count(fresh, "new record")} of {report.Records.Count}, "
                + $"{report.Skipped.Count} damaged entries left out\n");
        return report.Skipped.Count > 0 ? ExitCode.Differs : ExitCode.Success;
    }
}
