using Glovebox.Api.Snapshots;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;
using Glovebox.Cli.Runs;

namespace Glovebox.Cli.Snapshots;

/// <summary><c>glovebox snapshot show</c>.</summary>
internal static class ShowCommand
{
    public static Verb Create(CommandContext context)
    {
        var id = SnapshotName.Argument();
        var json = Options.Json("the record");
        var verb = new Verb("show", "Show everything recorded of a snapshot") { Usage = "ID [--json]" };
        verb.Add(id);
        verb.Add(json);
        verb.Act = async (parse, cancellation) =>
        {
            var snapshot = await context.Features.Snapshots.GetAsync(parse.GetRequiredValue(id), context.Directory, cancellation);
            if (parse.Has(json)) Json.Print(context.Screen, snapshot);
            else Write(context.Screen, snapshot, context.Clock.GetUtcNow());
            return ExitCode.Success;
        };
        return verb;
    }

    private static void Write(Screen screen, Snapshot snapshot, DateTimeOffset now)
    {
        var (output, style) = (screen.Out, screen.OutStyle);
        output.WriteLine($"{style.Bold(snapshot.Id)}{(snapshot.Pinned ? $"  {style.Note("pinned")}" : "")}");
        foreach (var (name, value) in Lines(snapshot))
            if (value.Length > 0) output.WriteLine($"  {style.Dim(name.PadRight(11))} {Printable.Line(value)}");
        foreach (var entry in snapshot.Entries.Reverse())
        {
            var label = entry.Label is null ? "" : $"  {style.Good(Printable.Line(entry.Label))}";
            output.WriteLine($"\n  {Units.Time(entry.CreatedAt)} ({Units.Age(entry.CreatedAt, now)}){label}");
            output.WriteLine($"    {Printable.Line(entry.Message)}");
            output.WriteLine($"    {style.Dim(Printable.Line(entry.Project + (entry.Run is null ? "" : $", run {entry.Run}")))}");
            foreach (var (name, source) in entry.Sources) output.WriteLine($"    {style.Dim(Printable.Line(name == source ? name : $"{name} from {source}"))}");
        }

        if (snapshot.Metrics.Count < 2) return;
        output.WriteLine($"\n  {style.Dim("earlier metrics")}");
        foreach (var version in snapshot.Metrics.SkipLast(1).Reverse())
            output.WriteLine($"    {version.Version}  {Units.Time(version.At)}  {Printable.Line(RunTable.Brief(version.Values))}");
    }

    private static IEnumerable<(string Name, string Value)> Lines(Snapshot snapshot)
    {
        yield return ("content", $"{Units.Count(snapshot.Count, "path")}, {Units.Size(snapshot.Bytes)}");
        yield return ("tree", snapshot.Tree);
        yield return ("environment", snapshot.Environment ?? "");
        yield return ("files", string.Join(", ", snapshot.Files));
        yield return ("config", snapshot.Config.Count == 0 ? "" : snapshot.Config.ToJsonString());
        yield return ("metrics", snapshot.Metrics.Count == 0 ? "" : RunTable.Brief(snapshot.Metrics[^1].Values));
    }
}
