using System.CommandLine;
using Glovebox.Cli.CommandLine;

namespace Glovebox.Cli.Runs;

/// <summary><c>glovebox runs logs</c>.</summary>
internal static class LogsCommand
{
    public static Verb Create(CommandContext context)
    {
        var id = RunId.Argument();
        var follow = Options.Flag("--follow", "-f", "Go on until the run has ended");
        var output = Options.Flag("--stdout", null, "Standard output alone");
        var error = Options.Flag("--stderr", null, "Standard error alone");
        var verb = new Verb("logs", "Print what a run printed, byte for byte")
        {
            Usage = "ID [-f] [--stdout|--stderr]",
            Examples = [("glovebox runs logs -f 3fa2", "Watch a detached run"), ("glovebox runs logs 3fa2 --stdout > data.bin", "Have its output back")],
        };
        foreach (var option in new[] { follow, output, error }) verb.Add(option);
        verb.Add(id);
        verb.Act = async (parse, cancellation) =>
        {
            var (stdout, stderr) = (parse.Has(output), parse.Has(error));
            // Neither asked for alone means both.
            var streams = stdout == stderr
                ? (context.Screen.OutputBytes, context.Screen.ErrorBytes)
                : (stdout ? context.Screen.OutputBytes : null, stderr ? context.Screen.ErrorBytes : (Stream?)null);
            await context.Features.Runs.CopyLogAsync(parse.GetRequiredValue(id), streams.Item1, streams.Item2, parse.Has(follow), cancellation);
            return ExitCode.Success;
        };
        return verb;
    }
}
