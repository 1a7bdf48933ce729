using System.CommandLine;
using Glovebox.Api;
using Glovebox.Api.Snapshots;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Snapshots;

/// <summary><c>glovebox snapshot update</c>.</summary>
internal static class UpdateCommand
{
    public static Verb Create(CommandContext context)
    {
        var id = SnapshotName.Argument();
        var message = Options.Text("--message", "-m", "TEXT", "Another message");
        var label = Options.Text("--label", "-l", "NAME", "Another label; '' takes it away");
        var metricsFile = Options.Text("--metrics", null, "FILE", "Metrics from a JSON or YAML file");
        var metrics = Options.Texts("-s", null, "K=V", "One metric, a number; wins over the file");
        var drop = Options.Texts("--drop", null, "K", "A metric to leave out from now on");
        var json = Options.Json("the record");
        var verb = new Verb("update", "Change what is said of a snapshot; earlier metrics are kept, its content never changes")
        {
            Usage = "ID [-m TEXT] [-l NAME] [-s K=V] [options]",
            Examples = [("glovebox snapshot update baseline -s accuracy=0.94", "A metric that is known only now")],
        };
        verb.Add(id);
        foreach (var option in new Option[] { message, label, metricsFile, metrics, drop, json }) verb.Add(option);
        verb.Act = async (parse, cancellation) =>
        {
            var update = new SnapshotUpdate(
                parse.GetRequiredValue(id), context.Directory, parse.GetValue(message), parse.GetValue(label),
                new ValuesSource(parse.GetValue(metricsFile), parse.GetValue(metrics) ?? []), parse.GetValue(drop) ?? []);
            if (update is { Message: null, Label: null, Metrics.IsGiven: false, Drop.Count: 0 })
                throw RefusalException.Bad("snapshot update: say what to change: -m, -l, -s, --metrics or --drop");
            var snapshot = await context.Features.Snapshots.UpdateAsync(update, cancellation);
            if (parse.Has(json)) Json.Print(context.Screen, snapshot);
            else context.Screen.Out.WriteLine(snapshot.Id);
            return ExitCode.Success;
        };
        return verb;
    }
}
