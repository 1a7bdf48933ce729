using System.CommandLine;
using Glovebox.Api.Jobs;
using Glovebox.Cli.CommandLine;

namespace Glovebox.Cli.Jobs;

/// <summary><c>glovebox job logs</c>.</summary>
internal static class LogsCommand
{
    public static Verb Create(CommandContext context)
    {
        var queue = new Queue(context);
        var id = new Argument<string>("ID") { Description = "Any unique part of the id of a job (its last execution) or of an execution" };
        var follow = Options.Flag("--follow", "-f", "Go on until the execution has ended");
        var output = Options.Flag("--stdout", null, "Standard output alone");
        var error = Options.Flag("--stderr", null, "Standard error alone");
        var verb = new Verb("logs", "Print what a job printed, byte for byte, in the order in which it came")
        {
            Usage = "ID [-f] [--stdout|--stderr]",
            Examples = [("glovebox job logs -f 0193e5a0", "Watch it"), ("glovebox job logs 0193e5a0 --stdout > data.bin", "Have its output back")],
        };
        foreach (var option in new Option[] { follow, output, error }) verb.Add(option);
        queue.AddTo(verb);
        verb.Add(id);
        verb.Act = async (parse, cancellation) =>
        {
            var jobs = queue.Of(parse);
            var execution = await JobId.ExecutionAsync(jobs, parse.GetRequiredValue(id), cancellation);
            var (stdout, stderr) = (parse.Has(output), parse.Has(error));
            var stream = stdout == stderr ? LogStream.Both : stdout ? LogStream.Stdout : LogStream.Stderr;
            await CopyAsync(jobs, execution.Id, stream, parse.Has(follow), context.Screen.OutputBytes, cancellation);
            return ExitCode.Success;
        };
        return verb;
    }

    public static async Task CopyAsync(IJobs jobs, string execution, LogStream stream, bool follow, Stream to, CancellationToken cancellation)
    {
        for (long at = 0; ;)
        {
            var piece = await jobs.ReadLogAsync(execution, stream, at, follow, cancellation);
            if (!piece.Bytes.IsEmpty) await to.WriteAsync(piece.Bytes, cancellation);
            if (piece.Ended || (!follow && piece.Position == at)) return;
            at = piece.Position;
        }
    }
}
