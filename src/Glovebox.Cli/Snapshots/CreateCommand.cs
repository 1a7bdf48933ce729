using System.CommandLine;
using Glovebox.Api;
using Glovebox.Api.Snapshots;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Snapshots;

/// <summary><c>glovebox snapshot create</c>.</summary>
internal static class CreateCommand
{
    public static Verb Create(CommandContext context)
    {
        var message = Options.Text("--message", "-m", "TEXT", "What this is (required)");
        var label = Options.Text("--label", "-l", "NAME", "A name for it, unique in the project");
        var paths = Options.Texts("--path", null, "PATH", "A file or directory outside the tree, or ignored in it; NAME=PATH gives it another name");
        var configFile = Options.Text(
            "--config", null, "FILE", "Configuration from a JSON or YAML file (default: config.json, params.yaml and the like, where there is one)");
        var config = Options.Texts("-c", null, "K=V", "One value of the configuration; wins over the file");
        var metricsFile = Options.Text("--metrics", null, "FILE", "Metrics from a JSON or YAML file (default: metrics.json or stats.json, where there is one)");
        var metrics = Options.Texts("-s", null, "K=V", "One metric, a number; wins over the file");
        var run = Options.Text("--run", null, "ID", "What this run left, with its parameters and metrics, instead of the project as it is now");
        var pin = Options.Flag("--pin", null, "Keep it from being removed");
        var json = Options.Json("the snapshot");
        var quiet = Options.Flag("--quiet", "-q", "Print the id alone");
        var verb = new Verb("create", "Make a snapshot: code, environment, files and configuration, by content")
        {
            Usage = "-m TEXT [options]",
            Examples =
            [
                ("glovebox snapshot create -m 'before the cleanup' --label baseline", "The project as it is"),
                ("glovebox snapshot create -m 'best yet' --run 3fa2 --pin", "What a run left"),
                ("glovebox snapshot create -m 'with data' --path data --path weights=/srv/w.bin -s accuracy=0.93", "With what is ignored or elsewhere"),
            ],
        };
        foreach (var option in new Option[] { message, label, paths, configFile, config, metricsFile, metrics, run, pin, json, quiet }) verb.Add(option);
        verb.Act = async (parse, cancellation) =>
        {
            var request = new SnapshotRequest
            {
                Directory = context.Directory,
                Message = parse.GetValue(message) ?? throw RefusalException.Bad("snapshot create: say what it is with -m TEXT"),
                Label = parse.GetValue(label),
                Paths = parse.GetValue(paths) ?? [],
                Config = new ValuesSource(parse.GetValue(configFile), parse.GetValue(config) ?? []),
                Metrics = new ValuesSource(parse.GetValue(metricsFile), parse.GetValue(metrics) ?? []),
                Run = parse.GetValue(run),
                Pin = parse.Has(pin),
            };
            var created = await context.Features.Snapshots.CreateAsync(request, cancellation);
            if (parse.Has(json)) Json.Print(context.Screen, created);
            else if (parse.Has(quiet)) context.Screen.Out.WriteLine(created.Snapshot.Id);
            else Write(context.Screen, created);
            return ExitCode.Success;
        };
        return verb;
    }

    private static void Write(Screen screen, CreatedSnapshot created)
    {
        var snapshot = created.Snapshot;
        var style = screen.OutStyle;
        screen.Out.WriteLine(
            $"snapshot {style.Bold(SnapshotName.Short(snapshot.Id))}: {Units.Count(snapshot.Count, "path")}, {Units.Size(snapshot.Bytes)}"
            + (created.Created ? "" : " (this content was a snapshot already; the message is kept beside the others)"));
        foreach (var note in created.Notes) screen.Out.WriteLine($"  {style.Dim(Printable.Line(note))}");
    }
}
