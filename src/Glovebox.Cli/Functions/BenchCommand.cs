using System.CommandLine;
using System.Text;
using Glovebox.Api;
using Glovebox.Api.Functions;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Values;

namespace Glovebox.Cli.Functions;

/// <summary><c>glovebox function bench</c>.</summary>
internal static class BenchCommand
{
    public static Verb Create(CommandContext context)
    {
        var server = new FunctionServer(context);
        var name = new Argument<string>("NAME") { Description = "NAME, NAME:ALIAS or NAME@VERSION" };
        var parameters = new Argument<string?>("PARAMETERS") { Arity = ArgumentArity.ZeroOrOne, Description = "JSON (default: {})" };
        var connections = Options.Text("--connections", "-c", "N", "Calls at once (default: 1)");
        var calls = Options.Text("--calls", "-n", "N", "Calls in all (default: 1000)");
        var verb = new Verb("bench", "Call a function many times and print how fast that was")
        {
            Usage = "NAME [PARAMETERS] [options]", Notes = "Measures this client with the server: a faster client measures more. Needs a server.",
        };
        verb.Add(name);
        verb.Add(parameters);
        verb.Add(connections);
        verb.Add(calls);
        server.AddTo(verb);
        verb.Act = async (parse, cancellation) =>
        {
            var input = new CallInput(Encoding.UTF8.GetBytes(parse.GetValue(parameters) ?? "{}"));
            var parallel = parse.GetValue(connections) is { } text ? Numbers.Whole("--connections", text, 1) : 1;
            var total = parse.GetValue(calls) is { } count ? Numbers.Whole("--calls", count, 1) : 1000;
            var functions = server.Of(parse);
            var first = await functions.CallAsync(parse.GetRequiredValue(name), input, cancellation);
            if (first.Status != CallStatus.Done) throw RefusalException.Unable($"the first call failed: {first.Error}");
            var (times, failed, seconds) = await RunAsync(functions, parse.GetRequiredValue(name), input, parallel, total, context.Clock, cancellation);
            await context.Screen.Out.WriteLineAsync(
                $"{total} calls, {parallel} at once: {total / seconds:0} a second, p50 {times[times.Length / 2] * 1000:0.000} ms, "
                + $"p99 {times[times.Length * 99 / 100] * 1000:0.000} ms, {failed} failed");
            return failed == 0 ? ExitCode.Success : ExitCode.Differs;
        };
        return verb;
    }

    private static async Task<(double[] Times, int Failed, double Seconds)> RunAsync(
        IFunctions functions, string name, CallInput input, int parallel, int total, TimeProvider clock, CancellationToken cancellation)
    {
        var times = new double[total];
        var (next, failed) = (-1, 0);
        var begun = clock.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, parallel).Select(_ => LoopAsync()));
        var seconds = clock.GetElapsedTime(begun).TotalSeconds;
        Array.Sort(times);
        return (times, failed, seconds);

        async Task LoopAsync()
        {
            for (var at = Interlocked.Increment(ref next); at < total; at = Interlocked.Increment(ref next))
            {
                var sent = clock.GetTimestamp();
                var output = await functions.CallAsync(name, input, cancellation);
                times[at] = clock.GetElapsedTime(sent).TotalSeconds;
                if (output.Status != CallStatus.Done) Interlocked.Increment(ref failed);
            }
        }
    }
}
