using System.CommandLine;
using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Api.Runs;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;
using Glovebox.Cli.Values;

namespace Glovebox.Cli.Runs;

/// <summary><c>glovebox runs ls</c>.</summary>
internal static class ListCommand
{
    /// <summary>More is nothing that a person reads; JSON is whole, for programs must not miss any.</summary>
    private const int Unsaid = 50;

    public static Verb Create(CommandContext context)
    {
        var status = Options.Text("--status", null, "STATUS", "Only runs that are running, succeeded, failed, timed_out, cancelled, lost, …");
        var tag = Options.Text("--tag", null, "TAG", "Only runs with this tag");
        var since = Options.Text("--since", null, "TIME", "Only runs started since: an age (2d, 1h30m), a date, or an RFC 3339 time");
        var where = Options.Text("--where", null, "CONDITION", "Only runs for which this holds: 'metrics.accuracy>0.9 and params.C<1'");
        var project = Options.Text("--project", null, "DIR", "Only runs of the project with this root (default: all)");
        var limit = Options.Text("--limit", "-n", "N", $"At most so many (default: {Unsaid}; with --json all)");
        var json = Options.Json("the runs");
        var verb = new Verb("ls", "List runs, newest first")
        {
            Examples =
            [
                ("glovebox runs ls --since 2d --status failed", "What went wrong lately"),
                ("glovebox runs ls --where 'metrics.accuracy>0.9 and params.C<1' -n 5", "The five newest good ones"),
            ],
        };
        foreach (var option in new Option[] { status, tag, since, where, project, limit, json }) verb.Add(option);
        verb.Act = async (parse, cancellation) =>
        {
            int? asked = parse.GetValue(limit) is { } most ? Numbers.Whole("--limit", most, 1) : null;
            var cut = asked is null && !parse.Has(json);
            var filter = new RunFilter(
                Status(parse.GetValue(status)), parse.GetValue(tag),
                parse.GetValue(since) is { } from ? Instants.Parse("--since", from, context.Clock) : null,
                parse.GetValue(where),
                parse.GetValue(project) is { } root ? Path.GetFullPath(root, context.Directory) : null,
                cut ? Unsaid + 1 : asked);
            var runs = await context.Features.Runs.ListAsync(filter, cancellation);
            var more = cut && runs.Count > Unsaid;
            if (parse.Has(json)) Json.Print(context.Screen, runs);
            else RunTable.Write(context.Screen, more ? [.. runs.Take(Unsaid)] : runs, context.Clock.GetUtcNow());
            context.Screen.Flush();
            if (more) context.Screen.Tell($"{context.Screen.ErrorStyle.Dim("glovebox:")} these are the newest {Unsaid}; --limit N shows more\n");
            return ExitCode.Success;
        };
        return verb;
    }

    private static string? Status(string? text)
    {
        if (text is null) return null;
        var words = Enum.GetValues<ExecutionState>().Select(RunSummary.Word).ToList();
        return words.Contains(text) ? text : throw RefusalException.Bad($"--status '{text}': give one of {string.Join(", ", words)}");
    }
}
