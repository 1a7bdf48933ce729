using System.CommandLine;
using Glovebox.Api.Snapshots;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;
using Glovebox.Cli.Runs;
using Glovebox.Cli.Values;

namespace Glovebox.Cli.Snapshots;

/// <summary><c>glovebox snapshot ls</c>.</summary>
internal static class ListCommand
{
    public static Verb Create(CommandContext context)
    {
        var all = Options.Flag("--all", "-a", "Those of every project, not of this one alone");
        var label = Options.Text("--label", "-l", "NAME", "Only those with this label");
        var text = Options.Text("--grep", null, "TEXT", "Only those with this in a message or label");
        var limit = Options.Text("--limit", "-n", "N", "At most so many");
        var json = Options.Json("the snapshots");
        var verb = new Verb("ls", "List snapshots, newest first") { Examples = [("glovebox snapshot ls --grep cleanup -n 5", "The five newest that speak of it")] };
        foreach (var option in new Option[] { all, label, text, limit, json }) verb.Add(option);
        verb.Act = async (parse, cancellation) =>
        {
            var features = context.Features;
            var filter = new SnapshotFilter(
                parse.Has(all) ? null : features.Snapshots.ProjectOf(context.Directory), parse.GetValue(label), parse.GetValue(text),
                parse.GetValue(limit) is { } most ? Numbers.Whole("--limit", most, 1) : null);
            var snapshots = await features.Snapshots.ListAsync(filter, cancellation);
            if (parse.Has(json)) Json.Print(context.Screen, snapshots);
            else Write(context.Screen, snapshots, context.Clock.GetUtcNow());
            return ExitCode.Success;
        };
        return verb;
    }

    private static void Write(Screen screen, IReadOnlyList<Snapshot> snapshots, DateTimeOffset now)
    {
        var table = new Table(
            new Column("ID"), new Column("CREATED"), new Column("LABEL"), new Column("MESSAGE", Elastic: true), new Column("SIZE", Right: true),
            new Column("CONFIG", Elastic: true), new Column("METRICS", Elastic: true), new Column("PIN"));
        foreach (var snapshot in snapshots)
        {
            var entry = snapshot.Entries[^1];
            table.Add(
                SnapshotName.Short(snapshot.Id), Units.Age(entry.CreatedAt, now), snapshot.Entries.Select(e => e.Label).LastOrDefault(l => l is not null) ?? "",
                entry.Message, Units.Size(snapshot.Bytes), RunTable.Brief(snapshot.Config),
                snapshot.Metrics.Count == 0 ? "" : RunTable.Brief(snapshot.Metrics[^1].Values), snapshot.Pinned ? "pinned" : "");
        }

        table.Write(screen.Out, screen.OutputWidth, screen.OutStyle);
    }
}
