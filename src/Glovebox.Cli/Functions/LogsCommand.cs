using System.CommandLine;
using Glovebox.Api.Functions;
using Glovebox.Api.Jobs;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;
using Glovebox.Cli.Values;

namespace Glovebox.Cli.Functions;

/// <summary><c>glovebox function logs</c>.</summary>
internal static class LogsCommand
{
    public static Verb Create(CommandContext context)
    {
        var (server, name) = (new FunctionServer(context), Words.Name());
        var call = Options.Text("--call", null, "ID", "Of this call alone");
        var limit = Options.Text("--limit", "-n", "N", "Of the last N calls (default: 20)");
        var json = Options.Json("the calls' records");
        var verb = new Verb("logs", "Print what the last calls wrote, and how they ended") { Usage = "NAME [options]" };
        verb.Add(name);
        foreach (var option in new Option[] { call, limit, json }) verb.Add(option);
        server.AddTo(verb);
        verb.Act = async (parse, cancellation) =>
        {
            var functions = server.Of(parse);
            var most = parse.GetValue(limit) is { } text ? Math.Min(1000, Numbers.Whole("--limit", text, 1)) : 20;
            IReadOnlyList<Call> calls = parse.GetValue(call) is { } id
                ? [await functions.ShowCallAsync(id, cancellation)]
                : [.. (await functions.ListCallsAsync(new CallFilter(parse.GetRequiredValue(name), Limit: most), cancellation)).Items.Reverse()];
            if (parse.Has(json)) Json.Print(context.Screen, calls);
            else
                foreach (var one in calls) Write(context.Screen, one);
            return ExitCode.Success;
        };
        return verb;
    }

    private static void Write(Screen screen, Call call)
    {
        var timings = call.Timings is { } spent ? $" {(spent.Queue + spent.Instance + spent.Run) * 1000:0.0} ms" : "";
        var said = call.Error is { } error ? $": {error}" : "";
        screen.Out.WriteLine(Printable.Line(
            $"{Units.Time(call.CreatedAt)} {call.Id} @{call.Version} {WireWords.Of(call.Status)}{timings}{(call.Cold ? " cold" : "")}{said}"));
        foreach (var text in new[] { call.Stdout, call.Stderr, call.Traceback })
            foreach (var line in (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries)) screen.Out.WriteLine($"    {Printable.Line(line)}");
    }
}
