using Glovebox.Api.Snapshots;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Snapshots;

/// <summary><c>glovebox status</c>.</summary>
internal static class StatusCommand
{
    public static Verb Create(CommandContext context)
    {
        var json = Options.Json("the status");
        var verb = new Verb("status", "Which snapshot the project stands at, and what differs from it, file by file") { Usage = "[--json]" };
        verb.Add(json);
        verb.Act = async (parse, cancellation) =>
        {
            var status = await context.Features.Snapshots.StatusAsync(context.Directory, cancellation);
            if (parse.Has(json)) Json.Print(context.Screen, status);
            else Write(context.Screen, status, context.Clock.GetUtcNow());
            return ExitCode.Success;
        };
        return verb;
    }

    private static void Write(Screen screen, ProjectStatus status, DateTimeOffset now)
    {
        var (output, style) = (screen.Out, screen.OutStyle);
        if (status.Unfinished is { } id) output.WriteLine(style.Note($"a checkout of {SnapshotName.Short(id)} was cut off; it is finished now"));
        if (status.Current is not { } current)
        {
            output.WriteLine("no snapshot yet; make one with: glovebox snapshot create -m TEXT");
            return;
        }

        var label = current.Label is null ? "" : $" ({style.Good(Printable.Line(current.Label))})";
        var message = current.Message is null ? "" : $": {Printable.Line(current.Message)}";
        output.WriteLine($"at {current.Kind} {style.Bold(SnapshotName.Short(current.Id))}{label}, {Units.Age(current.At, now)}{message}");
        if (status.IsClean) output.WriteLine("nothing differs from it");
        foreach (var change in status.Changes) output.WriteLine($"  {Paint(change.Change, style)} {Text(change)}");
    }

    private static string Text(PathChange change)
    {
        var path = Printable.Line(change.Path) + (change.Kind == "directory" ? "/" : "");
        return change.From is null ? path : $"{Printable.Line(change.From)} -> {path}";
    }

    private static string Paint(string word, Style style) => word switch
    {
        "added" => style.Good(word.PadRight(8)),
        "deleted" => style.Bad(word.PadRight(8)),
        _ => style.Note(word.PadRight(8)),
    };
}
