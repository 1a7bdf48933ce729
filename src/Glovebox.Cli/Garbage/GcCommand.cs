using System.CommandLine;
using Glovebox.Api.Storage;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;
using Glovebox.Cli.Values;

namespace Glovebox.Cli.Garbage;

/// <summary><c>glovebox gc</c>.</summary>
internal static class GcCommand
{
    public static Verb Create(CommandContext context)
    {
        var dryRun = Options.Flag("--dry-run", null, "Say what would be freed, and free nothing");
        var keep = Options.Text("--keep-runs", null, "N", "Forget all runs but the newest N");
        var older = Options.Text("--older-than", null, "TIME", "Forget runs that ended longer ago: 30d; with --keep-runs, only those beyond the newest N");
        var json = Options.Json("what was freed");
        var quiet = Options.Quiet();
        var verb = new Verb("gc", "Free what no kept run needs")
        {
            Usage = "[--dry-run] [--keep-runs N] [--older-than TIME] [--json]",
            Notes = "Without --keep-runs and --older-than no run is forgotten.",
            Examples = [("glovebox gc --dry-run --older-than 90d", "What would go?"), ("glovebox gc --keep-runs 100", "Keep the newest hundred")],
        };
        foreach (var option in new Option[] { dryRun, keep, older, json, quiet }) verb.Add(option);
        verb.Act = async (parse, cancellation) =>
        {
            var request = new GcRequest(
                parse.Has(dryRun),
                parse.GetValue(keep) is { } runs ? Numbers.Whole("--keep-runs", runs, 0) : null,
                parse.GetValue(older) is { } age ? Durations.Parse("--older-than", age) : null);
            var report = await BuildDisplay.ShowAsync(context, parse.Has(quiet), progress =>
                context.Features.Garbage.CollectAsync(request, progress, cancellation));
            if (parse.Has(json)) Json.Print(context.Screen, report);
            else Write(context.Screen, report);
            return ExitCode.Success;
        };
        return verb;
    }

    private static void Write(Screen screen, GcReport report)
    {
        var table = new Table(new Column("KIND"), new Column("COUNT", Right: true), new Column("SIZE", Right: true));
        foreach (var kind in report.Kinds) table.Add(kind.Kind, kind.Count.ToString(), Units.Size(kind.Bytes));
        table.Write(screen.Out, screen.OutputWidth, screen.OutStyle);
        screen.Out.WriteLine($"{(report.DryRun ? "would free" : "freed")} {Units.Size(report.Kinds.Sum(kind => kind.Bytes))}");
    }
}
