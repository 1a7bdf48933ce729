using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Functions;

/// <summary><c>glovebox function stats</c>.</summary>
internal static class StatsCommand
{
    public static Verb Create(CommandContext context)
    {
        var (server, name) = (new FunctionServer(context), Words.Name());
        var json = Options.Json("the counts");
        var verb = new Verb("stats", "Show calls, times and instances since the server started") { Usage = "NAME [--json]", Notes = "Needs a server." };
        verb.Add(name);
        verb.Add(json);
        server.AddTo(verb);
        verb.Act = async (parse, cancellation) =>
        {
            var stats = await server.Of(parse).StatsAsync(parse.GetRequiredValue(name), cancellation);
            if (parse.Has(json))
            {
                Json.Print(context.Screen, stats);
                return ExitCode.Success;
            }

            var output = context.Screen.Out;
            await output.WriteLineAsync($"calls      {stats.Calls} ({stats.Done} done, {stats.Failed} failed, {stats.TimedOut} timed out, {stats.Cancelled} cancelled), {stats.Refused} refused");
            await output.WriteLineAsync($"warm       {(stats.WarmShare is { } share ? $"{share * 100:0.0} %" : "no calls yet")}, {stats.Cold} cold");
            await output.WriteLineAsync($"time       {(stats.P50 is { } p50 ? $"p50 {p50 * 1000:0.00} ms, p99 {stats.P99 * 1000:0.00} ms" : "no calls yet")}");
            await output.WriteLineAsync($"instances  {stats.Busy} busy, {stats.Idle} idle, {stats.Starting} starting; {stats.Waiting} calls wait");
            return ExitCode.Success;
        };
        return verb;
    }
}
