using System.CommandLine;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Jobs;
using Glovebox.Cli.Output;
using Glovebox.Cli.Values;

namespace Glovebox.Cli.Schedules;

/// <summary><c>glovebox schedule preview</c>.</summary>
internal static class PreviewCommand
{
    public static Verb Create(CommandContext context)
    {
        var queue = new Queue(context);
        var cron = new Argument<string>("EXPR") { Description = "Five fields, six with seconds first, or @hourly and its kind" };
        var zone = Options.Text("--tz", null, "ZONE", "Time zone: Europe/Paris (default: UTC)");
        var from = Options.Text("--from", null, "TIME", "After this date or RFC 3339 time (default: now)");
        var count = Options.Text("--count", "-n", "N", "How many (default: 10)");
        var json = Options.Json("the times");
        var verb = new Verb("preview", "Print the next times of an expression, in UTC")
        {
            Usage = "EXPR [--tz ZONE] [--from TIME] [-n N] [--json]",
            Examples = [("glovebox schedule preview '30 2 * * *' --tz Europe/Paris --from 2026-03-28", "What a change of the clocks does to it")],
        };
        verb.Add(cron);
        foreach (var option in new Option[] { zone, from, count, json }) verb.Add(option);
        queue.AddTo(verb);
        verb.Act = (parse, _) =>
        {
            var times = queue.Of(parse).Preview(
                parse.GetRequiredValue(cron), parse.GetValue(zone), parse.GetValue(from) is { } text ? Instants.Absolute("--from", text) : null,
                parse.GetValue(count) is { } many ? Numbers.Whole("--count", many, 1) : 10);
            if (parse.Has(json)) Json.Print(context.Screen, times);
            else foreach (var time in times) context.Screen.Out.WriteLine(Units.Time(time));
            return Task.FromResult(ExitCode.Success);
        };
        return verb;
    }
}
